import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { stepOf } from './shape.ts'

/** A file as text; `file` is how faults name it. */
export interface ConfigText {
  readonly file: string
  readonly text: string
}

/** What is wrong with the configuration, for people. `line` is 0 where it is not about one line. */
export interface ConfigFault {
  readonly file: string
  readonly line: number
  readonly sentence: string
}

/** Where something is written. `line` is 0 where nobody knows. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** Where each key and each item of a list is written, by its JSON pointer. */
export type Places = ReadonlyMap<string, Place>

/** A YAML file as plain values. `value` is undefined where the file says nothing, or is no YAML. */
export interface Written {
  readonly value: unknown
  readonly places: Places
  readonly faults: readonly ConfigFault[]
}

/** The place of a pointer, or of the nearest that holds it. */
export const placeIn = (places: Places, pointer: string): Place | undefined => {
  const place = places.get(pointer)
  return place !== undefined || pointer === '' ? place : placeIn(places, pointer.slice(0, pointer.lastIndexOf('/')))
}

/** One fault as one line: `file:line: sentence`. */
export const faultLine = ({ file, line, sentence }: ConfigFault): string =>
  line === 0 ? `${file}: ${sentence}` : `${file}:${line}: ${sentence}`

/** Faults for people: file by file, as first mentioned, and down the lines of each. */
export const inOrder = (faults: readonly ConfigFault[]): readonly ConfigFault[] => {
  const files = [...new Set(faults.map(({ file }) => file))]
  return faults.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line)
}

/** Reads YAML with the line of everything; a key that stands twice, an anchor, what is no YAML are faults. Never throws. */
export const readYaml = ({ file, text }: ConfigText): Written => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const faults: ConfigFault[] = []
  const places = new Map<string, Place>([['', { file, line: 1 }]])
  const reading: Reading = {
    places,
    place: (offset) => ({ file, line: lines.linePos(offset).line }),
    fault: (offset, sentence) => faults.push({ file, line: lines.linePos(offset).line, sentence }),
  }
  // What follows on the same line follows from the first.
  for (const { pos, message } of firstOfLine(document.errors, ({ pos }) => lines.linePos(pos[0]).line))
    reading.fault(pos[0], `the file is no YAML: ${unquoted(message)}`)
  if (faults.length > 0) return { value: undefined, places, faults }
  visit(document, {
    Alias: (_, node) => void reading.fault(node.range?.[0] ?? 0, 'anchors are not used here; write the value out'),
  })
  if (faults.length > 0) return { value: undefined, places, faults }
  return { value: document.contents === null ? undefined : plainOf(document.contents, '', reading), places, faults }
}

interface Reading {
  readonly places: Map<string, Place>
  readonly place: (offset: number) => Place
  readonly fault: (offset: number, sentence: string) => void
}

const firstOfLine = <E>(errors: readonly E[], lineOf: (error: E) => number): readonly E[] =>
  errors.filter((error, at) => errors.findIndex((other) => lineOf(other) === lineOf(error)) === at)

// The parser's message may end in what it read, and that may be a secret.
const unquoted = (message: string): string => message.replace(/(?<=\S)(: | [\\%]).*$/s, '')

const plainOf = (node: unknown, pointer: string, reading: Reading): unknown => {
  if (isScalar(node)) return node.value
  if (isSeq(node)) {
    return node.items.map((item, at) => {
      const here = pointer + stepOf(at)
      reading.places.set(here, reading.place(offsetOf(item) ?? 0))
      return plainOf(item, here, reading)
    })
  }
  return isMap(node) ? Object.fromEntries(membersOf(node.items, pointer, reading)) : undefined
}

const membersOf = (
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  pointer: string,
  reading: Reading,
): [string, unknown][] => {
  const first = new Map<string, number>()
  return items.map(({ key, value }) => {
    const name = isScalar(key) ? (key.source ?? String(key.value)) : String(key)
    const offset = offsetOf(key) ?? 0
    const here = pointer + stepOf(name)
    const place = reading.place(offset)
    const before = first.get(name)
    if (before !== undefined) reading.fault(offset, `the key ${name} stands twice; first in line ${before}`)
    first.set(name, place.line)
    reading.places.set(here, place)
    return [name, plainOf(value, here, reading)]
  })
}

const offsetOf = (held: unknown): number | undefined => (isNode(held) ? rangeStart(held) : undefined)
const rangeStart = (node: Node): number | undefined => node.range?.[0]
