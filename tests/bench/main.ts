import { cpus, loadavg, platform } from 'node:os'
import { parseArgs } from 'node:util'
import { ackRatio } from './ack.ts'
import { relayBacklog } from './backlog.ts'
import { bellLatency } from './bell.ts'
import { flowAtWork } from './flow.ts'
import { grownUp } from './grown.ts'
import { listGrowth } from './list.ts'
import { mappingSpeed } from './mapping.ts'
import { mappingOfChannels } from './mapping-channels.ts'
import { moveRate } from './moving.ts'
import { pullRate } from './pull.ts'
import { pushSustained } from './push.ts'
import { heading, jsonOf, lineOf, type Row, summaryOf } from './rows.ts'
import { startCold } from './start.ts'
import { tidyOnExit, undoAll } from './tidy.ts'

/** What is measured, one after the other, each by itself. */
const measurements: Readonly<Record<string, (quick: boolean) => Promise<readonly Row[]>>> = {
  ack: ackRatio,
  flow: flowAtWork,
  bell: bellLatency,
  backlog: relayBacklog,
  move: moveRate,
  grown: grownUp,
  mapping: mappingSpeed,
  channels: mappingOfChannels,
  list: listGrowth,
  push: pushSustained,
  pull: pullRate,
  start: startCold,
}

/** What takes too long for a quick run, unless it is asked for. */
const fullOnly = ['backlog', 'move', 'grown']

const help = `npm run bench -- [options]

Measures the hub on this machine over loopback: the load generator, the hub and what it is measured beside are processes of
their own, and everything is counted and read back. A floor that is missed is printed as MISSED and is no failure, for
machines differ: the exit code is 1 only where something could not be measured, or the counts were wrong.

  --quick         less of everything, in less than a minute; without ${fullOnly.join(', ')} unless they are asked for
  --json          one object a line: { name, value, unit, baseline, ratio }
  --only <name>   only this, may be given again: ${Object.keys(measurements).join(', ')}
  --help          this
`

const optionsOf = () =>
  parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  }).values

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const note = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

const machine = (quick: boolean): string => {
  const cores = cpus()
  const load = loadavg()[0]?.toFixed(1)
  return (
    `Crossdock bench${quick ? ', quick' : ''}: ${cores.length} cores (${cores[0]?.model ?? 'unknown'}), ` +
    `node ${process.version}, ${platform()}, load ${load} before it began`
  )
}

type Options = ReturnType<typeof optionsOf>

const measureAll = async ({ quick, json, only }: Options): Promise<number> => {
  const rows: Row[] = []
  const failed: string[] = []
  if (!json) say(heading(machine(quick)))
  for (const [name, measure] of Object.entries(measurements)) {
    if (only.length > 0 ? !only.includes(name) : quick && fullOnly.includes(name)) continue
    note(`measuring ${name} …`)
    try {
      const measured = await measure(quick)
      note('')
      for (const row of measured) say(json ? jsonOf(row) : lineOf(row))
      rows.push(...measured)
    } catch (error) {
      note('')
      process.stderr.write(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}\n`)
      failed.push(name)
      undoAll()
    }
  }
  if (!json) say(`\n${summaryOf(rows, failed)}; ${Math.round(performance.now() / 1000)} s`)
  return failed.length === 0 ? 0 : 1
}

const main = async (): Promise<number> => {
  const options = optionsOf()
  const unknown = options.only.filter((name) => !(name in measurements))
  if (unknown.length > 0)
    throw new Error(`there is no ${unknown.join(', ')}; there are ${Object.keys(measurements).join(', ')}`)
  if (!options.help) return measureAll(options)
  process.stdout.write(help)
  return 0
}

tidyOnExit()
try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
