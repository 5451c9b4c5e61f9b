import type { Json } from '../kernel/json.ts'

/**
 * What was read at the door and is about to be ingested in the same process, so that it need not be loaded and read again.
 * An optimisation only: whatever is not here lies in the inbox.
 */
export interface Payloads {
  /** @param size of the body in bytes; stands for what the payload takes */
  remember(message: string, payload: Json, size: number): void
  /** Hands it out once. Undefined: read it from the inbox. */
  take(message: string): Json | undefined
}

interface Held {
  readonly payload: Json
  readonly size: number
}

/** As many bytes of bodies take some 20 MB once they are read. */
const mostBytes = 4 * 1024 * 1024

/** Remembers payloads up to a size; the oldest make room. */
export const openPayloads = (most = mostBytes): Payloads => {
  const held = new Map<string, Held>()
  let bytes = 0
  const drop = (message: string): Held | undefined => {
    const one = held.get(message)
    held.delete(message)
    bytes -= one?.size ?? 0
    return one
  }
  return {
    remember: (message, payload, size) => {
      drop(message)
      held.set(message, { payload, size })
      bytes += size
      for (const [oldest] of held) {
        if (bytes <= most) return
        drop(oldest)
      }
    },
    take: (message) => drop(message)?.payload,
  }
}
