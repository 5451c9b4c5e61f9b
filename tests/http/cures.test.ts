import { expect, it } from 'vitest'
import { messageShown } from '../../src/http/shapes.ts'
import type { Message } from '../../src/store/rows.ts'

const failed = (state: Message['state']): Message => ({
  _id: 'msg_1',
  connection: 'corner-shop',
  topic: 'order',
  key: '1@1',
  via: 'post',
  headers: {},
  keptAt: new Date(0),
  bodyDigest: 'd',
  state,
  attempt: 4,
  settled: 4,
  gen: 4,
  error: { code: 'CHANNEL_AWAY', message: 'the channel answered 500', remedy: 'retry' },
})

it('what was given up after its last try is not said to be tried again by itself', () => {
  expect(messageShown(failed('due')).error?.cure).toMatch(/tried again by the schedule/)
  expect(messageShown(failed('dead')).error?.cure).toMatch(/given up.*replay/)
})
