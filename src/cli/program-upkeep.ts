import { json } from './option.ts'
import type { Adding } from './program.ts'

interface Json {
  readonly json?: true
}

/** The verbs about the data themselves. */
export const addUpkeepVerbs = ({ program, deps, run }: Adding): void => {
  program.commandsGroup('The data')
  program
    .command('verify')
    .description('Holds all that is kept against what must be true, and names every fault. May run beside the hub.')
    .option(...json)
    .action((options: Json) => run(async () => (await import('./upkeep.ts')).verifyVerb(deps, options)))
  program
    .command('backup')
    .description('Writes everything into one file, beside a hub that may be at work.')
    .argument('<file>', 'the backup, which must not be there yet')
    .option(...json)
    .action((file: string, options: Json) =>
      run(async () => (await import('./upkeep.ts')).backupVerb(deps, file, options)),
    )
  program
    .command('restore')
    .description('Takes everything out of a backup, into an empty folder or database.')
    .argument('<file>', 'the backup')
    .option(...json)
    .action((file: string, options: Json) =>
      run(async () => (await import('./upkeep.ts')).restoreVerb(deps, file, options)),
    )
  program
    .command('move')
    .description('Moves everything to a database or a folder, and compares. Broken off, it goes on where it was.')
    .requiredOption('--to <place>', 'mongodb://… or a folder')
    .option(...json)
    .action((options: Json & { readonly to: string }) =>
      run(async () => (await import('./upkeep.ts')).moveVerb(deps, options)),
    )
}
