import { describe, expect, it } from 'vitest'
import { endingOf, jittered } from '../../src/flow/remedy.ts'
import { HubError } from '../../src/kernel/errors.ts'

const now = new Date('2026-11-24T10:00:00.000Z')
const schedule = { seconds: [5, 30], jitterPercent: 20, dice: () => 0.5 }
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)

describe('work that failed for a passing reason', () => {
  const away = new HubError('CHANNEL_AWAY', 'HTTP 503')

  it.each([
    [0, { to: 'due', at: after(5) }],
    [1, { to: 'due', at: after(30) }],
    [2, { to: 'dead' }],
  ])('is, after %i attempts that ended so, put where the schedule says', (settled, ending) => {
    expect(endingOf(away, settled, { now, schedule })).toMatchObject(ending)
  })

  it('waits as long as the channel asked, where that is longer than the schedule', () => {
    const asked = new HubError('CHANNEL_AWAY', 'HTTP 503', { waitSeconds: 90 })
    expect(endingOf(asked, 0, { now, schedule })).toMatchObject({ to: 'due', at: after(90) })
  })

  it('waits by the schedule, where the channel asked for less', () => {
    const asked = new HubError('CHANNEL_AWAY', 'HTTP 503', { waitSeconds: 1 })
    expect(endingOf(asked, 0, { now, schedule })).toMatchObject({ to: 'due', at: after(5) })
  })

  it.each([
    [0, 80],
    [0.5, 100],
    [1, 120],
  ])('waits shorter or longer by the jitter: a die of %f makes 100 seconds %i', (die, seconds) => {
    expect(jittered(100, { ...schedule, dice: () => die })).toBeCloseTo(seconds)
  })
})

it('work put off by the channel is due when the channel said, and its attempt is free', () => {
  const slow = new HubError('CHANNEL_SLOW_DOWN', 'HTTP 429', { waitSeconds: 20 })
  expect(endingOf(slow, 9, { now, schedule })).toMatchObject({ to: 'due', at: after(20), freeAttempt: true })
})
