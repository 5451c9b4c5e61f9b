import { HubError } from './errors.ts'

/** Measured goods (kg, m) are counted in steps of 1/100,000 of a unit. */
const scale = 100_000
const text = /^\d{1,9}(?:\.(\d{1,5})0*)?$/

const steps = (quantity: number): number => Math.round(quantity * scale)

/**
 * Reads a quantity: whole units, or up to 5 decimals.
 * @throws MAPPING_FAILED when it is negative, no number, or finer than 5 decimals
 */
export const readQuantity = (value: string | number): number => {
  const read = String(value)
  if (!text.test(read))
    throw new HubError('MAPPING_FAILED', `expected a quantity of up to 5 decimals, got ${JSON.stringify(value)}`)
  return Number(read)
}

/** Adds and subtracts exactly: a sum of decimals never shows 0.30000000000000004. */
export const addQuantity = (...quantities: readonly number[]): number => {
  let total = 0
  for (const quantity of quantities) total += steps(quantity)
  return total / scale
}

export const subtractQuantity = (from: number, quantity: number): number => (steps(from) - steps(quantity)) / scale
