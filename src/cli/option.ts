import { InvalidArgumentError, Option } from 'commander'
import { readInstant } from '../kernel/time.ts'

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

/** A day, or an instant; as it was written. */
export const time = (text: string): string => {
  try {
    readInstant(text, 'UTC')
    return text
  } catch {
    throw new InvalidArgumentError('Expected a day such as 2026-11-24, or an instant such as 2026-11-24T10:15:00Z.')
  }
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
