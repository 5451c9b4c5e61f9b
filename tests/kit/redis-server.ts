import { freePort } from '../../src/cli/demo-processes.ts'
import { openServer, type TestServer } from './mongo-server.ts'

/** Starts a Redis of the tests' own on a free port, which keeps nothing on disk. @throws Error where there is no `redis-server` */
export const openRedisServer = async (): Promise<TestServer> => {
  const port = await freePort()
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  return openServer({ command: 'redis-server', words, port, url: `redis://127.0.0.1:${port}` })
}
