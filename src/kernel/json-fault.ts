/**
 * Why a text is no JSON, and where: the first sign that has no place in it. Nothing of the text is told but what stands for a
 * number, for it may hold personal data.
 */
export const jsonFault = (text: string): string => {
  const { at, misplaced } = breakOf(text)
  if (at >= text.length) return text.trim() === '' ? 'it is empty' : 'it ends too early'
  const before = text.slice(0, at)
  const reason = misplaced ? undefined : reasons.find(([sign]) => sign.test(text.slice(at, at + 40)))
  return `${reason?.[1] ?? 'it breaks off'} at ${placeIn(before)}`
}

/** The place after a text: 'line 1, character 4'. */
export const placeIn = (before: string): string =>
  `line ${before.split('\n').length}, character ${before.length - before.lastIndexOf('\n')}`

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^[+-]?NaN\b/, 'NaN is no number in JSON'],
  [/^[+-]?Infinity\b/, 'Infinity is no number in JSON'],
  [/^\+/, 'a number begins with +'],
  [/^-?\./, 'a number begins with its point'],
  [/^-?0\d/, 'a number begins with 0'],
  [/^-?\d+\.(?!\d)/, 'a number ends with its point'],
  [/^-?\d/, 'a number is malformed'],
  [/^"/, 'a text holds a control character or an escape that JSON does not know'],
]

const token =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|((?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])))/uy
const blank = /[ \t\n\r]*/y

type Place = keyof typeof moves
/** From where one stands, by the sign that comes, to where one stands then. A comma, and who is closed, depend on what is open. */
const moves = {
  value: { '{': 'field', '[': 'item', text: 'after', scalar: 'after' },
  item: { '{': 'field', '[': 'item', text: 'after', scalar: 'after', ']': 'after' },
  field: { text: 'colon', '}': 'after' },
  key: { text: 'colon' },
  colon: { ':': 'value' },
  after: { ',': 'value', '}': 'after', ']': 'after' },
} as const

/** `misplaced`: what stands there is well-formed by itself. */
const breakOf = (text: string): { readonly at: number; readonly misplaced: boolean } => {
  const open: string[] = []
  let place: Place = 'value'
  for (let at = 0; ; at = token.lastIndex) {
    blank.lastIndex = token.lastIndex = at
    const begin = at + (blank.exec(text)?.[0].length ?? 0)
    const found = token.exec(text)
    if (found === null) return { at: begin, misplaced: false }
    const sign = found[1] ?? (found[2] === undefined ? 'scalar' : 'text')
    const next = nextOf(place, sign, open)
    if (next === undefined) return { at: begin, misplaced: true }
    place = next
  }
}

const nextOf = (place: Place, sign: string, open: string[]): Place | undefined => {
  const next = new Map<string, Place>(Object.entries(moves[place])).get(sign)
  if (sign === '{' || sign === '[') open.push(sign)
  else if (sign === '}' || sign === ']') return open.pop() === (sign === '}' ? '{' : '[') ? next : undefined
  else if (sign === ',') return open.length === 0 ? undefined : open.at(-1) === '{' && next !== undefined ? 'key' : next
  return next
}
