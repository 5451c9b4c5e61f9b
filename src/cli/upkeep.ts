import type { StoreFault } from '../flow/verify.ts'
import type { Counts } from '../store/moving/archive.ts'
import type { Checked, CliDeps } from './deps.ts'
import { bar, counted } from './text.ts'
import { exits, type Terminal } from './verb.ts'

export interface UpkeepOptions {
  readonly progress: (moved: { readonly where: string; readonly rows: number; readonly of: number }) => void
  /** Whether anybody sees the progress. */
  readonly isWatched: boolean
}

export interface VerifyUpkeep extends UpkeepOptions {
  readonly fault: (fault: Omit<StoreFault, 'id'> & { readonly id?: string }) => void
}

/** What was done: where, and how many rows of each collection. */
export interface Done {
  readonly place: string
  readonly counts: Counts
}

/** The care of the data, as the verbs need it. */
export interface Upkeep {
  verifyData(setup: Checked, options: VerifyUpkeep): Promise<Done>
  backUp(setup: Checked, file: string, options: UpkeepOptions): Promise<Done>
  restore(setup: Checked, file: string, options: UpkeepOptions): Promise<Done>
  move(setup: Checked, to: string, options: UpkeepOptions): Promise<Done & { readonly from: string }>
}

interface Json {
  readonly json?: true
}

const watching = ({ progress, isTerminal }: Terminal): UpkeepOptions => ({
  isWatched: isTerminal,
  progress: ({ where, rows, of }) => progress(bar({ done: rows, of, what: `${of} in ${where}` })),
})

/** Where data are is all that these verbs need of the config: its connections may be wrong. */
const setUp = (deps: CliDeps): Promise<Checked> => deps.readSetup(true)

const listOf = (counts: Counts): string =>
  Object.entries(counts)
    .filter(([, rows]) => rows > 0)
    .map(([where, rows]) => `${rows} in ${where}`)
    .join(', ') || 'nothing'

/** Tells what was done, for people or for a program. */
const tell = (terminal: Terminal, { json }: Json, { said, done }: { readonly said: string; readonly done: Done }) => {
  terminal.progress('')
  terminal.say(json === true ? JSON.stringify(done) : said)
  return exits.done
}

/** A person reads so many; a program gets them all. */
const mostTold = 50

/** Names every fault in what is kept. Exit 1 where there is one. */
export const verifyVerb = async (deps: CliDeps, { json }: Json): Promise<number> => {
  const { terminal } = deps
  const upkeep = await deps.upkeep()
  let faults = 0
  const { counts, place } = await upkeep.verifyData(await setUp(deps), {
    ...watching(terminal),
    fault: (fault) => {
      faults += 1
      const { where, id, sentence } = fault
      if (json === true) terminal.say(JSON.stringify(fault))
      else if (faults <= mostTold) terminal.say(`${where}${id === undefined ? '' : ` ${id}`}: ${sentence}`)
    },
  })
  terminal.progress('')
  if (json === true) terminal.say(JSON.stringify({ place, counts, faults }))
  else if (faults === 0) terminal.say(`No fault: ${listOf(counts)}.`)
  else
    terminal.say(
      `${counted(faults, 'fault')}${faults > mostTold ? `; the first ${mostTold} are named, --json names all` : ''}.`,
    )
  return faults === 0 ? exits.done : exits.failed
}

export const backupVerb = async (deps: CliDeps, file: string, options: Json): Promise<number> => {
  const upkeep = await deps.upkeep()
  const done = await upkeep.backUp(await setUp(deps), file, watching(deps.terminal))
  return tell(deps.terminal, options, { done, said: `${file} holds ${listOf(done.counts)}.` })
}

export const restoreVerb = async (deps: CliDeps, file: string, options: Json): Promise<number> => {
  const upkeep = await deps.upkeep()
  const done = await upkeep.restore(await setUp(deps), file, watching(deps.terminal))
  return tell(deps.terminal, options, { done, said: `Restored into ${done.place}: ${listOf(done.counts)}.` })
}

export const moveVerb = async (deps: CliDeps, { to, ...options }: Json & { readonly to: string }): Promise<number> => {
  const upkeep = await deps.upkeep()
  const done = await upkeep.move(await setUp(deps), to, watching(deps.terminal))
  const said = `Moved to ${done.place}, counted and compared: ${listOf(done.counts)}.\n${done.from} is kept; no hub starts on it any more.`
  return tell(deps.terminal, options, { done, said })
}
