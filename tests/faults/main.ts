import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allConnectors } from '../../src/wire.ts'
import { openGround } from './ground.ts'
import { type Engine, engines, sidesOf } from './house.ts'
import { type Outcome, runLanes } from './lanes.ts'
import { type Fault, faults } from './rows.ts'
import { trySabotage } from './sabotage.ts'
import { sabotages } from './sabotages.ts'
import { tableOf } from './table.ts'

const help = `npm run faults -- [--quick] [--engine embedded|mongo|both] [--seed N] [--only NAME,…] [--markdown] [--sabotage NAME|all]
faults: ${faults.map(({ name }) => name).join(', ')}
sabotages: ${sabotages.map(({ name }) => name).join(', ')}
`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    engine: { type: 'string', default: 'both' },
    seed: { type: 'string', default: '7' },
    only: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    sabotage: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const say = (text: string): boolean => process.stdout.write(`${text}\n`)
/** How far it has come: beside the table, where that is what was asked for. */
const note = (text: string): boolean => (values.markdown ? process.stderr : process.stdout).write(`${text}\n`)

const wrong = (sentence: string): never => {
  process.stderr.write(`${sentence}\n\n${help}`)
  process.exit(2)
}

const chosenEngines = (): readonly Engine[] => {
  const chosen = engines.filter((engine) => values.engine === 'both' || values.engine === engine)
  return chosen.length > 0 ? chosen : wrong(`expected --engine embedded, mongo or both, got "${values.engine}"`)
}

const chosenFaults = (): readonly Fault[] => {
  const names = values.only?.split(',')
  const unknown = names?.find((name) => faults.every((fault) => fault.name !== name))
  if (unknown !== undefined) return wrong(`there is no fault "${unknown}"`)
  return faults.filter(({ name, quick }) => (names?.includes(name) ?? true) && (!values.quick || quick === true))
}

/** Tries every row chosen. */
const runAll = async (program: string): Promise<readonly Outcome[]> => {
  const ground = openGround()
  const connectors = sidesOf(allConnectors)
  const { quick } = values
  try {
    return await runLanes({
      faults: chosenFaults(),
      engines: chosenEngines(),
      tryOut: (fault, engine) =>
        ground.tryOut(fault, { engine, seed: Number(values.seed), quick, program, connectors }),
      tell,
    })
  } finally {
    await ground.close()
  }
}

const tell = ({ fault, engine, seconds, figures, differences }: Outcome): void => {
  const facts = Object.entries(figures).map(([name, figure]) => `${name} ${figure}`)
  note(
    `${differences.length === 0 ? 'holds ' : 'FAILS '} ${fault.name.padEnd(16)} ${engine.padEnd(9)} ${seconds.toFixed(0).padStart(3)} s  ${facts.join(', ')}`,
  )
  for (const sentence of differences.slice(0, 8)) note(`         ${sentence}`)
  if (differences.length > 8) note(`         … and ${differences.length - 8} more`)
}

const main = async (): Promise<number> => {
  if (values.help) {
    say(help)
    return 0
  }
  if (values.sabotage !== undefined) return trySabotage(values.sabotage, { say, wrong, engines: chosenEngines() })
  const outcomes = await runAll(join(import.meta.dirname, '../../bin/crossdock.js'))
  if (values.markdown) say(tableOf(outcomes))
  const failed = outcomes.filter(({ differences }) => differences.length > 0).length
  say(`\n${outcomes.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main()
