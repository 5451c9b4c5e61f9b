import { HubError } from '../kernel/errors.ts'
import { stages as everyStage, type Stage } from '../queue/bell.ts'
import type { CliDeps } from './deps.ts'
import { refuseFaults } from './reach.ts'
import { type Part, start } from './start.ts'

export interface StartOptions {
  readonly sandbox?: true
  readonly role?: Part['role']
  /** Stages with commas between them. */
  readonly stages?: string
}

/**
 * Checks everything, then starts the hub, or its part, and runs it until it is told to stop.
 * @throws CONFIG_INVALID nothing was started · USAGE a part that cannot be
 */
export const startHub = async (deps: CliDeps, { sandbox, role = 'all', stages }: StartOptions): Promise<number> => {
  const { terminal, env, leave } = deps
  const stopped = deps.stopped()
  const part = { role, stages: stagesOf(stages, role) }
  const setup = await deps.readSetup(sandbox === true)
  refuseFaults(setup)
  if (setup.servers.mongo === undefined && (role !== 'all' || part.stages.length < everyStage.length))
    throw new HubError('USAGE', 'without MONGO_URL data are in a file, and one process does everything on it', {
      cure: 'Start without --role and --stages, or set MONGO_URL.',
    })
  if (setup.servers.mongo !== undefined && setup.servers.redis === undefined)
    terminal.note('REDIS_URL names no Redis: other processes find what is due within relay.everyMs, not at once.')
  if (setup.servers.mongo === undefined && setup.servers.redis !== undefined)
    terminal.note('REDIS_URL is not used: without MONGO_URL one process does everything, and rings for nobody.')
  return start({ terminal, env, part, open: () => deps.openServer(setup, part), stopped, leave })
}

const stagesOf = (words: string | undefined, role: Part['role']): readonly Stage[] => {
  if (words === undefined) return everyStage
  if (role === 'api') throw new HubError('USAGE', 'an api works no stage: --stages goes with --role worker or all')
  const asked = words.split(',').map((word) => word.trim())
  const unknown = asked.find((word) => !everyStage.some((stage) => stage === word))
  if (unknown !== undefined)
    throw new HubError('USAGE', `expected stages among ${everyStage.join(', ')}, got "${unknown}"`)
  return everyStage.filter((stage) => asked.includes(stage))
}
