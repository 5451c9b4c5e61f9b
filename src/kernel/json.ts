import { HubError } from './errors.ts'
import { jsonFault, placeIn } from './json-fault.ts'

/** A JSON value as we read it: whole numbers in the safe range are numbers, every other number is its own text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const quote = 0x22
const backslash = 0x5c
const maxDepth = 64
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads JSON strictly and exactly. Ids above 2^53 and decimals never pass through a float: they come out as text.
 * @throws PAYLOAD_UNREADABLE with a sentence: not UTF-8, not JSON, deeper than 64, a key twice, a lone surrogate,
 *   the key `__proto__`, a number that is none; where, too
 */
export const readJson = (bytes: Uint8Array): Json => {
  const text = decode(bytes)
  const found = scan(text)
  const value = parse(found.inexact.length === 0 ? text : quoteNumbers(text, found.inexact), text)
  if (countKeys(value) !== found.keys) throw unreadable('the same key stands twice in one object')
  return value
}

const unreadable = (why: string, cause?: unknown): HubError =>
  new HubError('PAYLOAD_UNREADABLE', `expected well-formed JSON, but ${why}`, {}, cause)

const decode = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw unreadable('the body is not UTF-8', cause)
  }
}

/** @param text what came, where the JSON was made from it */
const parse = (json: string, text = json): Json => {
  try {
    return JSON.parse(json)
  } catch (cause) {
    // V8's message quotes the body, which may hold personal data.
    throw unreadable(jsonFault(text), cause)
  }
}

interface Scan {
  keys: number
  /** start and end of each number that a float would not hold exactly */
  inexact: number[]
  /** whether a text may hold an escape or a name that must be looked at */
  suspicious: boolean
}

/** One pass over the text, on the way of every message: depth, keys counted by their colons, strings passed over, numbers. */
const scan = (text: string): Scan => {
  const found: Scan = { keys: 0, inexact: [], suspicious: text.includes('\\u') || text.includes('__proto__') }
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit === quote) at = skipString(text, at, found.suspicious)
    else if (unit === 0x3a) found.keys += 1
    else if (unit === 0x7b || unit === 0x5b) {
      depth += 1
      if (depth > maxDepth) throw unreadable(`it is nested deeper than ${maxDepth}`)
    } else if (unit === 0x7d || unit === 0x5d) depth -= 1
    else if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) at = skipNumber(text, at, found)
  }
  return found
}

const skipString = (text: string, start: number, suspicious: boolean): number => {
  let end = start
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end === -1) throw unreadable('a string does not end')
    if (text.charCodeAt(end - 1) !== backslash) break
    let slashes = 1
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes += 1
    if (slashes % 2 === 0) break
  }
  if (suspicious) checkString(text, start, end)
  return end
}

const checkString = (text: string, start: number, end: number): void => {
  const inside = text.slice(start + 1, end)
  const read = inside.includes('\\u') ? parse(`"${inside}"`, text) : inside
  const where = (): string => `at ${placeIn(text.slice(0, start))}`
  if (read === '__proto__' && isKey(text, end + 1)) throw unreadable(`it uses the name __proto__ ${where()}`)
  if (typeof read === 'string' && !read.isWellFormed())
    throw unreadable(`a text holds half a surrogate pair ${where()}`)
}

const colon = /[ \t\n\r]*:/y

/** Whether what ended before this place is the name of a field. */
const isKey = (text: string, end: number): boolean => {
  colon.lastIndex = end
  return colon.test(text)
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** As many digits always fit a float. */
const safeDigits = 15

const skipNumber = (text: string, start: number, found: Scan): number => {
  let end = start + 1
  while (text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end += 1
  const next = text.charCodeAt(end)
  if (end - start <= safeDigits && next !== 0x2e && next !== 0x65 && next !== 0x45) return end - 1
  number.lastIndex = start
  const came = number.exec(text)?.[0]
  if (came === undefined) throw unreadable(jsonFault(text))
  if (!(Number.isSafeInteger(Number(came)) && String(Number(came)) === came)) {
    if (!Number.isFinite(Number(came)))
      throw unreadable(`the number ${came.slice(0, 24)} is out of range at ${placeIn(text.slice(0, start))}`)
    // Quoted below, it would pass as a name.
    if (isKey(text, start + came.length)) throw unreadable(jsonFault(text))
    found.inexact.push(start, start + came.length)
  }
  return start + came.length - 1
}

const quoteNumbers = (text: string, places: readonly number[]): string => {
  let quoted = ''
  let from = 0
  for (let at = 0; at < places.length; at += 2) {
    const start = places[at] ?? 0
    const end = places[at + 1] ?? 0
    quoted += `${text.slice(from, start)}"${text.slice(start, end)}"`
    from = end
  }
  return quoted + text.slice(from)
}

/** Fewer keys in the value than colons in the text: some key stood twice. */
const countKeys = (value: Json): number => {
  if (value === null || typeof value !== 'object') return 0
  let keys = 0
  if (isList(value)) {
    for (const item of value) if (typeof item === 'object') keys += countKeys(item)
    return keys
  }
  for (const key in value) {
    keys += 1
    const held = value[key]
    if (typeof held === 'object') keys += countKeys(held)
  }
  return keys
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
