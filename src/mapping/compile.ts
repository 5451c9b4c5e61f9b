import type { Mapped } from '../canonical/telling.ts'
import { didYouMean } from '../kernel/suggest.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import type { Env } from './env.ts'
import { compileNode } from './expression.ts'
import { type Folder, folderOf } from './folder.ts'
import type { MapInput, Plain, Program, Scope, Value } from './grammar.ts'
import { type MappingFault, type MappingFile, type MappingSource, readFile, stemOf, type TableSource } from './read.ts'
import { checkResult } from './result.ts'

export type { Coverage, MapInput, MappingFault, MappingFile }

/** A mapping file made ready: pure, and quick to apply. */
export interface Mapping {
  /** the stem of its file: `order` */
  readonly name: string
  readonly file: string
  /** @throws MAPPING_FAILED with file, line, payload path and what came; or where in the result the canonical order is broken */
  readonly apply: (input: MapInput) => Mapped
  /** Applies it to a payload that notes what is read: slow, for people. @throws as apply does */
  readonly coverage: (input: MapInput) => Coverage
}

/** What a connection's config adds to its connector's mappings. */
export interface MappingAdditions {
  /** rows to add to a named table, or to replace in it: their word → ours */
  readonly tables?: Readonly<Record<string, Readonly<Record<string, Plain>>>>
  /** another file in place of the named mapping's own */
  readonly files?: Readonly<Record<string, MappingFile>>
  /** how faults name the place where these additions stand */
  readonly source?: string
}

export interface CompiledMappings {
  readonly mappings: ReadonlyMap<string, Mapping>
  /** every fault of every file; where there is one, none of the mappings may be used */
  readonly faults: readonly MappingFault[]
}

/** Compiles the mapping files of one connector. Lists every fault at once, in the order of file and line. */
export const compileMappings = (files: readonly MappingFile[], added: MappingAdditions = {}): CompiledMappings => {
  const { programs, faults } = compilePrograms(files, added)
  const mappings = new Map<string, Mapping>()
  for (const { source, program } of programs) mappings.set(source.name, mappingOf(source, program))
  return { mappings, faults }
}

const mappingOf = ({ name, file }: MappingSource, program: Program): Mapping => {
  const apply = (input: MapInput): Mapped => checkResult(program.give, runProgram(program, input))
  return { name, file, apply, coverage: (input) => coverageOf(input, apply) }
}

/** The value a program gives, unchecked. */
export const runProgram = ({ give, slots }: Program, input: MapInput): Value => {
  const scope: Scope = {
    here: input.payload,
    up: undefined,
    frame: { input, slots: new Array<Value>(slots) },
    index: undefined,
    from: undefined,
  }
  return give.run(scope)
}

interface Programs {
  readonly programs: readonly { readonly source: MappingSource; readonly program: Program }[]
  readonly faults: readonly MappingFault[]
}

/** Reads, links and lints the files; the programs are those of the files' main mappings. */
export const compilePrograms = (files: readonly MappingFile[], added: MappingAdditions = {}): Programs => {
  const read = files.map((file) => readFile(added.files?.[stemOf(file.path)] ?? file, stemOf(file.path)))
  const extra = additionFaults(
    files,
    read.flatMap(({ tables }) => tables),
    added,
  )
  const mappings = read.flatMap((source) => source.mappings)
  const folder = folderOf({
    tables: read.flatMap(({ tables }) => tables.map((table) => withRows(table, added))),
    mappings,
    compile,
  })
  const mains = mappings.filter(({ main }) => main)
  const programs = mains.flatMap((source) => {
    const program = folder.program(source.name, source)
    return program === undefined ? [] : [{ source, program }]
  })
  folder.finish()
  const faults = [...read.flatMap((source) => source.faults), ...folder.faults, ...extra]
  return { programs, faults: faults.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line) }
}

const compile = ({ file, node, lineOf }: MappingSource, folder: Folder): Program => {
  const frame = { slots: 0 }
  const env: Env = { file, lineOf, folder, depth: 0, names: new Map(), frame }
  return { give: compileNode(node, env), slots: frame.slots }
}

const withRows = (table: TableSource, { tables = {} }: MappingAdditions): TableSource => {
  const rows = tables[table.name]
  return rows === undefined ? table : { ...table, rows: new Map([...table.rows, ...Object.entries(rows)]) }
}

const additionFaults = (
  files: readonly MappingFile[],
  tables: readonly TableSource[],
  added: MappingAdditions,
): MappingFault[] => {
  const file = added.source ?? 'mappings of the connection'
  const missing = (what: string, asked: object | undefined, known: readonly string[]): MappingFault[] =>
    Object.keys(asked ?? {})
      .filter((name) => !known.includes(name))
      .map((name) => ({
        file,
        line: 0,
        sentence: `there is no ${what} ${JSON.stringify(name)}${didYouMean(name, known)}`,
      }))
  return [
    ...missing(
      'table',
      added.tables,
      tables.map(({ name }) => name),
    ),
    ...missing(
      'mapping',
      added.files,
      files.map(({ path }) => stemOf(path)),
    ),
  ]
}
