import { Closed, type Static, Type } from '../kernel/schema.ts'

/** An amount in the smallest unit of its ISO 4217 currency. */
export const Money = Closed({
  minor: Type.Integer({ description: "In the currency's smallest unit: 19.99 EUR is 1999, 500 JPY is 500." }),
  currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
})
export type Money = Static<typeof Money>

/** Whole units as a rule; measured goods up to 5 decimals. Added by kernel/quantity only. */
export const Quantity = Type.Number({ minimum: 0, description: 'Exact; up to 5 decimals for measured goods.' })

/** A UTC instant in ISO 8601 with milliseconds, so that text order is time order. */
export const Instant = Type.String({
  pattern: '^[+-]?\\d{4,6}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
  description: 'UTC, ISO 8601 with milliseconds',
})

export const Text = Type.String({ maxLength: 10_000 })
/** An id of somebody else's, as text. */
export const Id = Type.String({ minLength: 1, maxLength: 512 })

/** Units of one line, by the line's id. */
export const LineUnits = Closed({ line: Id, quantity: Quantity })
export type LineUnits = Static<typeof LineUnits>
