import { HubError } from './errors.ts'

/** Seconds, up to 9 decimals, an offset or Z: what RFC 3339 and ISO 8601 have in common. */
const zoned =
  /^(\d{4}-(?:0[1-9]|1[0-2])-)(\d\d)[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))$/
const wall = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?$/
const day = /^\d{4}-\d\d-\d\d$/

/**
 * Reads a channel's time as a UTC instant in ISO 8601 with milliseconds.
 * @param timezone IANA name; read a wall-clock time without a zone (or a bare day, its midnight) in it
 * @throws MAPPING_FAILED when it is no time, or has no zone and none was given
 */
export const readInstant = (value: string, timezone?: string): string => {
  const parts = zoned.exec(value)
  if (parts !== null) return fromZoned(parts, value)
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

/** By arithmetic on the digits where the month cannot change: a Date each way costs ten times as much, and an order has ten times. */
const fromZoned = (parts: RegExpExecArray, value: string): string => {
  const [
    ,
    month = '',
    day = '',
    hour = '',
    minute = '',
    second = '00',
    fraction = '',
    sign,
    offHour = '0',
    offMinute = '0',
  ] = parts
  const off = (Number(offHour) * 60 + Number(offMinute)) * (sign === '-' ? -1 : 1)
  const minutes = Number(hour) * 60 + Number(minute) - off
  const shifted = Number(day) + Math.floor(minutes / 1440)
  const milliseconds = fraction === '' ? '000' : fraction.slice(0, 3).padEnd(3, '0')
  if (shifted < 1 || shifted > 28 || day === '00' || Number(day) > 28) {
    const [h, m] = [hour, minute].map((part) => part.padStart(2, '0'))
    const local = Date.parse(`${month}${day}T${h}:${m}:${second}.${milliseconds}Z`)
    if (new Date(local).getUTCDate() !== Number(day)) return isoOf(Number.NaN, value)
    return isoOf(local - off * 60_000, value)
  }
  const inDay = ((minutes % 1440) + 1440) % 1440
  return `${month}${two(shifted)}T${two(Math.floor(inDay / 60))}:${two(inDay % 60)}:${second}.${milliseconds}Z`
}

const two = (count: number): string => (count < 10 ? `0${count}` : String(count))

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
