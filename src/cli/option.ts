import { InvalidArgumentError, Option } from 'commander'

/** A whole number in a range. */
export const whole =
  (from: number, to: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= from && value <= to) return value
    throw new InvalidArgumentError(`Expected a whole number from ${from} to ${to}.`)
  }

/** A number above zero. */
export const rate = (text: string): number => {
  const value = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0
  if (value > 0) return value
  throw new InvalidArgumentError('Expected a number above 0.')
}

/** An option that may be given more than once. */
export const each = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  text,
]

/** An option that takes a word of a closed list. */
export const oneOf = (flags: string, description: string, words: readonly string[]): Option =>
  new Option(flags, description).choices(words)

export const json = ['--json', 'For a program: JSON, one object a line.'] as const
export const sandbox = ['--sandbox', 'Lets connections speak to the sandboxes that the config names.'] as const
