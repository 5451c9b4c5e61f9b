import type { Example, Operator, Plain } from './grammar.ts'
import { operators } from './operators.ts'

/** The reference page of the mapping language, in Markdown: its grammar, then every row of the operator table. Pure. */
export const mappingPage = (): string => [head, ...groups().map(groupText)].join('\n')

const groups = (): { readonly name: string; readonly rows: readonly Operator[] }[] =>
  [...Map.groupBy(operators.values(), ({ group }) => group)].map(([name, rows]) => ({ name, rows }))

const groupText = ({ name, rows }: { readonly name: string; readonly rows: readonly Operator[] }): string =>
  [`## ${name}`, '', ...rows.map(operatorText)].join('\n')

const operatorText = (row: Operator): string =>
  [
    `### ${row.name}`,
    '',
    `${forms(row)
      .map((form) => `\`${form}\``)
      .join(' or ')}`,
    '',
    row.doc,
    '',
    exampleText(row.example),
    '',
  ].join('\n')

const forms = ({ name, args, pipe }: Operator): string[] => {
  const written = Object.entries(args).map(([arg, schema]) => `${arg}${isOptional(schema) ? '?' : ''}: …`)
  const map = `{ ${written.join(', ')} }`
  if (pipe === undefined) return [map]
  const words = (pipe.words ?? []).map((word) => (isOptional(args[word]) ? ` [${word}]` : ` ${word}`)).join('')
  return [`… | ${name}${words}${pipe.rest === true ? ' …' : ''}`, map]
}

const isOptional = (schema: unknown): boolean => typeof schema === 'object' && schema !== null && '~optional' in schema

const exampleText = ({ payload, write, gives, tables, mappings }: Example): string =>
  [
    '```yaml',
    `# payload   ${JSON.stringify(payload)}`,
    ...named('table', tables, rowsText),
    ...named('mapping', mappings, (text) => text),
    write,
    `# gives     ${gives === undefined ? 'nothing' : JSON.stringify(gives)}`,
    '```',
  ].join('\n')

const named = <T>(what: string, held: Readonly<Record<string, T>> = {}, text: (held: T) => string): string[] =>
  Object.entries(held).map(([name, value]) => `# ${what.padEnd(9)} ${name}: ${text(value)}`)

const rowsText = (rows: Readonly<Record<string, Plain>>): string =>
  `{ ${Object.entries(rows)
    .map(([word, ours]) => `${word}: ${ours === null ? '~' : ours}`)
    .join(', ')} }`

const head = `# The mapping language

Generated from the operator table of \`src/mapping/operators.ts\`; do not edit.

A mapping turns one message of a channel into what it tells of an order: a snapshot, facts, a look, or nothing. It is
data, in YAML, compiled once at boot. Files lie in \`mappings/<connector>/*.yaml\`. A file holds named \`tables\` and named
\`mappings\`; the mapping that bears the name of the file (\`order\` in \`order.yaml\`) is what a topic or query calls. The
names of tables and mappings are common to the files of one folder. What nothing uses is a fault at boot.

\`\`\`yaml
tables:
  states:                     # the channel's word: ours
    paid: captured
    pending: pending
    draft: ~                  # known, and says nothing
mappings:
  order:
    let:
      currency: currency      # the currency of every amount below
    give:
      kind: =snapshot         # = begins literal text; numbers, true and false are literals
      order!: id | text       # ! must give something; other fields are left out where they give nothing
      rank!: updated_at | milliseconds
      sections:
        about:
          number!: name
          origin: { kind: =storefront }
          placedAt!: { instant: { first: [processed_at, created_at] } }
        status:
          words: { payment: financial_status }
      records:
        payments:
          - key: =claimed
            value:
              method: =other
              claimed: true
              state!: financial_status | table states
              amount!: total_price | money
        lines:
          each: line_items
          where: quantity | greater 0
          give:
            key!: id | text
            value: { use: line }
  line:
    externalId!: id | text
    kind: { when: gift_card, then: =gift-card, else: =goods }
    sku: sku
    title!: title
    quantity!: quantity | units
    taxes:
      each: tax_lines
      give:
        name: title
        amount!: price | money $.currency
        added: { not: $.taxes_included }
\`\`\`

## Expressions

| written | means |
|---|---|
| \`a.b.0\` | a path from where the expression stands; \`0\` is the first item of a list, \`-1\` the last; odd names in double quotes: \`meta."a b"\` |
| \`.\` | where the expression stands itself |
| \`^.a\` \`^^.a\` | from the scope outside, and the one outside that |
| \`$.a\` | from the whole payload |
| \`$name\` | a value named by \`let\` |
| \`$index\` \`$key\` | the position of an item in its list, the name of a member of its object |
| \`$headers.x-name\` \`$settings.name\` \`$timezone\` \`$observed\` | what stands around the message: header names in small letters, the connection's settings and timezone, when the message says it was made (ms) |
| \`=text\` | literal text, blanks and all up to the next \` \\| \`; within a pipe's words \`="two words"\` |
| \`12\` \`true\` \`false\` | literals |
| \`path \\| operator word\` | an operator applied to what stands before it; its words are expressions (\`=paid\`, \`$.currency\`), or the plain name or text that the operator takes |
| \`[a, b]\` | a list; members that give nothing are left out |
| a map with an operator's name in it | that operator; its other keys are its arguments |
| any other map | an object of fields of the canonical order |

**Nothing.** null, an empty text, a missing path and a path through something that is no object all give nothing, and
every operator gives nothing for nothing, unless it says otherwise. A field that gives nothing is left out; an object
without fields is left out as a whole, unless its own field is marked \`!\`: then it stays, empty. An empty list stays.
A field marked \`!\` whose value gives nothing refuses the message. Unknown is not zero: \`add\`, \`subtract\` and \`sum\` give
nothing where a member is unknown; \`or-zero\` says where it counts as zero.

**Numbers.** Whole numbers come as numbers, all others as the text they were written with, so that no amount passes through
a float. Operators take both alike. An id goes through \`text\`.

**YAML.** In flow style (\`{ }\`, \`[ ]\`) an expression that contains \`, [ ] { }\` or \`: \` stands in quotes. \`!\`, \`&\`, \`*\`, \`@\`
may not begin an expression. Anchors are not used: name the part under \`mappings\` and \`use\` it.

**A connection may add** rows to a named table, or put another file in the place of a named mapping, in its config; a table or
mapping that the connector does not have is a fault at boot.

**Errors** name the file and line, the payload path and what came, and park the message:
\`mappings/acme/order.yaml:41: expected an amount such as 19.99 at line_items[2].price, got "12,50"\`.
A fault in a file (an unknown operator, argument, table or field, a circle of \`use\`) is found at boot, all of them at once.
`
