import { writeFileSync } from 'node:fs'
import { codes, type Remedy, remedies } from '../../src/kernel/errors.ts'

const meanings: Readonly<Record<Remedy, string>> = {
  retry:
    'it is due again by the schedule in `retry.seconds`, no sooner than the other side asks; after the last try it is `dead`',
  'slow-down': 'it is due again when the other side allows, at no cost in tries; its connection waits as long',
  reauthorise: 'it stays due; it goes on once the connection can be used again',
  reject: 'it is `dead` at once: the same again would fail the same',
  'fix-code': 'it is `parked` at once, until a person changes one thing and replays it',
}

const head = `# Errors

Generated from the table in \`src/kernel/errors.ts\`; do not edit. \`node tests/kit/write-errors-page.ts\` writes it.

Every failure has a code, a sentence (what was expected, what came, where) and a cure. The API answers it as a problem
document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with the status below; the command line prints sentence and
cure on stderr, or one line of JSON under \`--json\`; on a message or command it is kept, listed by \`crossdock messages\` and
\`crossdock commands\`. The cure on the spot may know better than the one in this table.

The remedy says what becomes of a message or command that fails so:

| remedy | then |
|---|---|`

/** The page of all error codes, in Markdown: what each remedy means, then every row of the table. Pure. */
export const errorsPage = (): string =>
  [
    head,
    ...remedies.map((remedy) => `| \`${remedy}\` | ${meanings[remedy]} |`),
    '',
    '| code | HTTP | remedy | what to do |',
    '|---|---|---|---|',
    ...Object.entries(codes).map(
      ([code, { status, remedy, cure }]) => `| \`${code}\` | ${status} | ${remedy} | ${cure.replaceAll('|', '\\|')} |`,
    ),
    '',
  ].join('\n')

if (import.meta.main) writeFileSync(new URL('../../docs/errors.md', import.meta.url), errorsPage())
