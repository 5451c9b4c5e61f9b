import { describe, expect, it } from 'vitest'
import { withApi } from '../../src/cli/reach.ts'
import { type Left, settle } from '../../src/cli/settle.ts'
import { setUp } from '../../src/wire.ts'

/** Looks at these in turn, and at the last one for ever; a second goes by between two looks. */
const settled = async (...looks: readonly Left[]) => {
  let look = 0
  let seconds = 0
  const left = await settle({
    left: async () => looks[Math.min(look++, looks.length - 1)] ?? [0, 0, 0],
    now: () => new Date(1000 * seconds),
    sleep: async () => {
      seconds += 1
    },
    patienceMs: 30_000,
  })
  return { left, seconds }
}

describe('a verb that works in its own process', () => {
  it('waits as long as there gets less to do, however much it is', async () => {
    const looks = Array.from({ length: 500 }, (_, at): Left => [500 - at, 0, 0])
    expect(await settled(...looks, [0, 0, 0])).toEqual({ left: 0, seconds: 500 })
  })

  it('takes it for less where messages leave more reactions, and those more commands', async () => {
    const looks = Array.from({ length: 100 }, (_, at): Left => [100 - at, 2 * at, at])
    expect(await settled(...looks, [0, 0, 0])).toEqual({ left: 0, seconds: 100 })
  })

  it('waits half a minute for what gets no less, and says how much that is', async () => {
    expect(await settled([9, 1, 1], [7, 2, 0])).toEqual({ left: 9, seconds: 31 })
    expect((await settled([0, 0, 3], [0, 0, 4], [0, 0, 3], [0, 0, 4])).left).toBe(4)
  })

  it('has failed where something is left to do, and says on stderr how much', async () => {
    const notes: string[] = []
    const env = { CROSSDOCK_DATA: '/nowhere' }
    const verb = (left: number): Promise<number> =>
      withApi(
        {
          env,
          terminal: {
            say: () => undefined,
            note: (text) => void notes.push(text),
            progress: () => undefined,
            isTerminal: false,
            width: undefined,
            paint: (_, text) => text,
            isOpen: () => true,
          },
          readSetup: async (sandbox) => setUp({ env, sandbox }),
          openInProcess: async () => ({
            inject: async () => ({ status: 200, body: {} }),
            makeKey: async () => ({ text: 'key', drop: async () => undefined }),
            startWorkers: () => undefined,
            settle: async () => left,
            close: async () => undefined,
          }),
        },
        {},
        async (api) => {
          await api.settle()
          return 0
        },
      )
    expect(await verb(0)).toBe(0)
    expect(notes).toEqual([])
    expect(await verb(2314)).toBe(1)
    expect(notes).toEqual([expect.stringContaining('2314 pieces of work could not be done yet')])
  })
})
