import { HubError } from './errors.ts'

/** Seconds, up to 9 decimals, an offset or Z: what RFC 3339 and ISO 8601 have in common. */
const zoned = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/
const wall = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?$/
const day = /^\d{4}-\d\d-\d\d$/

/**
 * Reads a channel's time as a UTC instant in ISO 8601 with milliseconds.
 * @param timezone IANA name; read a wall-clock time without a zone (or a bare day, its midnight) in it
 * @throws MAPPING_FAILED when it is no time, or has no zone and none was given
 */
export const readInstant = (value: string, timezone?: string): string => {
  if (zoned.test(value)) return isoOf(Date.parse(value.replace(' ', 'T').replace(/([+-]\d\d)(\d\d)$/, '$1:$2')), value)
  if ((wall.test(value) || day.test(value)) && timezone !== undefined) return fromWall(value, timezone)
  throw new HubError(
    'MAPPING_FAILED',
    `expected a time such as 2026-11-24T10:15:00+01:00, got ${JSON.stringify(value)}${wall.test(value) ? ' without a zone' : ''}`,
  )
}

/** An instant from seconds or milliseconds since 1970. */
export const instantOfEpoch = (count: number, unit: 'seconds' | 'milliseconds'): string =>
  isoOf(unit === 'seconds' ? count * 1000 : count, String(count))

/** Milliseconds since 1970 of an instant of ours: the rank of what has no version. */
export const millisecondsOf = (instant: string): number => Date.parse(instant)

/** True when the text names a zone of the IANA database. */
export const isTimezone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const isoOf = (milliseconds: number, came: string): string => {
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) {
    throw new HubError('MAPPING_FAILED', `expected a time that exists, got ${JSON.stringify(came)}`)
  }
  return new Date(milliseconds).toISOString()
}

const fromWall = (value: string, timezone: string): string => {
  try {
    const time = Temporal.PlainDateTime.from(value.replace(' ', 'T'))
    return isoOf(time.toZonedDateTime(timezone).epochMilliseconds, value)
  } catch (cause) {
    throw new HubError('MAPPING_FAILED', `expected a time in ${timezone}, got ${JSON.stringify(value)}`, {}, cause)
  }
}
