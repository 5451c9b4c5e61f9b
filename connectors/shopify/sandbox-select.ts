/** What a query names: fields with what it names of each, and fields that only one type of object has. */
interface Selection {
  readonly fields: Map<string, Selection | undefined>
  readonly on: Map<string, Selection>
}

const token = /\.\.\.\s*on\s+(\w+)|\([^)]*\)|[{}]|\w+/g

/** Answers a query from a whole object, as a GraphQL server does: only what was named; a field that does not exist is an error. */
export const select = (
  query: string,
  root: object,
): { readonly data: unknown; readonly missing: readonly string[] } => {
  const tokens = [...query.slice(query.indexOf('{')).matchAll(token)].filter(([text]) => !text.startsWith('('))
  const missing: string[] = []
  const data = prune(root, parse(tokens.values()), missing)
  return { data, missing }
}

const parse = (tokens: Iterator<RegExpExecArray>): Selection => {
  const selection: Selection = { fields: new Map(), on: new Map() }
  let last: { readonly name: string; readonly type: string | undefined } | undefined
  for (let next = tokens.next(); next.done !== true; next = tokens.next()) {
    const [text, type] = next.value
    if (text === '}') return selection
    if (text !== '{') last = { name: text, type }
    if (text !== '{' && type === undefined) selection.fields.set(text, undefined)
    if (text === '{' && last === undefined) return parse(tokens)
    if (text === '{' && last?.type !== undefined) selection.on.set(last.type, parse(tokens))
    else if (text === '{' && last !== undefined) selection.fields.set(last.name, parse(tokens))
  }
  return selection
}

const prune = (value: unknown, selection: Selection | undefined, missing: string[]): unknown => {
  if (Array.isArray(value)) return value.map((item) => prune(item, selection, missing))
  if (typeof value !== 'object' || value === null || selection === undefined) return value ?? null
  const held = new Map<string, unknown>(Object.entries(value))
  const pruned: [string, unknown][] = []
  for (const [name, inner] of selection.fields) {
    if (!held.has(name)) missing.push(name)
    pruned.push([name, prune(held.get(name), inner, missing)])
  }
  const own = selection.on.get(String(held.get('__typename')))
  const rest = own === undefined ? {} : prune(value, own, missing)
  return { ...Object.fromEntries(pruned), ...(typeof rest === 'object' ? rest : {}) }
}
