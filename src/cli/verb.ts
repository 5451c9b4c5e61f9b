import type { HubError } from '../kernel/errors.ts'
import { codes } from '../kernel/errors.ts'

/** What a verb may touch: its words come in as arguments, everything else here. */
export interface Terminal {
  /** What the verb answers: stdout. */
  readonly say: (text: string) => void
  /** What a person should know besides: stderr. */
  readonly note: (text: string) => void
  readonly isTerminal: boolean
}

export const exits = { done: 0, failed: 1, usage: 2 } as const

/** An error as a person reads it: the sentence, then what to do. */
export const sentenceOf = (error: HubError): string => `${error.message}\n  ${codes[error.code].cure}`
