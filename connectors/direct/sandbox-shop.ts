import type { Dice } from '../../src/connector/sandbox.ts'
import { moneyText } from '../../src/kernel/money.ts'

/** A line in the shop's books. Prices and sums in the smallest unit, quantities in thousandths, so that all of it is whole. */
export interface Item {
  readonly id: string
  readonly sku: string
  readonly title: string
  readonly unit?: string
  readonly price: number
  readonly thousandths: number
  /** Taken out of the order by an edit. */
  readonly gone: boolean
}

const kinds = ['storefront', 'storefront', 'storefront', 'phone', 'purchase-order'] as const
type Kind = (typeof kinds)[number]

export interface Sale {
  readonly id: string
  readonly version: number
  readonly kind: Kind
  readonly currency: string
  readonly placedAt: string
  readonly person: Person
  readonly items: readonly Item[]
  readonly shipping: number
  readonly voucher: number
  readonly cancelled: boolean
}

interface Good {
  readonly sku: string
  readonly title: string
  readonly price: number
  readonly unit?: string
}
const goods: readonly [Good, ...Good[]] = [
  { sku: 'TEA-100', title: 'Green tea, 100 g', price: 890 },
  { sku: 'MUG-BLUE', title: 'Mug, blue', price: 1450 },
  { sku: 'POT-1L', title: 'Teapot, 1 l', price: 3995 },
  { sku: 'HONEY', title: 'Honey from the barrel', price: 1290, unit: 'kg' },
  { sku: 'TRAY', title: 'Tray, oak', price: 2700 },
]

interface Person {
  readonly name: string
  readonly email: string
  readonly city: string
  readonly postcode: string
  readonly country: string
}
const people: readonly [Person, ...Person[]] = [
  { name: 'Marta Quill', email: 'marta@quill.example', city: 'Leipzig', postcode: '04109', country: 'DE' },
  { name: 'Aoi Fujimoto', email: 'aoi@fujimoto.example', city: 'Nara', postcode: '630-8213', country: 'JP' },
  { name: 'Tom Okereke', email: 'tom@okereke.example', city: 'Graz', postcode: '8010', country: 'AT' },
]

/** Net prices and tax on top for companies; tax is contained in what others pay. */
const taxPercent = 19

export const amountOf = ({ price, thousandths }: Item): number => Math.floor((price * thousandths + 500) / 1000)
const taxOf = (item: Item, { kind }: Sale): number =>
  kind === 'purchase-order' ? Math.floor((amountOf(item) * taxPercent + 50) / 100) : 0
const wanted = ({ items }: Sale): readonly Item[] => items.filter((item) => !item.gone)

export const totalOf = (sale: Sale): number =>
  wanted(sale).reduce((sum, item) => sum + amountOf(item) + taxOf(item, sale), sale.shipping - sale.voucher)

export const quantityOf = ({ thousandths }: Item): string => String(thousandths / 1000)

/** A new sale of one to four lines. */
export const newSale = (dice: Dice, id: string, now: Date): Sale => {
  const kind = dice.pick<Kind>(kinds)
  const person = dice.pick(people)
  const items = Array.from({ length: dice.whole(1, 4) }, (_, at) => newItem(dice, `${at + 1}`))
  return {
    id,
    version: 1,
    kind,
    currency: person.country === 'JP' ? 'JPY' : 'EUR',
    placedAt: now.toISOString(),
    person,
    items,
    shipping: dice.pick([0, 490, 690]),
    voucher: kind === 'storefront' && dice.next() < 0.3 ? 150 : 0,
    cancelled: false,
  }
}

export const newItem = (dice: Dice, id: string): Item => {
  const good = dice.pick(goods)
  const thousandths = good.unit === undefined ? dice.whole(1, 3) * 1000 : dice.whole(1, 12) * 250
  return { id, ...good, thousandths, gone: false }
}

/** The sale as the shop's own program writes it: the shape that the hub documents. */
export const orderOf = (sale: Sale): object => {
  const { id, version, kind, currency, placedAt, person, shipping, voucher } = sale
  const text = (minor: number): string => moneyText({ minor, currency })
  const { name, email, city, postcode, country } = person
  const address = { name, lines: ['Market Street 7'], city, postcode, country }
  return {
    externalId: id,
    version,
    number: `#${id}`,
    status: sale.cancelled ? 'cancelled' : 'open',
    placedAt,
    currency,
    total: text(totalOf(sale)),
    origin: { kind },
    shipTo: address,
    lines: wanted(sale).map((item) => ({
      id: item.id,
      sku: item.sku,
      title: item.title,
      quantity: quantityOf(item),
      ...(item.unit === undefined ? {} : { unit: item.unit }),
      unitPrice: text(item.price),
      amount: text(amountOf(item)),
      taxAdded: text(taxOf(item, sale)),
    })),
    ...(shipping === 0 ? {} : { charges: [{ kind: 'shipping', title: 'Parcel', amount: text(shipping) }] }),
    ...(voucher === 0 ? {} : { discounts: [{ code: 'THANKS', amount: text(voucher), scope: 'order' }] }),
    ...(kind === 'purchase-order'
      ? {
          buyer: { company: 'Quill & Daughters', name, email, taxIds: [{ type: 'VAT', number: 'DE999999999' }] },
          billTo: address,
          references: { po: `PO-${id}` },
          terms: { days: 30 },
        }
      : {
          buyer: { name, email },
          payments: [{ id: `pay-${id}`, method: 'card', state: 'captured', amount: text(totalOf(sale)) }],
        }),
  }
}
