import { HubError } from '../kernel/errors.ts'
import { roles } from '../store/rows.ts'
import { json, oneOf, sandbox } from './option.ts'
import type { Adding } from './program.ts'
import { parts } from './start.ts'
import type { StartOptions } from './start-hub.ts'

interface Json {
  readonly json?: true
}

/** The verbs about the hub itself. */
export const addHubVerbs = ({ program, deps, run }: Adding): void => {
  program.commandsGroup('The hub')
  program
    .command('start')
    .description('Starts the hub: webhooks, API and workers, until it is told to stop.')
    .addOption(oneOf('--role <role>', 'Which part of it this process is; with MONGO_URL there may be many.', parts))
    .option('--stages <stages>', 'Which work it does, with commas: ingest,react,push,pull. All of it where absent.')
    .option(...sandbox)
    .action((options: StartOptions) => run(async () => (await import('./start-hub.ts')).startHub(deps, options)))
  program
    .command('check')
    .description('Reads config, connections and mappings and lists every fault; starts nothing.')
    .option(...sandbox)
    .option(...json)
    .action((options: Json & { readonly sandbox?: true }) =>
      run(async () => (await import('./check.ts')).check(deps, options)),
    )
  program
    .command('connections')
    .description('Lists the configured connections and how they fare.')
    .option(...json)
    .action((options: Json) => run(async () => (await import('./connections.ts')).connections(deps, options)))
  program
    .command('resume')
    .description('Goes on with a connection that was stopped.')
    .argument('<connection>', 'its id')
    .option(...sandbox)
    .option(...json)
    .action((connection: string, options: Json & { readonly sandbox?: true }) =>
      run(async () => (await import('./connections.ts')).resume(deps, { connection, ...options })),
    )
  program
    .command('connectors')
    .description('Lists the channels there is a connector for; of one, all that it needs and can.')
    .argument('[connector]', 'its id')
    .option(...json)
    .action((connector: string | undefined, options: Json) =>
      run(async () =>
        (await import('./connectors.ts')).connectors(
          deps,
          connector === undefined ? options : { connector, ...options },
        ),
      ),
    )
  addKeyVerbs({ program, deps, run })
}

const addKeyVerbs = ({ program, deps, run }: Adding): void => {
  const keys = program
    .command('keys')
    .description('Lists, makes and removes API keys.')
    .option(...json)
    .action((options: Json, command: { readonly args: readonly string[] }) =>
      run(async () => {
        const [word] = command.args
        if (word !== undefined) throw new HubError('USAGE', `keys can list, add and remove, not "${word}"`)
        return (await import('./keys.ts')).listKeys(deps, options)
      }),
    )
  keys
    .command('list')
    .description('Lists them: only their hashes are kept.')
    .action(() => run(async () => (await import('./keys.ts')).listKeys(deps, keys.opts<Json>())))
  keys
    .command('add')
    .description('Makes one and shows it, this once.')
    .argument('<name>', 'whose it is')
    .addOption(oneOf('--role <role>', 'What it may do.', roles).makeOptionMandatory())
    .action((name: string, { role }: { readonly role: string }) =>
      run(async () => (await import('./keys.ts')).addKey(deps, { ...keys.opts<Json>(), name, role })),
    )
  keys
    .command('remove')
    .description('Removes one: it opens nothing any more.')
    .argument('<id>', 'its id, as `crossdock keys` lists it')
    .action((id: string) => run(async () => (await import('./keys.ts')).removeKey(deps, { ...keys.opts<Json>(), id })))
}
