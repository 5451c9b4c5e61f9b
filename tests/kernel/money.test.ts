import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponentOf, money, moneyText, readMoney, sumMoney } from '../../src/kernel/money.ts'
import { addQuantity, readQuantity, subtractQuantity } from '../../src/kernel/quantity.ts'

describe('money', () => {
  it.each([
    ['19.99', 'EUR', 1999],
    ['500', 'JPY', 500],
    ['500.00', 'JPY', 500],
    ['1.25', 'KWD', 1250],
    ['-0.5', 'USD', -50],
    ['5.5', 'EUR', 550],
    ['100.00000', 'INR', 10000],
  ])('%s %s is %d of the smallest unit', (text, currency, minor) => {
    expect(readMoney(text, currency)).toEqual({ minor, currency })
  })

  it.each([
    ['19.999', 'EUR'],
    ['500.5', 'JPY'],
    ['1,5', 'EUR'],
    ['1e3', 'EUR'],
    ['', 'EUR'],
    ['NaN', 'EUR'],
    ['1', 'EURO'],
    ['1', 'ZZZ'],
  ])('refuses %j %s', (text, currency) => {
    expect(() => readMoney(text, currency)).toThrow(/expected/)
  })

  it('reads back what it writes, for every number of fraction digits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.constantFrom('EUR', 'JPY', 'KWD', 'INR'),
        (minor, currency) => {
          expect(readMoney(moneyText(money(minor, currency)), currency)).toEqual(money(minor, currency))
        },
      ),
    )
  })

  it('adds within one currency, passes over what is unknown, and refuses another', () => {
    expect(sumMoney('EUR', [money(1, 'EUR'), undefined, money(2, 'EUR')])).toEqual(money(3, 'EUR'))
    expect(() => sumMoney('EUR', [money(1, 'USD')])).toThrow('expected an amount in EUR')
    expect(exponentOf('KWD')).toBe(3)
  })
})

describe('quantities', () => {
  it('are added exactly, as no float is', () => {
    expect(addQuantity(0.1, 0.2)).toBe(0.3)
    expect(subtractQuantity(1.1, 0.2)).toBe(0.9)
    expect(readQuantity('1.25000')).toBe(1.25)
  })

  it.each(['-1', '1.000001', 'two', '1e2'])('%j is none', (text) => {
    expect(() => readQuantity(text)).toThrow('expected a quantity')
  })
})
