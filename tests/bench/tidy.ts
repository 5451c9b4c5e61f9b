import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const undoing = new Set<() => void>()

/** Undone however the bench ends, the latest first. @returns does it now, once */
export const atEnd = (undo: () => void): (() => void) => {
  const once = (): void => {
    if (undoing.delete(once)) undo()
  }
  undoing.add(once)
  return once
}

/** Undoes everything that was not undone yet: what a measurement that failed left behind. */
export const undoAll = (): void => {
  for (const undo of [...undoing].reverse()) undo()
}

/** Undoes everything that `atEnd` was given when this process exits, also by a signal. Called once, by the process that leads. */
export const tidyOnExit = (): void => {
  process.on('exit', undoAll)
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.on(signal, () => process.exit(code))
}

/** A folder that is gone when the bench ends. */
export const temporaryFolder = (): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'crossdock-bench-'))
  return { path, remove: atEnd(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 })) }
}
