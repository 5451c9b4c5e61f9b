import { HubError } from '../kernel/errors.ts'
import type { Json } from '../kernel/json.ts'
import { didYouMean } from '../kernel/suggest.ts'
import type { Row } from './import-csv-rows.ts'

/** Where a cell goes in the order, and how it is read; `with`: what else stands there once the cell says something. */
export interface Column {
  readonly path: string
  /** line: each row has its own; order: the same, or empty, in all rows of an order. */
  readonly of: 'order' | 'line'
  readonly reads: Reading
  readonly says: string
  readonly with?: Readonly<Record<string, string>>
  readonly needed?: true
}

/** Readings, and what is asked where a cell does not have that shape. */
export const readings = {
  text: 'text of the length and form that the field has',
  amount: 'a decimal such as 12.50, with a point and no separator of thousands',
  quantity: 'a quantity such as 3 or 1.25, up to 5 decimals',
  whole: 'a whole number',
  time: 'a time such as 2026-11-24T10:15:00+01:00 or a day such as 2026-11-24',
  list: 'words with a comma between them',
  truth: 'true or false',
} as const
type Reading = keyof typeof readings

const of = (kind: Column['of'], reads: Reading, path: string, says: string): Column => ({ of: kind, reads, path, says })
const address = (name: string, path: string, whose: string): Readonly<Record<string, Column>> => ({
  [`${name}_name`]: of('order', 'text', `${path}/name`, `Name at the ${whose} address`),
  [`${name}_company`]: of('order', 'text', `${path}/company`, `Company at the ${whose} address`),
  [`${name}_line1`]: of(
    'order',
    'text',
    `${path}/lines/0`,
    'Street and house; needed where any part of that address is given',
  ),
  [`${name}_line2`]: of('order', 'text', `${path}/lines/1`, 'Second line of the address'),
  [`${name}_city`]: of('order', 'text', `${path}/city`, 'City or town'),
  [`${name}_region`]: of('order', 'text', `${path}/region`, 'State, province or region'),
  [`${name}_postcode`]: of('order', 'text', `${path}/postcode`, 'Postcode'),
  [`${name}_country`]: of('order', 'text', `${path}/country`, 'ISO 3166-1 alpha-2: DE'),
  [`${name}_phone`]: of('order', 'text', `${path}/phone`, 'For the carrier'),
})

