import { answers } from './answers.ts'
import { askFor } from './api.ts'
import { stoppedText } from './connections.ts'
import { dataFolderOf } from './data-folder.ts'
import type { CliDeps } from './deps.ts'
import { runningApi } from './open-api.ts'
import { refuseFaults } from './reach.ts'
import { openTable } from './table.ts'
import { counted } from './text.ts'
import { exits } from './verb.ts'

export interface CheckVerbOptions {
  readonly sandbox?: true
  readonly json?: true
}

/** The check of a start, without starting. @throws CONFIG_INVALID with every fault */
export const check = async (
  deps: Pick<CliDeps, 'terminal' | 'readSetup' | 'env'>,
  options: CheckVerbOptions,
): Promise<number> => {
  const { terminal } = deps
  const setup = await deps.readSetup(options.sandbox === true)
  refuseFaults(setup)
  const rows = setup.accounts.map(({ id, connector, enabled, mappings }) => ({
    id,
    connector: connector.id,
    enabled,
    mappings: mappings.size,
  }))
  if (options.json === true) {
    for (const row of rows) terminal.say(JSON.stringify(row))
    return exits.done
  }
  terminal.say(`${setup.file ?? 'No config file, only the defaults'}: ${counted(rows.length, 'connection')}, no fault.`)
  openTable(terminal, [
    { title: 'CONNECTION', of: (row: (typeof rows)[number]) => row.id },
    { title: 'CONNECTOR', of: ({ connector }) => connector },
    { title: 'ENABLED', of: ({ enabled }) => (enabled ? 'yes' : 'no') },
    { title: 'MAPPINGS', of: ({ mappings }) => String(mappings), right: true },
  ]).show(rows)
  await tellStopped(deps)
  return exits.done
}

/** A config may be right and its consent withdrawn: what the hub that runs on it says. */
const tellStopped = async ({ terminal, env }: Pick<CliDeps, 'terminal' | 'env'>): Promise<void> => {
  const api = await runningApi(dataFolderOf(env))
  if (api === undefined) return
  const { items } = await askFor(api, answers.connections, { method: 'GET', path: '/v1/connections' })
  for (const { id, stopped } of items) if (stopped !== undefined) terminal.say(`\n${stoppedText({ id, stopped })}`)
  await api.close()
}
