import { workStates } from '../store/rows.ts'
import { json, oneOf, sandbox, whole } from './option.ts'
import type { Adding } from './program.ts'
import type { ReplayOptions } from './replay.ts'
import type { WorkOptions } from './work.ts'

/** The verbs about what came in, what goes out, and what became of it. */
export const addWorkVerbs = ({ program, deps, run }: Adding): void => {
  program.commandsGroup('Work')
  const list = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .addOption(oneOf('--state <state>', 'Only those in this state.', workStates))
      .option('--connection <id>', 'Only those of this connection.')
      .option('--code <code>', 'Only those that failed with this code.')
      .option('--limit <n>', 'So many at most; 50 unless told otherwise.', whole(1, 1_000_000))
      .option('--all', 'All of them.')
      .option(...json)
  list('messages', 'Lists what came in, newest first, with the cause and cure of what failed.').action(
    (options: WorkOptions) => run(async () => (await import('./work.ts')).messages(deps, options)),
  )
  list('commands', 'Lists what goes out, newest first, with the cause and cure of what failed.').action(
    (options: WorkOptions) => run(async () => (await import('./work.ts')).commands(deps, options)),
  )
  program
    .command('replay')
    .description('Takes messages or commands up again that were given up or wait for a person.')
    .argument('[id]', 'of a message or command; without one, all of the kind that the options name')
    .option('--connection <id>', 'Those of this connection.')
    .option('--code <code>', 'Those that failed with this code.')
    .addOption(oneOf('--state <state>', 'Those in this state.', ['dead', 'parked']))
    .option('--order <order>', 'Reads all messages of this order anew, as the mappings are today.')
    .option('--happened', 'Of a command whose outcome is unknown: it did happen, do not send it again.')
    .option('--done', 'Of a message that waits for a person: it was dealt with.')
    .option('--again', 'Of a command whose outcome is unknown: send it again.')
    .option(...sandbox)
    .option(...json)
    .action((id: string | undefined, options: Omit<ReplayOptions, 'id'>) =>
      run(async () => (await import('./replay.ts')).replay(deps, id === undefined ? options : { id, ...options })),
    )
}
