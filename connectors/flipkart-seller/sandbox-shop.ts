import type { Dice } from '../../src/connector/sandbox.ts'

export type Word =
  | 'APPROVED'
  | 'FORM_FAILED'
  | 'PACKED'
  | 'READY_TO_DISPATCH'
  | 'PICKUP_COMPLETE'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'RETURN_REQUESTED'
  | 'RETURNED'
  | 'CANCELLED'

/** What was bought, in one shipment. Amounts in paise: of the line, not of one unit. */
export interface Bought {
  readonly id: string
  readonly product: number
  readonly quantity: number
  readonly selling: number
  readonly shipping: number
  /** What Flipkart gives of its own: the buyer pays so much less, the seller is paid in full. */
  readonly given: number
  readonly word: Word
  readonly cancelled?: { readonly at: number; readonly by: Canceller; readonly reason: string; readonly more: string }
}
export type Canceller = 'sellerCancellation' | 'buyerCancellation' | 'marketplaceCancellation'

/** A shipment as the other side has it. Times in ms. */
export interface Parcel {
  readonly id: string
  readonly order: string
  readonly location: string
  readonly type: 'NORMAL' | 'EXPRESS' | 'SELF'
  readonly profile: 'NON_FBF' | 'FBF'
  readonly payment: 'COD' | 'PREPAID'
  readonly placedAt: number
  readonly updatedAt: number
  readonly after: number
  readonly by: number
  readonly hold: boolean
  readonly packages: readonly string[]
  readonly replacement: boolean
  readonly courierReturn: boolean
  readonly buyer: Buyer
  readonly items: readonly Bought[]
}

/** A return: one unit, or what a courier could not deliver. */
export interface Back {
  readonly id: string
  readonly kind: 'customer_return' | 'courier_return'
  readonly parcel: string
  readonly item: string
  readonly quantity: number
  readonly placedAt: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly word: 'CREATED' | 'PICKED_UP' | 'COMPLETED' | 'CANCELLED'
  readonly reason: string
  readonly tracking?: string
}

interface Buyer {
  readonly firstName: string
  readonly lastName: string
  readonly addressLine1: string
  readonly city: string
  readonly state: string
  readonly stateCode: string
  readonly pinCode: string
  readonly contactNumber: string
}

/** Title, SKU, price of one unit in paise, HSN, packages of one unit where it is heavy. */
export const products = [
  { title: 'Block-print cotton bedsheet', sku: 'BED-BLK-01', price: 129900, hsn: '6304', packages: [] },
  { title: 'Brass tea strainer', sku: 'TEA-STR-02', price: 34950, hsn: '7418', packages: [] },
  { title: 'Neem wood comb', sku: 'CMB-NEM-03', price: 19900, hsn: null, packages: [] },
  { title: 'Steel tiffin, three tiers', sku: 'TIF-STL-04', price: 79905, hsn: '7323', packages: [] },
  { title: 'Sheesham bed', sku: 'BED-SHE-05', price: 2399900, hsn: '9403', packages: ['BED FRAME', 'HEADBOARD'] },
] as const

const people: readonly [Buyer, ...Buyer[]] = [
  {
    firstName: 'Asha',
    lastName: 'Examplewala',
    addressLine1: '12 Sample Lane',
    city: 'Pune',
    state: 'Maharashtra',
    stateCode: 'IN-MH',
    pinCode: '411001',
    contactNumber: '9000000001',
  },
  {
    firstName: 'Ravi',
    lastName: 'Testnath',
    addressLine1: '7 Nowhere Road',
    city: 'Panipat',
    state: 'Haryana',
    stateCode: 'IN-HR',
    pinCode: '132103',
    contactNumber: '9000000002',
  },
]

const hour = 3_600_000
/** Flipkart's times have whole seconds. */
export const second = (ms: number): number => Math.floor(ms / 1000) * 1000

const drawItem = (dice: Dice, id: string): Bought => {
  const product = dice.whole(0, products.length - 1)
  const quantity = dice.next() < 0.7 ? 1 : dice.whole(2, 3)
  return {
    id,
    product,
    quantity,
    selling: (products[product]?.price ?? 0) * quantity,
    shipping: dice.next() < 0.4 ? 4000 : 0,
    given: dice.next() < 0.3 ? 10_050 : 0,
    word: 'APPROVED',
  }
}

/** Which sort an order is of can be told by its id: 7 the seller ships it, 8 Flipkart's warehouse does, 4 Flipkart's courier fetches it. */
const sorts = { 4: ['NORMAL', 'NON_FBF'], 7: ['SELF', 'NON_FBF'], 8: ['NORMAL', 'FBF'] } as const

/** The shipments of a new order: of one, or several, that leave from two places. */
export const drawOrder = (
  dice: Dice,
  { seed, count, now }: { seed: number; count: number; now: number },
): readonly Parcel[] => {
  const sort = dice.pick([4, 4, 4, 7, 7, 8] as const)
  const number = `${sort}${String(seed % 1000).padStart(3, '0')}${String(count).padStart(6, '0')}`
  const order = `OD${number}00000100`
  const [usual, profile] = sorts[sort]
  const buyer = dice.pick(people)
  const payment = dice.next() < 0.5 ? 'COD' : 'PREPAID'
  const parcels = sort === 4 ? dice.pick([1, 1, 2, 3] as const) : 1
  const placedAt = second(now)
  return Array.from({ length: parcels }, (_, place): Parcel => {
    const items = Array.from({ length: dice.pick([1, 1, 2] as const) }, (__, item) =>
      drawItem(dice, `${number}00${place}${item}00`),
    )
    const packages = items.flatMap(({ product }) => products[product]?.packages ?? [])
    return {
      id: `${number.slice(0, 8)}-aaaa-4bbb-8ccc-${number}${place}`,
      order,
      location: `LOC${String(place % 2).padStart(30, '0')}`,
      type: usual === 'NORMAL' && dice.next() < 0.2 ? 'EXPRESS' : usual,
      profile,
      payment,
      placedAt,
      updatedAt: placedAt,
      after: placedAt,
      by: placedAt + 48 * hour,
      hold: false,
      packages,
      replacement: dice.next() < 0.1,
      courierReturn: false,
      buyer,
      items,
    }
  })
}

export const totalOf = ({ selling, shipping }: Bought): number => selling + shipping

/** Where a shipment is: what its items say that were not cancelled. */
export const wordOf = ({ items }: Parcel): Word => items.find(({ word }) => word !== 'CANCELLED')?.word ?? 'CANCELLED'
