import { answers, type KeyRow } from './answers.ts'
import { ask, askFor } from './api.ts'
import type { CliDeps } from './deps.ts'
import { withApi } from './reach.ts'
import { isLocalKey } from './start.ts'
import { openTable } from './table.ts'
import { localTime } from './text.ts'
import { exits } from './verb.ts'

interface Json {
  readonly json?: true
}

/** Lists the API keys; of none is more kept than a hash. */
export const listKeys = (deps: CliDeps, { json }: Json): Promise<number> =>
  withApi(deps, {}, async (api) => {
    const { items } = await askFor(api, answers.keys, { method: 'GET', path: '/v1/keys' })
    // The verbs' own key comes and goes with the hub, and nobody made it.
    const rows = items.filter(({ name }) => !isLocalKey(name))
    if (json === true) for (const row of rows) deps.terminal.say(JSON.stringify(row))
    else if (rows.length === 0)
      deps.terminal.note('There is no key yet: `crossdock keys add NAME --role ROLE` makes one.')
    else
      openTable(deps.terminal, [
        { title: 'ID', of: ({ id }: KeyRow) => id },
        { title: 'NAME', of: ({ name }) => name },
        { title: 'ROLE', of: ({ role }) => role },
        { title: 'MADE', of: ({ madeAt }) => localTime(madeAt) },
      ]).show(rows)
    return exits.done
  })

/** Makes a key. Its text alone goes to stdout, so that a script can keep it. */
export const addKey = (
  deps: CliDeps,
  { name, role, json }: Json & { readonly name: string; readonly role: string },
): Promise<number> =>
  withApi(deps, { makes: true }, async (api) => {
    const made = await askFor(api, answers.madeKey, { method: 'POST', path: '/v1/keys', body: { name, role } })
    if (json === true) {
      deps.terminal.say(JSON.stringify(made))
      return exits.done
    }
    deps.terminal.note(
      `The key of ${name} (role ${role}, id ${made.id}). It is shown this once; only its hash is kept:`,
    )
    deps.terminal.say(made.key)
    return exits.done
  })

/** Removes a key. @throws NOT_FOUND */
export const removeKey = (deps: CliDeps, { id, json }: Json & { readonly id: string }): Promise<number> =>
  withApi(deps, {}, async (api) => {
    await ask(api, { method: 'DELETE', path: `/v1/keys/${encodeURIComponent(id)}` })
    if (json === true) deps.terminal.say(JSON.stringify({ removed: id }))
    else deps.terminal.say(`${id} is removed.`)
    return exits.done
  })
