import type { OrderLine } from '../canonical/line.ts'
import type { Identity, View } from '../canonical/order.ts'
import type { Address, Buyer } from '../canonical/party.ts'
import { isCounted, openOf } from '../orders/lines.ts'
import { leftOf } from '../orders/shipments.ts'
import type { CommandRow } from './answers.ts'
import { showMoney } from './show-money.ts'
import { showShipments } from './show-shipments.ts'
import { columnsOf, localTime, padEnd, padStart, plain, withCurrency } from './text.ts'
import type { Style, Terminal } from './verb.ts'

/** An order as far as it is shown: of a mapping that is tried out, only the view is there. */
export type Shown = View & Partial<Identity>
type Pen = Pick<Terminal, 'paint'>

/** The order line by line, as a person reads it. */
export const showOrder = (pen: Pen, order: Shown, commands: readonly CommandRow[] = []): readonly string[] => [
  ...header(pen, order),
  ...holds(pen, order),
  ...people(pen, order),
  ...section(pen, 'Lines', lines(order)),
  ...showMoney(pen, order),
  ...section(pen, 'Parcels', showShipments(order, commands)),
  ...section(
    pen,
    'Returns',
    order.returns.map((one) => `${one.state}  ${one.kind}, ${units(order, one.lines)}${because(one.reason)}`),
  ),
  ...section(
    pen,
    'Notes',
    order.notes.map(({ at, text }) => `${localTime(at)}  ${plain(text)}`),
  ),
]

const states: Readonly<Record<string, Style>> = { open: 'green', held: 'yellow', pending: 'yellow', cancelled: 'red' }
/** How a state is coloured. */
export const styleOfState = (state: string): Style | undefined => states[state]

/** A heading and what stands under it; nothing where that is nothing. */
export const section = (pen: Pen, title: string, rows: readonly string[]): readonly string[] =>
  rows.length === 0 ? [] : ['', pen.paint('bold', title), ...rows.map((row) => `  ${row}`)]

/** Lines that are named before the rest is only counted. */
const named = 4

/** Units of lines as words: '2 × Oolong tea, 1 × Cup'. */
export const units = (
  order: Pick<View, 'lines'>,
  of: readonly { readonly line: string; readonly quantity: number }[],
): string => {
  const titleOf = (id: string): string => order.lines.find((line) => line.id === id)?.title ?? id
  const words = of.slice(0, named).map(({ line, quantity }) => `${quantity} × ${plain(titleOf(line))}`)
  return of.length > named ? `${words.join(', ')} and ${of.length - named} lines more` : words.join(', ')
}

const because = (reason: string | undefined): string =>
  reason === undefined || reason === '' ? '' : `: ${plain(reason)}`

const header = (pen: Pen, order: Shown): readonly string[] => {
  const { state, payment, fulfilment } = order.headline
  const style = styleOfState(state)
  const word = style === undefined ? state : pen.paint(style, state)
  const whence = [order.connection, order.origin.name ?? order.origin.kind].filter((text) => text !== undefined)
  const title = `Order ${plain(order.number)}`
  const cancelled =
    order.cancelledAt === undefined ? [] : [`cancelled ${localTime(order.cancelledAt)}${because(order.cancelReason)}`]
  return [
    `${pen.paint('bold', title)}   ${word} · ${payment} · ${fulfilment}${order.test === true ? '   TEST' : ''}`,
    pen.paint(
      'dim',
      [`${whence.map(plain).join(', ')}`, `placed ${localTime(order.placedAt)}`, ...cancelled].join(' · '),
    ),
    ...(order.id === undefined
      ? []
      : [pen.paint('dim', `${order.id} · at the channel ${plain(order.externalId ?? '')}`)]),
  ]
}

const holds = (pen: Pen, { holds: placed }: Shown): readonly string[] =>
  placed.length === 0
    ? []
    : [
        '',
        ...placed.map(({ kind, reason, since, by, key }) =>
          [
            pen.paint('red', `HELD: ${kind.toUpperCase()}`),
            because(reason),
            pen.paint(
              'dim',
              `  (by ${plain(by)}${since === undefined ? '' : `, since ${localTime(since)}`}, hold ${plain(key)})`,
            ),
          ].join(''),
        ),
      ]

const people = (pen: Pen, order: Shown): readonly string[] => {
  const same = JSON.stringify(order.billTo) === JSON.stringify(order.shipTo)
  const references = Object.entries(order.references ?? {}).map(([name, text]) => `${name} ${plain(text)}`)
  const rows: readonly (readonly [string, string])[] = [
    ['Buyer', order.buyer === undefined ? '' : buyerText(order.buyer)],
    ['Ship to', order.shipTo === undefined ? '' : addressText(order.shipTo)],
    ['Bill to', order.billTo === undefined ? '' : same ? 'the same' : addressText(order.billTo)],
    ['References', references.join(', ')],
    ['Tags', (order.tags ?? []).map(plain).join(', ')],
    ['Note', plain(order.note ?? '')],
  ]
  const said = rows.filter(([, text]) => text !== '')
  return said.length === 0 ? [] : ['', ...said.map(([name, text]) => `${pen.paint('bold', name.padEnd(10))}  ${text}`)]
}

const buyerText = ({ name, company, email, phone, taxIds = [] }: Buyer): string =>
  [company, name, email, phone, ...taxIds.map(({ type, number }) => `${type ?? 'tax id'} ${number}`)]
    .filter((text) => text !== undefined)
    .map(plain)
    .join(', ')

const addressText = ({
  name,
  company,
  lines: street,
  postcode,
  city,
  region,
  country,
  phone,
  instructions,
  pickupPoint,
}: Address): string => {
  const town = [postcode, city].filter((text) => text !== undefined).join(' ')
  const parts = [company, name, ...street, town, region, country, phone, pickupPoint, instructions]
  return parts
    .filter((text) => text !== undefined && text !== '')
    .map((text) => plain(text ?? ''))
    .join(', ')
}

const lines = (order: Shown): readonly string[] =>
  inColumns(
    order.lines.map((line) => [
      trimmed(`${line.quantity}${line.unit === undefined ? '' : ` ${line.unit}`} ×`),
      `${line.role === 'component' ? '  ' : ''}${trimmed([line.title, line.variant].filter((text) => text !== undefined).join(', '))}`,
      trimmed(line.sku ?? ''),
      whereabouts(line),
      line.total === undefined ? '' : withCurrency(line.total),
    ]),
    [0, 4],
  )

const trimmed = (text: string): string => plain(text).trim()

/** Cells under each other; a column in which nothing stands is left out. `right`: those that end alike. */
const inColumns = (rows: readonly (readonly string[])[], right: readonly number[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => columnsOf(row[at] ?? ''))))
  return rows.map((row) => {
    const cells = row.map((text, at) => (right.includes(at) ? padStart : padEnd)(text, widths[at] ?? 0))
    const [amount = '', ...others] = cells
    const told = others.filter((_, at) => widths[at + 1] !== 0)
    return `${amount} ${told.join('  ')}`.trimEnd()
  })
}

/** Where the units of a line are: '1 shipped, 2 open'. */
const whereabouts = (line: OrderLine): string => {
  if (!isCounted(line)) return 'bundle'
  const { cancelled, shipped, delivered, returned } = line.counts
  const counts = { open: openOf(line), shipped: leftOf(shipped, delivered), delivered, returned, cancelled }
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')
}
