import type { Log } from '../../src/kernel/log.ts'

/** A log that remembers its lines. */
export const openNotes = () => {
  const lines: { readonly level: string; readonly fields: Readonly<Record<string, unknown>>; readonly said: string }[] =
    []
  const note = (level: string) => (fields: Readonly<Record<string, unknown>>, said: string) =>
    void lines.push({ level, fields, said })
  const log: Log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') }
  return { log, lines }
}
