import type { DemoOptions } from './demo.ts'
import { json, rate, whole } from './option.ts'
import type { Adding } from './program.ts'
import type { SandboxVerbOptions } from './sandbox-verb.ts'

const seed = [
  '--seed <n>',
  'The same seed plays the same traffic; 1 unless told otherwise.',
  whole(0, 4_294_967_295),
  1,
] as const

/** The verbs that show and measure. */
export const addTryVerbs = ({ program, deps, run }: Adding): void => {
  program.commandsGroup('Trying it out')
  program
    .command('demo')
    .description('Starts a hub and a sandbox of every channel, and plays orders in.')
    .option(...seed)
    .option('--orders <n>', 'Ends after so many, and compares book against book.', whole(1, 1_000_000))
    .option('--rate <n>', 'Happenings a second; 20 unless told otherwise.', rate, 20)
    .option(
      '--drop <percent>',
      'Loses so many of a hundred messages; what was lost must be found by asking.',
      whole(0, 100),
    )
    .action((options: DemoOptions) =>
      run(async () => {
        const [{ demo }, connectors] = await Promise.all([import('./demo.ts'), deps.connectors()])
        const { terminal, program: file, stopped } = deps
        return demo({ terminal, connectors, program: file, stopped: stopped() }, options)
      }),
    )
  program
    .command('sandbox')
    .description("Plays a channel's other side: its API, its books, and signed messages.")
    .argument('<connector>', 'its id')
    .requiredOption('--hook <url>', 'Where its messages go: http://127.0.0.1:8080/webhooks/CONNECTION')
    .option('--port <n>', 'Port on this machine; 0 takes any free one.', whole(0, 65_535), 0)
    .option(...seed)
    .option('--rate <n>', 'Plays so many happenings a second by itself; without it, only when told.', rate)
    .option('--drop <percent>', 'Loses so many of a hundred messages on their way.', whole(0, 100))
    .option('--unlimited', 'Refuses no call for being one too many, or too early; it counts them.')
    .action((connector: string, options: Omit<SandboxVerbOptions, 'connector'>) =>
      run(async () => (await import('./sandbox-verb.ts')).playSandbox(deps, { connector, ...options })),
    )
  const { bench } = deps
  if (bench === undefined) return
  program
    .command('bench')
    .description('Measures this machine: messages, orders, mappings.')
    .option('--quick', 'Shorter, and less exact.')
    .option(...json)
    .action((options: { readonly quick?: true; readonly json?: true }) => run(() => bench(options)))
}
