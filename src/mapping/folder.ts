import { didYouMean } from '../kernel/suggest.ts'
import type { Plain, Program, Site, Table } from './grammar.ts'
import type { MappingFault, MappingSource, TableSource } from './read.ts'

/** The row of a table that holds for every word without a row of its own. */
const elseRow = 'else'

/** What the files of one connector hold together: names are common to all of them. */
export interface Folder {
  readonly faults: MappingFault[]
  /** The table, marked as used; undefined, and a fault, where there is none. */
  readonly table: (name: string, at: Site) => Table | undefined
  /** The mapping made ready; undefined, and a fault, where there is none or it would use itself. */
  readonly program: (name: string, at: Site) => Program | undefined
}

interface Parts {
  readonly tables: readonly TableSource[]
  readonly mappings: readonly MappingSource[]
  readonly compile: (source: MappingSource, folder: Folder) => Program
}

/** A folder that compiles a mapping when it is first used. `finish` adds the faults of what nothing uses. */
export const folderOf = ({ tables, mappings, compile }: Parts): Folder & { readonly finish: () => void } => {
  const faults: MappingFault[] = []
  const known = { tables: byName(tables, 'table', faults), mappings: byName(mappings, 'mapping', faults) }
  const ready = { tables: new Map<string, Table>(), programs: new Map<string, Program>() }
  const underWay: string[] = []
  const folder: Folder = {
    faults,
    table: (name, at) => {
      const source = known.tables.get(name)
      if (source === undefined) return unknown('table', name, { at, names: known.tables.keys(), faults })
      const table = ready.tables.get(name) ?? tableOf(source)
      ready.tables.set(name, table)
      return table
    },
    program: (name, at) => {
      const source = known.mappings.get(name)
      if (source === undefined) return unknown('mapping', name, { at, names: known.mappings.keys(), faults })
      if (underWay.includes(name)) {
        faults.push({
          ...placeOnly(at),
          sentence: `mapping ${name} uses itself: ${[...underWay.slice(underWay.indexOf(name)), name].join(' → ')}`,
        })
        return undefined
      }
      const held = ready.programs.get(name)
      if (held !== undefined) return held
      underWay.push(name)
      const program = compile(source, folder)
      underWay.pop()
      ready.programs.set(name, program)
      return program
    },
  }
  const finish = () => {
    for (const table of known.tables.values()) {
      if (!ready.tables.has(table.name))
        faults.push({ ...placeOnly(table), sentence: `nothing uses table ${table.name}` })
    }
    for (const mapping of known.mappings.values()) {
      if (!ready.programs.has(mapping.name))
        faults.push({ ...placeOnly(mapping), sentence: `nothing uses mapping ${mapping.name}` })
    }
  }
  return { ...folder, finish }
}

const placeOnly = ({ file, line }: Site): Site => ({ file, line })

const byName = <T extends Site & { readonly name: string }>(
  sources: readonly T[],
  what: string,
  faults: MappingFault[],
): ReadonlyMap<string, T> => {
  const known = new Map<string, T>()
  for (const source of sources) {
    const first = known.get(source.name)
    if (first === undefined) known.set(source.name, source)
    else
      faults.push({
        ...placeOnly(source),
        sentence: `${what} ${source.name} stands already in ${first.file}:${first.line}`,
      })
  }
  return known
}

interface Unknown {
  readonly at: Site
  readonly names: Iterable<string>
  readonly faults: MappingFault[]
}

const unknown = (what: string, name: string, { at, names, faults }: Unknown): undefined => {
  faults.push({ ...placeOnly(at), sentence: `there is no ${what} ${JSON.stringify(name)}${didYouMean(name, names)}` })
  return undefined
}

const tableOf = ({ name, rows }: TableSource): Table => {
  const words = new Map<string, Plain>(rows)
  words.delete(elseRow)
  return { name, rows: words, otherwise: rows.get(elseRow) }
}
