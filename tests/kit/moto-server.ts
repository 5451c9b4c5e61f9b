import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { freePort } from '../../src/cli/demo-processes.ts'
import { openServer, type TestServer } from './mongo-server.ts'

const folder = join(import.meta.dirname, 'moto/venv/bin')

/** Where moto's server is: in the tests' own environment, else on the path. */
const commandOf = (): string | undefined =>
  [folder, ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((place) => join(place, 'moto_server'))
    .find((file) => existsSync(file))

/** Starts moto, which plays the clouds' queues, on a free port. @throws Error where there is no `moto_server` */
export const openMotoServer = async (): Promise<TestServer> => {
  const command = commandOf()
  if (command === undefined) throw new Error('there is no moto_server, neither in tests/kit/moto/venv nor on the path')
  const port = await freePort()
  const words = ['-H', '127.0.0.1', '-p', String(port)]
  return openServer({ command, words, port, url: `http://127.0.0.1:${port}` })
}
