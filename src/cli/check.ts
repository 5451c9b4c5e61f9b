import type { CliDeps } from './deps.ts'
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
  deps: Pick<CliDeps, 'terminal' | 'readSetup'>,
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
  return exits.done
}
