import { type wordKinds, wordOf } from './search-words.ts'

type Kind = keyof typeof wordKinds
type Filter = Readonly<Record<string, unknown>>

/** Words shorter than this are looked for as they are: too many begin with them. */
const prefixFrom = 3

/** Words beyond this are left out. */
const maxWords = 5

/**
 * Filters that find what a person typed, one for each kind of word it may be: an order is found where one of them finds it.
 * The longest word leads, for fewest orders have it; the others are checks on what it finds.
 */
export const wordFiltersOf = (q: string): readonly Filter[] => {
  const [lead = '', ...others] = tokensOf(q)
  const checks = others.map((token) => ({ $or: conditionsOf(token).map((words) => ({ words })) }))
  return conditionsOf(lead).map((words) => (checks.length === 0 ? { words } : { words, $and: checks }))
}

/** A number may be typed in groups: then all of it is one word. */
const tokensOf = (q: string): readonly string[] => {
  const text = q.trim()
  if (/^[\d\s()+./-]+$/.test(text)) return [text.replace(/\s+/g, '')]
  return text
    .split(/\s+/)
    .slice(0, maxWords)
    .sort((a, b) => b.length - a.length)
}

const conditionsOf = (token: string): readonly Filter[] => kindsOf(token).map(([kind, text]) => conditionOf(kind, text))

const kindsOf = (token: string): readonly (readonly [Kind, string])[] => {
  if (token.includes('@')) return [['mail', token]]
  const digits = token.replace(/\D/g, '')
  const isPhone = digits.length >= 5 && /^[\d()+./-]+$/.test(token)
  const plain = ['number', 'name', 'mail', 'sku', 'tracking', 'reference', 'return'] as const
  return [...plain.map((kind) => [kind, token] as const), ...(isPhone ? [['phone', digits] as const] : [])]
}

const conditionOf = (kind: Kind, text: string): Filter => {
  const word = wordOf(kind, text)
  return text.length < prefixFrom ? { $elemMatch: { $eq: word } } : { $elemMatch: { $gte: word, $lt: `${word}\uffff` } }
}
