import type { HubError } from '../kernel/errors.ts'
import { codes } from '../kernel/errors.ts'

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red'

/** What a verb may touch: its words come in as arguments, everything else here. */
export interface Terminal {
  /** What the verb answers: stdout. */
  readonly say: (text: string) => void
  /** What a person should know besides: stderr. */
  readonly note: (text: string) => void
  /** How far long work has come, on stderr, each in place of the last; nothing where that is no terminal. '' clears it. */
  readonly progress: (text: string) => void
  /** Whether somebody watches stderr. */
  readonly isTerminal: boolean
  /** Columns of stdout; undefined where it is no terminal and nothing need be cut. */
  readonly width: number | undefined
  /** Emphasis on stdout, where it is a terminal. */
  readonly paint: (style: Style, text: string) => string
  /** false once the reader of stdout has gone (`| head`): what is left need not be fetched. */
  readonly isOpen: () => boolean
}

export const exits = { done: 0, failed: 1, usage: 2 } as const

/** What a person does about a failure; the place that failed may know better than the table. */
export const cureOf = ({ code, detail }: HubError): string =>
  typeof detail['cure'] === 'string' ? detail['cure'] : codes[code].cure

/** An error as a person reads it: the sentence, then what to do. */
export const sentenceOf = (error: HubError): string => `${error.message}\n  ${cureOf(error)}`
