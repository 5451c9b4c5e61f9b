import { fulfilmentWords, paymentWords, stateWords } from '../canonical/words.ts'
import type { ImportOptions } from './import.ts'
import type { MapOptions } from './map.ts'
import { each, json, oneOf, sandbox, time, whole } from './option.ts'
import type { OrdersOptions } from './orders.ts'
import type { Adding } from './program.ts'
import type { ShipOptions } from './ship.ts'

/** The verbs about orders. */
export const addOrderVerbs = ({ program, deps, run }: Adding): void => {
  program.commandsGroup('Orders')
  program
    .command('orders')
    .description('Lists orders, newest first.')
    .option('--connection <id>', 'Only those of this connection.')
    .addOption(oneOf('--state <word>', 'Only those in this state.', stateWords))
    .addOption(oneOf('--payment <word>', 'Only those paid so far.', paymentWords))
    .addOption(oneOf('--fulfilment <word>', 'Only those sent so far.', fulfilmentWords))
    .option('-q, --q <text>', 'Number, name, mail, phone, SKU, tracking number or reference.')
    .option('--from <time>', 'Placed at or after: 2026-11-24, or an instant.', time)
    .option('--to <time>', 'Placed before.', time)
    .option('--limit <n>', 'So many at most; 50 unless told otherwise.', whole(1, 1_000_000))
    .option('--all', 'All of them.')
    .option(...json)
    .action((options: OrdersOptions) => run(async () => (await import('./orders.ts')).orders(deps, options)))
  program
    .command('show')
    .description('Shows one order: people, goods, money, parcels, what happened.')
    .argument('<order>', 'its number, its id or the beginning of it, or the id it has at its channel')
    .option(...json)
    .action((order: string, options: { readonly json?: true }) =>
      run(async () => (await import('./show.ts')).show(deps, { order, ...options })),
    )
  program
    .command('ship')
    .description('Enters that goods have left, and tells the channel.')
    .argument('<order>', 'as for show')
    .option('--carrier <name>', 'Who carries them.')
    .option('--tracking <number>', 'The tracking number.')
    .option('--service <name>', "The carrier's service.")
    .option('--url <url>', 'Where the parcel can be followed.')
    .option(
      '--line <id=quantity>',
      'A line, by id or SKU, and how much of it; may be repeated. Without: all that is open.',
      each,
    )
    .option('--key <key>', 'The same request under the same key is entered once.')
    .option(...sandbox)
    .option(...json)
    .action((order: string, options: Omit<ShipOptions, 'order'>) =>
      run(async () => (await import('./ship.ts')).ship(deps, { order, ...options })),
    )
  program
    .command('import')
    .description(
      'Takes in the orders of a CSV file: a row for each line of an order. The same file again changes nothing.',
    )
    .argument('<file>', 'a CSV file in UTF-8')
    .requiredOption('--connection <id>', 'The connection that takes them.')
    .option(...sandbox)
    .option(...json)
    .action((file: string, options: Omit<ImportOptions, 'file'>) =>
      run(async () => (await import('./import.ts')).importFile(deps, { file, ...options })),
    )
  program
    .command('map')
    .description("Shows what a connection's mapping makes of a payload. Nothing is kept.")
    .argument('<file>', 'a payload as the channel sends it; - reads standard input')
    .option('--connection <id>', 'The connection whose mapping it is.')
    .option('--connector <id>', 'A connector, with the settings of its sandbox: no config is needed.')
    .option('--topic <topic>', 'What kind of message it is; found out where it can be.')
    .option('--header <name=value>', 'A header it came with; may be repeated.', each)
    .option(...json)
    .action((file: string, options: Omit<MapOptions, 'file'>) =>
      run(async () => (await import('./map.ts')).map(deps, { file, ...options })),
    )
}
