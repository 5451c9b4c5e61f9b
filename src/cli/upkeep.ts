import type { StoreFault } from '../flow/verify.ts'
import { HubError } from '../kernel/errors.ts'
import type { Counts, Moved } from '../store/moving/archive.ts'
import type { Checked, CliDeps } from './deps.ts'
import { refuseFaults } from './reach.ts'
import { counted } from './text.ts'
import { exits, type Terminal } from './verb.ts'

export interface UpkeepOptions {
  readonly progress: (moved: { readonly where: string; readonly rows: number }) => void
}

/** The care of the data, as the verbs need it. */
export interface Upkeep {
  verifyData(
    setup: Checked,
    options: UpkeepOptions & { readonly fault: (fault: Omit<StoreFault, 'id'> & { readonly id?: string }) => void },
  ): Promise<Counts>
  backUp(setup: Checked, file: string, options: UpkeepOptions): Promise<Counts>
  restore(setup: Checked, file: string, options: UpkeepOptions): Promise<Counts>
  move(setup: Checked, to: string, options: UpkeepOptions): Promise<Counts>
}

interface Json {
  readonly json?: true
}

const progressOf =
  ({ progress }: Terminal) =>
  ({ where, rows }: Pick<Moved, 'rows'> & { readonly where: string }): void =>
    progress(`${where}: ${counted(rows, 'row')}`)

/** Where data are is all that these verbs need of the config: its connections may be wrong. */
const setUp = async (deps: CliDeps): Promise<Checked> => deps.readSetup(true)

const listOf = (counts: Counts): string =>
  Object.entries(counts)
    .filter(([, rows]) => rows > 0)
    .map(([where, rows]) => `${rows} in ${where}`)
    .join(', ') || 'nothing'

/** Tells what was done, for people or for a program. */
const tell = (
  terminal: Terminal,
  { json }: Json,
  { done, counts }: { readonly done: string; readonly counts: Counts },
): number => {
  terminal.progress('')
  terminal.say(json === true ? JSON.stringify({ counts }) : `${done}: ${listOf(counts)}.`)
  return exits.done
}

/** A person reads so many; a program gets them all. */
const mostTold = 50

/** Names every fault in what is kept. Exit 1 where there is one. */
export const verifyVerb = async (deps: CliDeps, { json }: Json): Promise<number> => {
  const { terminal } = deps
  const upkeep = await deps.upkeep()
  let faults = 0
  const counts = await upkeep.verifyData(await setUp(deps), {
    progress: progressOf(terminal),
    fault: (fault) => {
      faults += 1
      const { where, id, sentence } = fault
      if (json === true) terminal.say(JSON.stringify(fault))
      else if (faults <= mostTold) terminal.say(`${where}${id === undefined ? '' : ` ${id}`}: ${sentence}`)
    },
  })
  terminal.progress('')
  if (json === true) terminal.say(JSON.stringify({ counts, faults }))
  else if (faults === 0) terminal.say(`No fault: ${listOf(counts)}.`)
  else
    terminal.say(
      `${counted(faults, 'fault')}${faults > mostTold ? `; the first ${mostTold} are named, --json names all` : ''}.`,
    )
  return faults === 0 ? exits.done : exits.failed
}

export const backupVerb = async (deps: CliDeps, file: string, options: Json): Promise<number> => {
  const upkeep = await deps.upkeep()
  const counts = await upkeep.backUp(await setUp(deps), file, { progress: progressOf(deps.terminal) })
  return tell(deps.terminal, options, { done: `${file} holds`, counts })
}

export const restoreVerb = async (deps: CliDeps, file: string, options: Json): Promise<number> => {
  const setup = await setUp(deps)
  const upkeep = await deps.upkeep()
  const counts = await upkeep.restore(setup, file, { progress: progressOf(deps.terminal) })
  return tell(deps.terminal, options, { done: 'Restored', counts })
}

export const moveVerb = async (deps: CliDeps, { to, ...options }: Json & { readonly to: string }): Promise<number> => {
  if (to === '') throw new HubError('USAGE', 'expected --to to name a folder, or an address of MongoDB')
  const setup = await setUp(deps)
  refuseFaults(setup)
  const upkeep = await deps.upkeep()
  const counts = await upkeep.move(setup, to, { progress: progressOf(deps.terminal) })
  return tell(deps.terminal, options, { done: 'Moved, counted and compared', counts })
}
