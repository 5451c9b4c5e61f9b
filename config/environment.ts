import type { Config } from './schema.ts'
import type { ConfigFault } from './yaml.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The variables that go before the file, and what each is for. Secrets have names of their own choosing. */
export const environmentKeys = {
  CROSSDOCK_CONFIG:
    'Path of the config file; crossdock.yaml in the folder the program is started in where it is not set.',
  CROSSDOCK_DATA: 'Goes before data.folder.',
  CROSSDOCK_HOST: 'Goes before server.host.',
  CROSSDOCK_PORT: 'Goes before server.port.',
} as const satisfies Record<string, string>

/** Where the servers of the grown-up engine are; each may hold a password, so they stand in no file and in no log. */
export const serverKeys = {
  MONGO_URL: 'Address of MongoDB, which is then the store. Its path names the database: crossdock where there is none.',
  REDIS_URL: 'Address of Redis, which then rings the bell over all processes. It holds nothing that may not be lost.',
} as const satisfies Record<string, string>

/** Addresses of servers; absent where the environment names none. */
export interface Servers {
  readonly mongo?: string
  readonly redis?: string
}

export const serversOf = (env: Env): Servers => {
  const { MONGO_URL: mongo = '', REDIS_URL: redis = '' } = env
  return { ...(mongo === '' ? {} : { mongo }), ...(redis === '' ? {} : { redis }) }
}

const source = { file: 'environment', line: 0 }

/** What lies at a path. */
export type Lying = 'file' | 'folder' | undefined

/** Which config file to read: the one named by CROSSDOCK_CONFIG, else crossdock.yaml where there is one, else none. */
export const configFileOf = (
  env: Env,
  lies: (path: string) => Lying,
): { readonly file?: string; readonly faults: readonly ConfigFault[] } => {
  const named = env['CROSSDOCK_CONFIG']
  if (named === undefined || named === '') {
    const usual = lies('crossdock.yaml')
    if (usual === 'file') return { file: 'crossdock.yaml', faults: [] }
    const sentence = 'expected a file, and it is a folder: rename it, or name the config file by CROSSDOCK_CONFIG'
    return { faults: usual === undefined ? [] : [{ file: 'crossdock.yaml', line: 0, sentence }] }
  }
  if (lies(named) === 'file') return { file: named, faults: [] }
  return {
    faults: [{ ...source, sentence: `CROSSDOCK_CONFIG must name a file that is there, got ${JSON.stringify(named)}` }],
  }
}

/** The configuration with what the environment says in place of the file's. A variable that is empty says nothing. */
export const withEnvironment = (
  config: Config,
  env: Env,
): { readonly config: Config; readonly faults: readonly ConfigFault[] } => {
  const port = portOf(env['CROSSDOCK_PORT'] || undefined, config.server.port)
  const server = { host: env['CROSSDOCK_HOST'] || config.server.host, port: port ?? config.server.port }
  const faults =
    port === undefined
      ? [
          {
            ...source,
            sentence: `CROSSDOCK_PORT must be a whole number from 0 to 65535, got ${JSON.stringify(env['CROSSDOCK_PORT'])}`,
          },
        ]
      : []
  return { config: { ...config, server, data: { folder: env['CROSSDOCK_DATA'] || config.data.folder } }, faults }
}

/** The port asked for; undefined where it is none. */
const portOf = (asked: string | undefined, standard: number): number | undefined => {
  if (asked === undefined) return standard
  return /^\d{1,5}$/.test(asked) && Number(asked) <= 65_535 ? Number(asked) : undefined
}
