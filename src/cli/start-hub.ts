import type { CliDeps } from './deps.ts'
import { refuseFaults } from './reach.ts'
import { start } from './start.ts'

/** Checks everything, then starts the hub and runs it until it is told to stop. @throws CONFIG_INVALID nothing was started */
export const startHub = async (deps: CliDeps, { sandbox }: { readonly sandbox?: true }): Promise<number> => {
  const { terminal, env } = deps
  const setup = await deps.readSetup(sandbox === true)
  refuseFaults(setup)
  for (const { id, sandboxUrl } of setup.accounts)
    if (sandboxUrl !== undefined) terminal.note(`SANDBOX: ${id} speaks to ${sandboxUrl}, not to its channel`)
  if (setup.accounts.every(({ enabled }) => !enabled))
    terminal.note('No connection is enabled: nothing can come in. config/connections.example.yaml shows one of each.')
  return start({ terminal, env, open: () => deps.openServer(setup), stopped: deps.stopped() })
}
