import { describe, expect, it } from 'vitest'
import { faults } from './rows.ts'
import { disabled } from './sabotage.ts'
import { sabotages } from './sabotages.ts'

describe('the sabotages', () => {
  it.each(sabotages)('$name changes one line that is there, and once', (sabotage) => {
    expect(disabled(sabotage)).toContain(sabotage.to)
  })

  it('name rows that there are, and engines on which those are tried', () => {
    const rows = sabotages.map(({ fault, engine }) =>
      faults.find(({ name }) => name === fault)?.engines.includes(engine),
    )
    expect(rows.every((known) => known === true)).toBe(true)
  })

  it('each row has one that must make it fail', () => {
    const bitten = new Set(sabotages.map(({ fault }) => fault))
    expect(faults.map(({ name }) => name).filter((name) => !bitten.has(name))).toEqual([])
  })
})
