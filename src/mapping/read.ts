import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import type { Plain, Site } from './grammar.ts'

/** A mapping file as text. `path` is how errors name it: mappings/acme/order.yaml. */
export interface MappingFile {
  readonly path: string
  readonly text: string
}

/** What is wrong with a mapping file, found before anything is mapped. `line` is 0 where it is not about one line. */
export interface MappingFault {
  readonly file: string
  readonly line: number
  readonly sentence: string
}

/** A named table as it is written. */
export interface TableSource extends Site {
  readonly name: string
  readonly rows: ReadonlyMap<string, Plain>
}

/** A named mapping as it is written. `main`: it bears the name of its file. */
export interface MappingSource extends Site {
  readonly name: string
  readonly main: boolean
  readonly node: Node
  readonly lineOf: (node: Node | null | undefined) => number
}

export interface FileSource {
  readonly tables: readonly TableSource[]
  readonly mappings: readonly MappingSource[]
  readonly faults: readonly MappingFault[]
}

export { isNode }

/** Member of a map: its name as written, where it stands, and its value. */
export interface Member {
  readonly name: string
  readonly key: Node | undefined
  readonly value: Node | undefined
}

/** The members of a map, names as text: 007 stays 007. */
export const membersOf = (map: YAMLMap): Member[] =>
  map.items.map(({ key, value }) => ({ name: nameOf(key), key: nodeOf(key), value: nodeOf(value) }))

const nodeOf = (held: unknown): Node | undefined => (isNode(held) ? held : undefined)

const nameOf = (key: unknown): string => (isScalar(key) ? (key.source ?? String(key.value)) : String(key))

/** The mapping's name in its path: mappings/acme/order.yaml is `order`. */
export const stemOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.ya?ml$/, '')

interface Reading {
  readonly file: MappingFile
  readonly main: string
  readonly lineOf: MappingSource['lineOf']
  readonly faults: MappingFault[]
}

/** Reads one file: `tables` and `mappings`, one of them bearing the name `main`: the file's, or that of the file it replaces. */
export const readFile = (file: MappingFile, main: string): FileSource => {
  const lines = new LineCounter()
  const faults: MappingFault[] = []
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false })
  const lineOf = (node: Node | null | undefined): number => lines.linePos(node?.range?.[0] ?? 0).line
  const fault = (line: number, sentence: string) => faults.push({ file: file.path, line, sentence })
  for (const { pos, message } of document.errors) fault(lines.linePos(pos[0]).line, `the file is no YAML: ${message}`)
  if (faults.length > 0) return { tables: [], mappings: [], faults }
  visit(document, {
    Alias: (_, node) => void fault(lineOf(node), 'anchors are not used here; give the part a name under mappings'),
  })
  return readRoot(document.contents, { file, main, lineOf, faults })
}

const readRoot = (root: ParsedNode | null, reading: Reading): FileSource => {
  const { file, main: stem, lineOf, faults } = reading
  const fault = (line: number, sentence: string) => faults.push({ file: file.path, line, sentence })
  const sections = isMap(root) ? membersOf(root) : []
  for (const { name, key } of sections) {
    if (name !== 'tables' && name !== 'mappings')
      fault(lineOf(key), `expected tables or mappings, got ${JSON.stringify(name)}`)
  }
  const named = (section: string): Member[] => {
    const value = sections.find(({ name }) => name === section)?.value
    if (value !== undefined && !isMap(value)) fault(lineOf(value), `expected ${section} by their names`)
    return isMap(value) ? membersOf(value) : []
  }
  const tables = named('tables').map((member) => readTable(member, reading))
  const mappings = named('mappings').flatMap((member) => readMapping(member, reading))
  if (!mappings.some(({ main }) => main)) fault(1, `expected a mapping named ${stem}, as the file is`)
  return { tables, mappings, faults }
}

const readTable = ({ name, key, value }: Member, { file, lineOf, faults }: Reading): TableSource => {
  const site = { file: file.path, line: lineOf(key) }
  const rows = new Map<string, Plain>()
  if (!isMap(value)) faults.push({ ...site, sentence: `expected the rows of table ${name}: their word, our word` })
  for (const row of isMap(value) ? membersOf(value) : []) {
    const held = isScalar(row.value) ? row.value.value : undefined
    if (isPlain(held)) rows.set(row.name, held)
    else
      faults.push({
        file: file.path,
        line: lineOf(row.key),
        sentence: `expected a single word in row ${JSON.stringify(row.name)} of table ${name}`,
      })
  }
  return { ...site, name, rows }
}

const isPlain = (held: unknown): held is Plain =>
  held === null || typeof held === 'string' || typeof held === 'boolean' || Number.isSafeInteger(held)

const readMapping = ({ name, key, value }: Member, { file, main, lineOf, faults }: Reading): MappingSource[] => {
  const site = { file: file.path, line: lineOf(key) }
  if (value === undefined || isAlias(value)) {
    faults.push({ ...site, sentence: `expected an expression under ${name}` })
    return []
  }
  return [{ ...site, name, main: name === main, node: value, lineOf }]
}
