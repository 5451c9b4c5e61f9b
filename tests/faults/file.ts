import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from '../../src/cli/demo-stage.ts'
import { openDice } from '../../src/cli/dice.ts'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { pack } from '../../src/store/moving/packed.ts'
import { batchesOf, collections } from '../../src/store/moving/walk.ts'
import type { Doc } from '../../src/store/port.ts'
import { storeProgram } from '../../src/wire.ts'
import { postFromShop } from './by-hand.ts'
import { dataFileOf, type Finding, openHouse, shortLeases, underTraffic } from './house.ts'
import type { Fault, Trial } from './rows.ts'

/** A house on the embedded engine, whatever happens to its file. */
const withHouse = async (trial: Trial, play: (stage: Stage) => Promise<Finding>): Promise<Finding> => {
  const stage = await openHouse(trial)
  try {
    return await play(stage)
  } finally {
    await stage.close()
  }
}

const fullDisk: Fault = {
  name: 'full-disk',
  what: 'no file may be written any further for three seconds, as on a full disk',
  holds: 'webhooks get 503 and Retry-After; what was acked is there; goes on by itself',
  engines: ['embedded'],
  run: (trial) =>
    withHouse({ ...trial, config: shortLeases }, (stage) =>
      underTraffic(stage, async () => {
        await sleep(1_500)
        limitFiles(stage, '0')
        await sleep(300)
        const { status, retryAfter } = await postFromShop(stage, '{"id":1}', 'to-a-full-disk')
        await sleep(2_700)
        limitFiles(stage, 'unlimited')
        const refused = status === 503 && Number(retryAfter) > 0
        return {
          figures: { status, 'Retry-After': retryAfter ?? 'none' },
          differences: refused ? [] : [`a full disk answered ${status}, Retry-After ${retryAfter}`],
        }
      }),
    ),
}

/** Bytes that the hub's process may write into any file; the hard limit stays, so that it can be lifted. */
const limitFiles = (stage: Stage, soft: string): void => {
  execFileSync('prlimit', ['--pid', String(stage.hubs['hub']?.pid()), `--fsize=${soft}:unlimited`])
}

/** Lets traffic fill a hub, ends it, and hands over its data folder; then the hub must go on from what is there. */
const onStopped = (trial: Trial, damage: (folder: string) => Promise<Finding>): Promise<Finding> =>
  withHouse(trial, (stage) =>
    underTraffic(stage, async () => {
      await sleep(2_000)
      const hub = stage.hubs['hub']
      await hub?.end('SIGTERM')
      const found = await damage(dirname(dataFileOf(stage)))
      await hub?.start()
      return found
    }),
  )

interface Said {
  readonly code: number | null
  readonly text: string
}

/** Runs a verb on a data folder; the traffic goes on meanwhile. */
const crossdock = async (
  program: string,
  folder: string,
  words: readonly string[],
  before: readonly string[] = [],
): Promise<Said> => {
  const [command = '', ...args] = [...before, process.execPath, program, ...words]
  const env = { ...process.env, MONGO_URL: '', CROSSDOCK_DATA: folder, CROSSDOCK_PORT: '0', CROSSDOCK_CONFIG: '' }
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += String(chunk)
      })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, text }))
  })
}

/** A sentence that names the file, and no stack. */
const refusedOf = (what: string, { code, text }: Said): readonly string[] => {
  const isSentence = /crossdock\.db/.test(text) && !/^\s+at /m.test(text)
  return code === 1 && isSentence ? [] : [`${what}: exit ${code}, said ${text.trim().slice(0, 300)}`]
}

const readOnly: Fault = {
  name: 'read-only',
  what: 'the file may not be written when the hub starts',
  holds: 'refuses with a sentence; what was acked is there afterwards',
  engines: ['embedded'],
  run: (trial) =>
    onStopped(trial, async (folder) => {
      const file = join(folder, 'crossdock.db')
      chmodSync(file, 0o400)
      chmodSync(folder, 0o500)
      const said = await crossdock(trial.program, folder, ['start'], asOwner())
      chmodSync(folder, 0o700)
      chmodSync(file, 0o600)
      return { figures: {}, differences: refusedOf('start on a file that is read-only', said) }
    }),
}

