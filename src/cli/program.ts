import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Argument, Command, CommanderError } from 'commander'
import { asHubError, type Code, HubError } from '../kernel/errors.ts'
import { didYouMean } from '../kernel/suggest.ts'
import type { CliDeps } from './deps.ts'
import { addHubVerbs } from './program-hub.ts'
import { addOrderVerbs } from './program-orders.ts'
import { addPullVerbs } from './program-pull.ts'
import { addTryVerbs } from './program-try.ts'
import { addUpkeepVerbs } from './program-upkeep.ts'
import { addWorkVerbs } from './program-work.ts'
import { cureOf, exits, type Terminal } from './verb.ts'

/** Adds verbs to the program. `run` takes the exit code of the one that is asked for. */
export interface Adding {
  readonly program: Command
  readonly deps: CliDeps
  readonly run: (verb: () => Promise<number>) => Promise<void>
}

/** Reads the words, runs the verb, tells every failure in a sentence, and gives the exit code. Never throws. */
export const runProgram = async (deps: CliDeps, argv: readonly string[]): Promise<number> => {
  let exit: number = exits.done
  const program = programOf(deps, async (verb) => {
    exit = await verb()
  })
  try {
    refuseUnknownHelp(program, argv)
    await program.parseAsync([...argv], { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exits.done
    // No verb at all: help was told already.
    if (error instanceof CommanderError && error.code === 'commander.help') return exits.usage
    return report(deps.terminal, failureOf(error), argv.includes('--json'))
  }
}

const programOf = (deps: CliDeps, run: Adding['run']): Command => {
  const program = new Command('crossdock')
    .description("The hub between a merchant's channels.")
    .usage('VERB [options]')
    .version(deps.version, '-V, --version', 'Says which version this is.')
    .helpOption('-h, --help', 'Says what a verb does and takes.')
    .addHelpCommand(
      new Command('help').argument('[verb]').description('Says what a verb does and takes.').helpGroup('The hub'),
    )
    .configureHelp({
      subcommandTerm: (verb) => [verb.name(), ...verb.registeredArguments.map(termOf)].join(' '),
    })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => deps.terminal.say(text.trimEnd()),
      writeErr: (text) => deps.terminal.note(text.trimEnd()),
      // Told by `report`, with every other failure.
      outputError: () => {},
    })
    .addHelpText('after', examples)
  const adding = { program, deps, run }
  addHubVerbs(adding)
  addOrderVerbs(adding)
  addWorkVerbs(adding)
  addPullVerbs(adding)
  addUpkeepVerbs(adding)
  addTryVerbs(adding)
  return program
}

/** Commander tells the whole help where it is asked for a verb that is not there. */
const refuseUnknownHelp = ({ commands }: Command, [first, verb]: readonly string[]): void => {
  const known = [...commands.map((command) => command.name()), 'help']
  if (first !== 'help' || verb === undefined || verb.startsWith('-') || known.includes(verb)) return
  throw new HubError('USAGE', `there is no verb '${verb}'${didYouMean(verb, known)}`)
}

const termOf = (argument: Argument): string => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`)

const examples = `
Config is read from crossdock.yaml, or the file that CROSSDOCK_CONFIG names. Verbs use the API of the hub that runs on
the same data; where none runs, they do its work themselves.

  crossdock demo                            see it at work: sandboxes of every channel, orders coming in
  crossdock check                           is the config right?
  crossdock start                           start the hub
  crossdock orders --state open             what is to be sent
  crossdock show 1042                       one order, by its number
  crossdock ship 1042 --carrier UPS --tracking 1Z999AA10123456784`

/** Any failure as one of ours; wrong words become USAGE, in our manner of speaking. */
const failureOf = (error: unknown): HubError => {
  if (!(error instanceof CommanderError)) return asHubError(error)
  const said = error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/s, '; did you mean $1?')
  return new HubError('USAGE', said.replace(/^unknown command/, 'there is no verb'), {
    cure: 'See `crossdock help`, or `crossdock VERB --help`.',
  })
}

const wrongUsage: ReadonlySet<Code> = new Set(['USAGE', 'CONFIG_INVALID'])

/** An error on stderr: a sentence and a cure for people, or one line of JSON for a program. */
const report = (terminal: Terminal, error: HubError, json: boolean): number => {
  const { code, message, detail } = error
  const known = code !== 'UNEXPECTED' || 'cure' in detail
  const cure = known ? cureOf(error) : 'This should not have happened: please report it, with these lines.'
  terminal.progress('')
  if (json) terminal.note(JSON.stringify({ ...detail, code, message, cure }))
  else terminal.note(`${said(error)}\n  ${cure}`)
  return wrongUsage.has(code) ? exits.usage : exits.failed
}

const said = ({ code, message, cause, detail }: HubError): string => {
  if (code === 'CONFIG_INVALID' && 'faults' in detail) return message
  const place = code === 'UNEXPECTED' ? placeOf(cause) : undefined
  return `crossdock: ${message}${place === undefined ? '' : `\n  at ${place}`}`
}

/** Where in our code something unexpected was thrown: what a report of it needs, and no more. */
const placeOf = (cause: unknown): string | undefined => {
  const frame = cause instanceof Error ? /(file:\/\/\S+?\.[tj]s):(\d+):\d+/.exec(cause.stack ?? '') : null
  return frame?.[1] === undefined ? undefined : `${relative('', fileURLToPath(frame[1]))}:${frame[2]}`
}
