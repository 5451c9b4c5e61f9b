import type { Bell, BellState, Stage } from './bell.ts'

const fine: BellState = { away: false, failed: 0 }

/** The bell of one process: rings within one turn of the event loop wake once. */
export const openInProcessBell = (): Bell => {
  const wakes = new Map<Stage, () => void>()
  const rung = new Set<Stage>()
  let open = true
  const deliver = (): void => {
    const due = [...rung]
    rung.clear()
    if (open) for (const stage of due) wakes.get(stage)?.()
  }
  return {
    ring: (stage) => {
      if (rung.size === 0) setImmediate(deliver)
      rung.add(stage)
    },
    listen: (stage, wake) => {
      wakes.set(stage, wake)
    },
    state: () => fine,
    look: async () => fine,
    close: async () => {
      open = false
    },
  }
}
