import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { asStoreError } from '../../src/store/mongo/failures.ts'

/** What Node says to who writes on a socket that its other end has closed a moment ago. */
const writtenAfterTheEnd = async (): Promise<unknown> => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const at = server.address()
  const socket = connect(typeof at === 'object' && at !== null ? at.port : 0, '127.0.0.1')
  return new Promise((resolve) => {
    socket.once('close', () => socket.write('x', (error) => resolve(error)))
    socket.on('error', () => undefined)
    socket.resume()
  })
}

describe("what goes wrong between the driver and its database, and is no error of the driver's own", () => {
  it('a socket that ended under a write is a database that is away: to be tried again, not a fault of ours', async () => {
    const error = await writtenAfterTheEnd()
    expect(error).toMatchObject({ code: 'EPIPE' })
    expect(asStoreError(error, 'db:27017')).toMatchObject({
      code: 'STORE_AWAY',
      message: 'MongoDB at db:27017: it does not answer (EPIPE)',
      cause: error,
    })
  })

  it('anything else is left as it is', () => {
    const error = Object.assign(new Error('a mistake'), { code: 'ERR_INVALID_ARG_TYPE' })
    expect(asStoreError(error, 'db:27017')).toBe(error)
  })
})
