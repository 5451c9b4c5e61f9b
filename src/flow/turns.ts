import { setImmediate as nextTurn } from 'node:timers/promises'

/** So long may one piece of work hold the event loop before others get their turn. */
const mostMs = 4

/**
 * Lets a long loop give way: asked between its steps, it waits for the next turn of the event loop where the loop has held this
 * one long enough. A webhook is then answered between two messages of a batch, not behind a hundred of them.
 */
export const openTurns = (): (() => Promise<void>) => {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < mostMs) return
    await nextTurn()
    since = performance.now()
  }
}
