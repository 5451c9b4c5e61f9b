import type { Json } from '../kernel/json.ts'

/** A word of a scalar expression: a literal, or a path still to be read. */
export type Word = { readonly literal: Json } | { readonly path: string }

/** A scalar expression taken apart: where its value comes from, and the operators it is piped through. */
export interface Scalar {
  readonly source: string
  readonly steps: readonly { readonly name: string; readonly words: readonly string[] }[]
}

const wholeNumber = /^-?\d{1,15}$/
const decimalNumber = /^-?\d+\.\d+$/

/** Splits `path | operator word word | …`. A `|` or a space within double quotes does not split. */
export const splitScalar = (text: string): Scalar => {
  const [source = '', ...steps] = pipes(text)
  return {
    source: source.trim(),
    steps: steps.map((step) => {
      const [name = '', ...words] = step.match(/=?"[^"]*"|\S+/g) ?? []
      return { name, words }
    }),
  }
}

/** `=text` is a literal, as are numbers, true and false; anything else is a path. */
export const readWord = (word: string): Word => {
  if (word.startsWith('=')) return { literal: unquoted(word.slice(1)) }
  if (wholeNumber.test(word)) return { literal: Number(word) }
  if (decimalNumber.test(word)) return { literal: word }
  if (word === 'true' || word === 'false') return { literal: word === 'true' }
  return { path: word }
}

/** The text between double quotes, or the text itself. */
export const unquoted = (text: string): string =>
  text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text

const pipes = (text: string): string[] => {
  const parts: string[] = []
  let from = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') quoted = !quoted
    if (quoted || text.slice(at, at + 3) !== ' | ') continue
    parts.push(text.slice(from, at))
    from = at + 3
  }
  return [...parts, text.slice(from)]
}
