import { styleText } from 'node:util'
import type { Terminal } from './verb.ts'

/** A stream as the terminal uses it: process.stdout, process.stderr. */
export interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

export interface TerminalDeps {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A terminal over the two streams. A reader who goes away (`| head`) is no failure. */
export const openTerminal = ({ stdout, stderr, env }: TerminalDeps): Terminal => {
  let open = true
  let drawn = false
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error
      open = false
    })
  }
  const clear = (): void => {
    if (drawn) stderr.write('\r\u001b[K')
    drawn = false
  }
  const isTerminal = stderr.isTTY === true
  const colours = stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return {
    say: (text) => {
      clear()
      if (open) stdout.write(`${text}\n`)
    },
    note: (text) => {
      clear()
      stderr.write(`${text}\n`)
    },
    progress: (text) => {
      clear()
      if (!isTerminal || text === '') return
      stderr.write(text)
      drawn = true
    },
    isTerminal,
    width: stdout.isTTY === true ? stdout.columns : undefined,
    paint: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
    isOpen: () => open,
  }
}
