/** Sends for rings, of which any number may come: the first is sent at once, those meanwhile by one more. */
export interface Gathered {
  ring(): void
  close(): void
}

/**
 * Whatever comes, at most one send is under way and one is to follow, no sooner than `gapMs` after the last began.
 * @param send never rejects
 */
export const openGathered = (send: () => Promise<void>, gapMs: number): Gathered => {
  let state: 'quiet' | 'sending' | 'more' | 'closed' = 'quiet'
  let timer: NodeJS.Timeout | undefined
  const begin = async (): Promise<void> => {
    state = 'sending'
    const until = performance.now() + gapMs
    await send()
    timer = setTimeout(rest, Math.max(0, until - performance.now()))
  }
  const rest = (): void => {
    if (state === 'more') void begin()
    else if (state === 'sending') state = 'quiet'
  }
  return {
    ring: () => {
      if (state === 'quiet') void begin()
      else if (state === 'sending') state = 'more'
    },
    close: () => {
      state = 'closed'
      clearTimeout(timer)
    },
  }
}
