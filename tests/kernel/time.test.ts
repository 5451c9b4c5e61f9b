import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOfEpoch, isTimezone, readInstant } from '../../src/kernel/time.ts'

describe('readInstant', () => {
  it('reads any zoned time as Temporal does', () => {
    const offset = fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 }), fc.constantFrom(0, 30, 45))
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1971-01-02'), max: new Date('2099-01-01'), noInvalidDate: true }),
        offset,
        (date, [sign, hours, minutes]) => {
          const zone = `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
          const text = `${date.toISOString().slice(0, 23)}${zone}`
          expect(readInstant(text)).toBe(new Date(Temporal.Instant.from(text).epochMilliseconds).toISOString())
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('takes what channels write: no seconds, nine decimals, a blank for the T, an offset without colon', () => {
    expect(readInstant('2026-11-24T10:15Z')).toBe('2026-11-24T10:15:00.000Z')
    expect(readInstant('2022-07-13T20:30:59.037339943Z')).toBe('2022-07-13T20:30:59.037Z')
    expect(readInstant('2026-11-24 10:15:00+0530')).toBe('2026-11-24T04:45:00.000Z')
    expect(readInstant('2026-12-31T23:30:00-01:00')).toBe('2027-01-01T00:30:00.000Z')
  })

  it('reads a wall-clock time in the zone given, and refuses one where none is', () => {
    expect(readInstant('2026-07-01 12:00:00', 'Asia/Kolkata')).toBe('2026-07-01T06:30:00.000Z')
    expect(readInstant('2026-11-24', 'Europe/Berlin')).toBe('2026-11-23T23:00:00.000Z')
    expect(() => readInstant('2026-07-01 12:00:00')).toThrow('without a zone')
  })

  it.each([
    '2026-02-30T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-11-24T25:00:00Z',
    '2026-11-00T10:00:00Z',
    'yesterday',
    '',
  ])('refuses %j', (text) => {
    expect(() => readInstant(text, 'UTC')).toThrow(/expected a time/)
  })
})

it('reads seconds and milliseconds since 1970', () => {
  expect(instantOfEpoch(0, 'seconds')).toBe('1970-01-01T00:00:00.000Z')
  expect(instantOfEpoch(1_790_000_000_123, 'milliseconds')).toBe('2026-09-21T14:13:20.123Z')
  expect(() => instantOfEpoch(Number.POSITIVE_INFINITY, 'seconds')).toThrow('a time that exists')
})

it('knows the zones of the IANA database', () => {
  expect(isTimezone('Europe/Madrid')).toBe(true)
  expect(isTimezone('Europe/Atlantis')).toBe(false)
})