/** Every column an imported file may have: the documentation is held to it by a test. */
export const columns: Readonly<Record<string, Column>> = {
  order: {
    ...of('order', 'text', '/externalId', 'Your id of the order: rows with the same one are one order'),
    needed: true,
  },
  version: of('order', 'whole', '/version', 'Raise it to change an order that was imported before; 1 where empty'),
  number: of('order', 'text', '/number', 'The number people know the order by'),
  status: of('order', 'text', '/status', 'open or cancelled'),
  cancel_reason: of('order', 'text', '/cancelReason', 'Why it was cancelled'),
  placed_at: { ...of('order', 'time', '/placedAt', 'When the buyer ordered'), needed: true },
  currency: { ...of('order', 'text', '/currency', 'ISO 4217: EUR'), needed: true },
  total: of('order', 'amount', '/total', 'What the buyer owes in all; checked against the rest'),
  origin: of('order', 'text', '/origin/kind', 'phone, purchase-order, manual …; import where empty'),
  test: of('order', 'truth', '/test', 'true: not a real sale'),
  tags: of('order', 'list', '/tags', 'Tags'),
  note: of('order', 'text', '/note', 'A note on the order'),
  po_number: of('order', 'text', '/references/po', "The buyer's purchase order number"),
  customer_reference: of('order', 'text', '/references/customer', "The buyer's other reference"),
  our_reference: of('order', 'text', '/references/ours', 'Your own reference'),
  terms_days: of('order', 'whole', '/terms/days', 'Payment within so many days: 30'),
  terms_due_at: of('order', 'time', '/terms/dueAt', 'When the invoice is due'),
  buyer_id: of('order', 'text', '/buyer/externalId', 'Your id of the buyer'),
  buyer_name: of('order', 'text', '/buyer/name', 'The person who buys'),
  buyer_email: of('order', 'text', '/buyer/email', 'Mail address'),
  buyer_phone: of('order', 'text', '/buyer/phone', 'Telephone'),
  buyer_company: of('order', 'text', '/buyer/company', 'The company that buys'),
  buyer_tax_id: of('order', 'text', '/buyer/taxIds/0/number', 'Its tax number'),
  ...address('ship', '/shipTo', 'delivery'),
  ship_instructions: of('order', 'text', '/shipTo/instructions', 'For whoever delivers'),
  ...address('bill', '/billTo', 'billing'),
  shipping: {
    ...of('order', 'amount', '/charges/0/amount', 'Price of the delivery'),
    with: { '/charges/0/kind': 'shipping' },
  },
  shipping_tax_added: of('order', 'amount', '/charges/0/taxAdded', 'Tax on top of it'),
  shipping_tax_included: of('order', 'amount', '/charges/0/taxIncluded', 'Tax contained in it'),
  order_discount: {
    ...of('order', 'amount', '/discounts/0/amount', 'Taken off the whole order; spread over its lines'),
    with: { '/discounts/0/scope': 'order' },
  },
  discount_code: of('order', 'text', '/discounts/0/code', 'Voucher code of that discount'),
  payment_amount: {
    ...of('order', 'amount', '/payments/0/amount', 'What was paid, or is to be'),
    with: { '/payments/0/id': '1' },
  },
  payment_method: of('order', 'text', '/payments/0/method', 'card, bank-transfer, cash, invoice …'),
  payment_state: of('order', 'text', '/payments/0/state', 'pending, authorised, captured …'),
  payment_at: of('order', 'time', '/payments/0/at', 'When it came to that state'),
  line: of('line', 'text', '/id', 'Your id of the line; the position in the order where empty'),
  sku: of('line', 'text', '/sku', 'Your article number; it or the title is needed'),
  title: of('line', 'text', '/title', 'What it is, in words'),
  variant: of('line', 'text', '/variant', 'Size, colour and the like'),
  hsn: of('line', 'text', '/hsn', 'HSN or HS code'),
  quantity: { ...of('line', 'quantity', '/quantity', 'Units'), needed: true },
  unit: of('line', 'text', '/unit', 'Unit of measured goods: kg'),
  unit_price: of('line', 'amount', '/unitPrice', 'Price of one unit'),
  amount: of('line', 'amount', '/amount', 'Price of the whole line; unit price × quantity where empty'),
  discount: of('line', 'amount', '/discount', 'Taken off the line'),
  tax_added: of('line', 'amount', '/taxAdded', 'Tax on top of the price'),
  tax_included: of('line', 'amount', '/taxIncluded', 'Tax contained in the price'),
  delivery: of('line', 'text', '/delivery', 'ship, pickup, local, in-person or digital'),
}

/** A column of this file, by its position. */
export interface Placed extends Column {
  readonly name: string
}

/**
 * The columns of a file by its first row; upper and lower case, blanks and hyphens in names are alike.
 * @throws REQUEST_INVALID naming every column that is unknown, there twice, or missing
 */
export const layoutOf = ({ line, cells }: Row): readonly Placed[] => {
  const names = cells.map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_'),
  )
  const faults = [
    ...names.flatMap((name, at) => faultOf(name, at, names)),
    ...Object.entries(columns)
      .filter(([name, column]) => column.needed === true && !names.includes(name))
      .map(([name]) => `there is no column ${JSON.stringify(name)}`),
  ]
  if (faults.length > 0) throw new HubError('REQUEST_INVALID', `line ${line}: ${faults.join('; ')}`, { line, faults })
  return names.flatMap((name): readonly Placed[] => {
    const column = columns[name]
    return column === undefined ? [] : [{ ...column, name }]
  })
}

const faultOf = (name: string, at: number, names: readonly string[]): readonly string[] => {
  if (name === '') return [`column ${at + 1} has no name`]
  if (!Object.hasOwn(columns, name))
    return [`column ${JSON.stringify(name)} is not known${didYouMean(name, Object.keys(columns))}`]
  return names.indexOf(name) === at ? [] : [`column ${JSON.stringify(name)} is there twice`]
}

/** A cell in the manner of its column; what does not have its shape stays text, and is refused by the order's schema. */
export const readCell = ({ reads }: Column, cell: string): Json => {
  if (reads === 'whole') return /^\d{1,9}$/.test(cell) ? Number(cell) : cell
  if (reads === 'truth' && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true'
  if (reads === 'list')
    return cell
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '')
  return cell
}
