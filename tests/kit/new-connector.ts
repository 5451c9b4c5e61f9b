import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { isConnectorId } from '../../src/connector/registry.ts'
import { HubError } from '../../src/kernel/errors.ts'

const templates = join(import.meta.dirname, 'new-connector-templates')
const usage = 'npm run new:connector -- <id> --title "Its Name"'

/** What is to be made. `root`: the folder that gets connectors/, mappings/ and tests/. */
export interface NewConnector {
  readonly root: string
  readonly id: string
  readonly title: string
}

/**
 * Writes the folder of a new connector, its mapping, its cases and its test: it compiles, and is red until it is filled in.
 * @returns the files written, relative to the root
 * @throws USAGE the id is none, or taken, or there is no title; nothing was written then
 */
export const writeConnector = ({ root, id, title }: NewConnector): readonly string[] => {
  if (!isConnectorId(id))
    throw new HubError(
      'USAGE',
      `expected an id of lower-case letters, digits and single hyphens, such as square-pos, got ${JSON.stringify(id)}: ${usage}`,
    )
  if (!/^[^'"\\`$<>\n]{1,60}$/.test(title.trim()))
    throw new HubError('USAGE', `expected a title of up to 60 plain characters: ${usage}`)
  const files = globSync('**/*.txt', { cwd: templates })
    .toSorted()
    .map((from) => ({ from, to: from.replaceAll('__id__', id).replace(/\.txt$/, '') }))
  const taken = [join('connectors', id), ...files.map(({ to }) => to)].find((path) => existsSync(join(root, path)))
  if (taken !== undefined) throw new HubError('USAGE', `${taken} is there already: choose another id`)
  for (const { from, to } of files) {
    mkdirSync(dirname(join(root, to)), { recursive: true })
    writeFileSync(join(root, to), filled(readFileSync(join(templates, from), 'utf8'), id, title.trim()))
  }
  return files.map(({ to }) => to)
}

const filled = (text: string, id: string, title: string): string =>
  text.replaceAll('__id__', id).replaceAll('__Title__', title).replaceAll('__camel__', camel(id))

const camel = (id: string): string => id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** What to do next, once the files are there. */
export const nextSteps = (id: string, files: readonly string[]): string =>
  [
    'Written:',
    ...files.map((file) => `  ${file}`),
    '',
    'Add it to connectors/index.ts, in its place in the alphabet:',
    `  import { ${camel(id)} } from './${id}/index.ts'`,
    '',
    'Then fill it in until this is green (docs/writing-a-connector.md goes through it step by step):',
    `  npx vitest run tests/connectors/${id}.test.ts`,
    '',
  ].join('\n')

/** The command: writes into the folder it is run in. @returns the exit code */
export const main = (args: readonly string[], root: string): number => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { title: { type: 'string' } },
      allowPositionals: true,
    })
    const [id = '', ...others] = positionals
    if (others.length > 0) throw new HubError('USAGE', `expected one id: ${usage}`)
    process.stdout.write(nextSteps(id, writeConnector({ root, id, title: values.title ?? '' })))
    return 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2), process.cwd())
