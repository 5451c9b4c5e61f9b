import { readdirSync, readFileSync } from 'node:fs'
import { compileMappings, type Mapping } from '../../src/mapping/compile.ts'

const folder = new URL('./measure/', import.meta.url)

/** A whole mapping of a storefront's order, kept as it was when the language was measured by it: real formulas, five kinds of record. */
export const measureFiles = readdirSync(folder).map((name) => ({
  path: `measure/${name}`,
  text: readFileSync(new URL(name, folder), 'utf8'),
}))

/** One of its files, compiled. */
export const measured = (name: string): Mapping => {
  const mapping = compileMappings(measureFiles).mappings.get(name)
  if (mapping === undefined) throw new Error(`there is no mapping ${name}`)
  return mapping
}
