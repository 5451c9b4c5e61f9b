import type { Dice } from '../../src/connector/sandbox.ts'

/** A till of the shop that the sandbox plays. Inclusive tax is taken out of gross sales in the US, Canada and Japan only. */
export interface Till {
  readonly location: string
  readonly currency: 'USD' | 'CAD' | 'GBP'
  readonly taxOutOfGross: boolean
  /** Smallest coin, in the currency's smallest unit: cash totals are rounded to it. */
  readonly coin: number
}

/** What stands on a bill. Prices in the currency's smallest unit; `quantity` in thousandths, so that weights stay whole. */
export interface Item {
  readonly uid: string
  readonly name: string
  readonly variation: string
  readonly catalog: string
  readonly quantity: number
  readonly weighed: boolean
  readonly price: number
  readonly modifiers: readonly { readonly name: string; readonly price: number }[]
}

export interface Levy {
  readonly uid: string
  readonly name: string
  readonly type: 'ADDITIVE' | 'INCLUSIVE'
  /** Percent, whole. */
  readonly percent: number
}

export interface Paid {
  readonly id: string
  readonly type: 'CARD' | 'CASH'
  readonly amount: number
  readonly tip: number
  readonly at: string
}

/** A refund is an order of its own at Square: https://developer.squareup.com/docs/refunds-api/retrieve-refunds, read 24 Nov 2026. */
export interface GivenBack {
  readonly id: string
  readonly refund: string
  readonly tender: string
  readonly amount: number
  readonly item?: string
  readonly at: string
}

export interface Sale {
  readonly id: string
  readonly till: Till
  /** undefined: rung up at the till, where Square keeps no version. */
  readonly version?: number
  readonly state: 'OPEN' | 'COMPLETED' | 'CANCELED'
  readonly reference?: string
  readonly ticket?: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly items: readonly Item[]
  readonly levies: readonly Levy[]
  readonly discountPercent: number
  readonly servicePercent: number
  readonly rounding: number
  readonly paid: readonly Paid[]
  readonly givenBack: readonly GivenBack[]
  readonly shipment?: {
    readonly uid: string
    readonly state: string
    readonly details: Readonly<Record<string, string>>
    readonly to: Recipient
  }
}

export interface Recipient {
  readonly display_name: string
  readonly email_address: string
  readonly phone_number: string
  readonly address: Readonly<Record<string, string>>
}

export const tills: readonly [Till, ...Till[]] = [
  { location: 'LSANDBOXUS', currency: 'USD', taxOutOfGross: true, coin: 1 },
  { location: 'LSANDBOXCA', currency: 'CAD', taxOutOfGross: true, coin: 5 },
  { location: 'LSANDBOXGB', currency: 'GBP', taxOutOfGross: false, coin: 1 },
]
const goods: readonly [readonly [string, string, number], ...(readonly [string, string, number])[]] = [
  ['Flat white', 'Regular', 340],
  ['Rye loaf', 'Large', 595],
  ['Cheese toastie', 'Cheddar', 725],
  ['House blend', '250 g', 1150],
  ['Mug', 'Blue', 1499],
]
const extras: readonly [readonly [string, number], ...(readonly [string, number])[]] = [
  ['Oat milk', 50],
  ['Extra shot', 80],
  ['No sugar', 0],
]
const people: readonly [Recipient, ...Recipient[]] = [
  {
    display_name: 'Ines Falk',
    email_address: 'ines.falk@example.com',
    phone_number: '+12025550143',
    address: {
      address_line_1: '12 Harbour Row',
      locality: 'Portland',
      administrative_district_level_1: 'ME',
      postal_code: '04101',
      country: 'US',
    },
  },
  {
    display_name: 'Tomas Brandt',
    email_address: 'tomas.brandt@example.com',
    phone_number: '+442079460018',
    address: {
      address_line_1: '3 Mill Lane',
      address_line_2: 'Flat 2',
      locality: 'York',
      postal_code: 'YO1 7AB',
      country: 'GB',
    },
  },
]

const drawItem = (dice: Dice, uid: string): Item => {
  if (dice.next() < 0.15) {
    return {
      uid,
      name: 'Comté',
      variation: 'by weight',
      catalog: 'CATCHEESE',
      quantity: dice.whole(100, 900),
      weighed: true,
      price: 3290,
      modifiers: [],
    }
  }
  const [name, variation, price] = dice.pick(goods)
  const modifiers = dice.next() < 0.3 ? [dice.pick(extras)].map(([named, cost]) => ({ name: named, price: cost })) : []
  return {
    uid,
    name,
    variation,
    catalog: `CAT${name.toUpperCase().replaceAll(' ', '')}`,
    quantity: dice.whole(1, 3) * 1000,
    weighed: false,
    price,
    modifiers,
  }
}

const drawLevies = (dice: Dice, { currency }: Till): readonly Levy[] => {
  if (currency === 'GBP') return [{ uid: 'vat', name: 'VAT', type: 'INCLUSIVE', percent: 20 }]
  const added: Levy = { uid: 'sales-tax', name: 'Sales tax', type: 'ADDITIVE', percent: 9 }
  return dice.next() < 0.25
    ? [added, { uid: 'bottle-tax', name: 'Levy in the price', type: 'INCLUSIVE', percent: 5 }]
    : [added]
}

/** A bill as the die falls, not paid yet. `named`: the ids that the books give it. */
export const drawSale = (dice: Dice, id: string, at: string): Sale => {
  const till = dice.pick(tills)
  return {
    id,
    till,
    state: 'OPEN',
    createdAt: at,
    updatedAt: at,
    items: Array.from({ length: dice.whole(1, 3) }, (_, index) => drawItem(dice, `${id}-line-${index + 1}`)),
    levies: drawLevies(dice, till),
    discountPercent: dice.next() < 0.25 ? 10 : 0,
    servicePercent: dice.next() < 0.2 ? 12 : 0,
    rounding: 0,
    paid: [],
    givenBack: [],
  }
}

/** The same, ordered through the API and to be shipped: such an order has a version. */
export const drawOnline = (dice: Dice, id: string, at: string): Sale => ({
  ...drawSale(dice, id, at),
  version: 1,
  reference: `WEB-${id.slice(-4)}`,
  servicePercent: 0,
  shipment: { uid: `${id}-ship`, state: 'PROPOSED', details: {}, to: dice.pick(people) },
})

/** One item more, as a buyer adds it. */
export const drawMore = (dice: Dice, sale: Sale): Sale => ({
  ...sale,
  items: [...sale.items, drawItem(dice, `${sale.id}-line-${sale.items.length + 1}`)],
})
