import { HubError } from '../kernel/errors.ts'
import type { Compiled, Scope, Site, Value } from './grammar.ts'

const shownLength = 60

/** What came, for a sentence: one scalar as shortened JSON; of lists and objects only that they are. */
export const shown = (came: Value): string => {
  if (came === undefined || came === null) return 'nothing'
  if (typeof came === 'object') return Array.isArray(came) ? 'a list' : 'an object'
  const text = JSON.stringify(came)
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`
}

interface Miss {
  readonly scope: Scope
  /** the expression whose value was not what was expected */
  readonly of: Compiled
  readonly came: Value
  readonly expected: string
  readonly detail?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** The error of one value that does not fit: file and line, what was expected, the payload path, what came. */
export const missed = (site: Site, { scope, of, came, expected, detail, cause }: Miss): HubError => {
  const path = of.where(scope)
  const at = path === '' ? '' : ` at ${path}`
  const sentence = `${site.file}:${site.line}: expected ${expected}${at}, got ${shown(came)}`
  return new HubError(
    'MAPPING_FAILED',
    sentence,
    { file: site.file, line: site.line, path, came: shown(came), ...detail },
    cause,
  )
}

/**
 * What a reader of the kernel expected, out of its sentence "expected …, got …": what came is told here, shortened.
 * @throws the cause itself where it is told already, or is none of the kernel's refusals
 */
export const expectationOf = (cause: unknown): string => {
  if (!(cause instanceof HubError) || cause.code !== 'MAPPING_FAILED' || 'path' in cause.detail) throw cause
  return cause.message.replace(/^expected /, '').replace(/, got .*$/s, '')
}

/** The payload path of a scope: `line_items[2].tax_lines[0]`, '' for the whole payload. */
export const placeOf = (scope: Scope): string => {
  if (scope.up === undefined || scope.from === undefined) return ''
  const place = scope.from(scope.up)
  return scope.index === undefined ? place : joined(place, String(scope.index))
}

/** A path with one more step; positions stand in brackets. */
export const joined = (place: string, step: string): string => {
  if (/^-?\d+$/.test(step)) return `${place}[${step}]`
  return place === '' ? step : `${place}.${step}`
}
