import type { CliDeps } from './deps.ts'
import { refuseFaults } from './reach.ts'
import { start } from './start.ts'

/** Checks everything, then starts the hub and runs it until it is told to stop. @throws CONFIG_INVALID nothing was started */
export const startHub = async (deps: CliDeps, { sandbox }: { readonly sandbox?: true }): Promise<number> => {
  const { terminal, env } = deps
  const setup = await deps.readSetup(sandbox === true)
  refuseFaults(setup)
  return start({ terminal, env, open: () => deps.openServer(setup), stopped: deps.stopped() })
}