/** Root may write what nobody may; without that right it is an owner like others. */
const asOwner = (): readonly string[] =>
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []

const torn: Fault = {
  name: 'torn-page',
  what: 'the last page of the file is torn',
  holds: '`start` refuses with a sentence; `verify` names it; put right, what was acked is there',
  engines: ['embedded'],
  run: (trial) =>
    onStopped(trial, async (folder) =>
      onCopy(folder, async (copy) => {
        const file = join(copy, 'crossdock.db')
        truncateSync(file, statSync(file).size - 8192)
        const said = async (verb: string): Promise<readonly string[]> =>
          refusedOf(`${verb} of a torn file`, await crossdock(trial.program, copy, [verb]))
        return { figures: {}, differences: (await Promise.all(['start', 'verify'].map(said))).flat() }
      }),
    ),
}

const flips = 12

const flipped: Fault = {
  name: 'flipped-byte',
  what: `a byte of the file is flipped, in ${flips} places at random`,
  holds: '`verify` names each that changes anything; put right, what was acked is there',
  engines: ['embedded'],
  run: (trial) =>
    onStopped(trial, async (folder) => {
      const dice = openDice(trial.seed)
      const whole = await everythingIn(folder)
      const outcomes = { named: 0, unused: 0 }
      const differences: string[] = []
      const flip = (): Promise<Finding> =>
        onCopy(folder, async (copy) => {
          const file = join(copy, 'crossdock.db')
          const at = usedPlace(file, dice.whole)
          flipAt(file, at)
          const { code } = await crossdock(trial.program, copy, ['verify'])
          if (code === 1) outcomes.named += 1
          // Room that holds nothing any more may hold anything.
          else if ((await everythingIn(copy)) === whole) outcomes.unused += 1
          else differences.push(`the byte at ${at} is flipped, and verify finds nothing: exit ${code}`)
          return { figures: {}, differences: [] }
        })
      for (let done = 0; done < flips; done += 3) await Promise.all([flip(), flip(), flip()])
      if (outcomes.named < flips / 2) differences.push('most places were unused: no proof')
      return { figures: { flipped: flips, ...outcomes }, differences }
    }),
}

/** A digest over every document. */
const everythingIn = async (folder: string): Promise<string> => {
  const store = openEmbedded({ file: join(folder, 'crossdock.db'), program: storeProgram, readOnly: true })
  const hash = createHash('sha256')
  try {
    for (const name of collections)
      for await (const page of batchesOf<Doc>(store, name)) for (const document of page) hash.update(pack(document))
  } finally {
    await store.close()
  }
  return hash.digest('hex')
}

/** A place in the file that holds content: in the midst of some text. Unused room may hold anything. */
const usedPlace = (file: string, whole: (low: number, high: number) => number): number => {
  const bytes = readFileSync(file)
  for (;;) {
    const at = whole(16_384, bytes.length - 64)
    if (/^[\x20-\x7e]{32}$/.test(bytes.toString('latin1', at, at + 32))) return at + 16
  }
}

const flipAt = (file: string, at: number): void => {
  const handle = openSync(file, 'r+')
  const byte = Buffer.alloc(1)
  readSync(handle, byte, 0, 1, at)
  writeSync(handle, Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at)
  closeSync(handle)
}

const onCopy = async (folder: string, damage: (copy: string) => Promise<Finding>): Promise<Finding> => {
  const copy = mkdtempSync(join(tmpdir(), 'crossdock-copy-'))
  try {
    cpSync(folder, copy, { recursive: true })
    return await damage(copy)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** The file of the embedded engine. */
export const file: readonly Fault[] = [fullDisk, readOnly, torn, flipped]
