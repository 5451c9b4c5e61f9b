import { describe, expect, it } from 'vitest'
import { files, importsOf, textOf } from './tree.ts'

/** The rooms and their floors; imports go down only, and never into a neighbour's room. */
const rooms: readonly (readonly [path: RegExp, room: string, floor: number])[] = [
  [/^src\/(wire|main|setup|serve|accounts|upkeep|places)\.ts$|^workers\/main\.ts$/, 'top', 7],
  [/^src\/http\//, 'http', 6],
  [/^src\/cli\//, 'cli', 6],
  [/^src\/console\//, 'console', 6],
  [/^workers\//, 'workers', 6],
  [/^src\/flow\//, 'flow', 5],
  [/^src\/(orders|routing|stock|shipping|returns|finance|customers)\//, 'business', 4],
  [/^connectors\/index\.ts$/, 'connectors', 5],
  [/^connectors\/([^/]+)\//, 'connector', 3],
  [/^src\/store\//, 'store', 3],
  [/^src\/queue\//, 'queue', 3],
  [/^src\/mapping\//, 'mapping', 2],
  [/^src\/connector\//, 'connector-kit', 2],
  [/^src\/canonical\//, 'canonical', 1],
  [/^config\//, 'config', 1],
  [/^src\/kernel\//, 'kernel', 0],
]

interface Place {
  readonly room: string
  readonly floor: number
}

const placeOf = (path: string): Place | undefined => {
  const found = rooms.find(([pattern]) => pattern.test(path))
  if (found === undefined) return undefined
  const [pattern, room, floor] = found
  const own = pattern.exec(path)?.[1]
  return { room: room === 'connector' && own !== undefined ? `connector ${own}` : room, floor }
}

const sources = files('src/*.ts', 'src/**/*.ts', 'workers/*.ts', 'connectors/*.ts', 'connectors/**/*.ts', 'config/*.ts')

describe('the house', () => {
  it('gives every file a room', () => {
    expect(sources.filter((path) => placeOf(path) === undefined)).toEqual([])
  })

  it('imports go down only, never sideways, never up', () => {
    const wrong = sources.flatMap(importsOf).filter(({ from, to }) => {
      const [here, there] = [placeOf(from), placeOf(to)]
      if (here === undefined || there === undefined || here.room === there.room) return false
      return there.floor >= here.floor
    })
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('flows know the store and the queue by their types alone, but for the words that make a row', () => {
    const values = sources
      .filter((path) => path.startsWith('src/flow/'))
      .flatMap(importsOf)
      .filter(({ to, typeOnly }) => !typeOnly && /^src\/(store|queue)\//.test(to) && to !== 'src/store/work.ts')
    expect(values.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('only connectors/index.ts imports connectors, and only the root and the sandbox verb import that list', () => {
    const imports = sources.flatMap(importsOf)
    const outside = imports.filter(({ from, to }) => /^connectors\/[^/]+\//.test(to) && !from.startsWith('connectors/'))
    expect(outside.map(({ from }) => from)).toEqual([])
    const users = imports.filter(({ to }) => to === 'connectors/index.ts').map(({ from }) => from)
    expect(users.filter((from) => from !== 'src/wire.ts' && from !== 'src/cli/sandbox.ts')).toEqual([])
  })

  it('the list of connectors is the list of folders, sorted', () => {
    const folders = [...new Set(files('connectors/*/index.ts').map((path) => path.split('/')[1] ?? ''))].sort()
    const listed = importsOf('connectors/index.ts').flatMap(({ to }) => /^connectors\/([^/]+)\//.exec(to)?.[1] ?? [])
    expect(listed).toEqual(folders)
  })

  it('the kernel and the canonical order touch neither disk nor network, and connectors no environment, timer or log', () => {
    const io = /^node:(fs|net|http|https|child_process|sqlite|worker_threads|cluster|dgram|tls)/
    const kernel = sources.filter((path) => /^src\/(kernel|canonical|orders|mapping)\//.test(path)).flatMap(importsOf)
    expect(kernel.filter(({ to }) => io.test(to)).map(({ from, to }) => `${from} → ${to}`)).toEqual([])
    const connectors = sources.filter((path) => /^connectors\/[^/]+\//.test(path))
    expect(
      connectors.filter((path) =>
        /process\.env|setTimeout|setInterval|console\.|from 'node:(fs|http|https|net)/.test(textOf(path)),
      ),
    ).toEqual([])
  })

  it('only the embedded room knows node:sqlite, and only one file knows axios', () => {
    expect(
      sources.filter(
        (path) => importsOf(path).some(({ to }) => to === 'node:sqlite') && !path.startsWith('src/store/embedded/'),
      ),
    ).toEqual([])
    expect(
      sources
        .filter((path) => importsOf(path).some(({ to }) => to === 'axios'))
        .filter((path) => !path.startsWith('src/connector/http')),
    ).toEqual([])
  })
})
