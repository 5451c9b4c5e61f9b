import { json, sandbox, time } from './option.ts'
import type { Adding } from './program.ts'
import type { PullOptions, ReconcileOptions, StretchOptions } from './pull.ts'

/** The verbs that ask channels for their orders, and whether anything is missing. */
export const addPullVerbs = ({ program, deps, run }: Adding): void => {
  program.commandsGroup('Asking channels')
  program
    .command('pull')
    .description('Asks the channel of a connection at once what has changed.')
    .argument('<connection>', 'its id')
    .option('--since <time>', 'From then on, again; else from where it left off.', time)
    .option(...sandbox)
    .option(...json)
    .action((connection: string, options: Omit<PullOptions, 'connection'>) =>
      run(async () => (await import('./pull.ts')).pull(deps, { connection, ...options })),
    )
  program
    .command('backfill')
    .description('Fetches the orders placed in a stretch of time; broken off and begun again, it goes on where it was.')
    .argument('<connection>', 'its id')
    .requiredOption('--from <time>', 'Orders placed from then on.', time)
    .option('--to <time>', 'And before then; now where absent.', time)
    .option(...sandbox)
    .option(...json)
    .action((connection: string, options: Omit<StretchOptions, 'connection'>) =>
      run(async () => (await import('./pull.ts')).backfill(deps, { connection, ...options })),
    )
  program
    .command('reconcile')
    .description('Holds what the channel says exists against what is held: the certificate that nothing is missing.')
    .requiredOption('--connection <id>', 'Whose orders.')
    .requiredOption('--from <time>', 'Orders placed from then on.', time)
    .option('--to <time>', 'And before then; now where absent.', time)
    .option('--cure', 'Fetches what is missing or stale.')
    .option(...sandbox)
    .option(...json)
    .action((options: ReconcileOptions) => run(async () => (await import('./pull.ts')).reconcile(deps, options)))
}
