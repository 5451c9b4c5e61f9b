/** What a query names: fields with what it names of each and how many it asks for, and fields that only one type of object has. */
interface Selection {
  readonly fields: Map<string, Field>
  readonly on: Map<string, Selection>
}
interface Field {
  readonly of?: Selection
  readonly first?: number
}

const token = /\.\.\.\s*on\s+(\w+)|\([^)]*\)|[{}]|\w+/g

/** Answers a query from a whole object, as a GraphQL server does: only what was named; a field that does not exist is an error. */
export const select = (
  query: string,
  root: object,
): { readonly data: unknown; readonly missing: readonly string[] } => {
  const tokens = query.slice(query.indexOf('{')).matchAll(token)
  const missing: string[] = []
  const data = prune(root, parse(tokens), missing)
  return { data, missing }
}

const parse = (tokens: Iterator<RegExpExecArray>): Selection => {
  const selection: Selection = { fields: new Map(), on: new Map() }
  let last: { readonly name: string; readonly type: string | undefined } | undefined
  for (let next = tokens.next(); next.done !== true; next = tokens.next()) {
    const [text, type] = next.value
    if (text === '}') return selection
    if (text === '{' && last === undefined) return parse(tokens)
    if (text === '{' && last?.type !== undefined) selection.on.set(last.type, parse(tokens))
    else if (text === '{' && last !== undefined)
      selection.fields.set(last.name, { ...selection.fields.get(last.name), of: parse(tokens) })
    else if (text.startsWith('(') && last !== undefined) selection.fields.set(last.name, sizeIn(text))
    else {
      last = { name: text, type }
      if (type === undefined) selection.fields.set(text, {})
    }
  }
  return selection
}

const sizeIn = (args: string): Field => {
  const [, first] = /\bfirst: (\d+)/.exec(args) ?? []
  return first === undefined ? {} : { first: Number(first) }
}

const prune = (value: unknown, selection: Selection | undefined, missing: string[]): unknown => {
  if (Array.isArray(value)) return value.map((item) => prune(item, selection, missing))
  if (typeof value !== 'object' || value === null || selection === undefined) return value ?? null
  const held = new Map<string, unknown>(Object.entries(value))
  const pruned: [string, unknown][] = []
  for (const [name, { of, first }] of selection.fields) {
    if (!held.has(name)) missing.push(name)
    const whole = held.get(name)
    pruned.push([name, prune(first === undefined ? whole : cut(whole, first), of, missing)])
  }
  const own = selection.on.get(String(held.get('__typename')))
  const rest = own === undefined ? {} : prune(value, own, missing)
  return { ...Object.fromEntries(pruned), ...(typeof rest === 'object' ? rest : {}) }
}

/** The first so many of a list; of a connection, with the word whether there are more. */
const cut = (whole: unknown, first: number): unknown => {
  if (Array.isArray(whole)) return whole.slice(0, first)
  if (typeof whole !== 'object' || whole === null || !('nodes' in whole) || !Array.isArray(whole.nodes)) return whole
  if (whole.nodes.length <= first) return whole
  return { ...whole, nodes: whole.nodes.slice(0, first), pageInfo: { hasNextPage: true } }
}
