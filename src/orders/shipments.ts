import type { Act, ActOf } from '../canonical/acts.ts'
import type { LineUnits } from '../canonical/basics.ts'
import type { Shipment, ShipmentTold, TrackingTold } from '../canonical/shipment.ts'
import type { TrackingWord } from '../canonical/words.ts'
import { addQuantity, subtractQuantity } from '../kernel/quantity.ts'
import type { Member, ToldView } from './read-told.ts'

/** Which tracking word may follow which: what was delivered can only come back. A late report never un-delivers. */
const ends: Readonly<Partial<Record<TrackingWord, readonly TrackingWord[]>>> = {
  delivered: ['returning', 'returned'],
  returned: [],
  returning: ['returned', 'lost', 'exception'],
}
export const mayMove = (from: TrackingWord, to: TrackingWord): boolean =>
  to !== 'unknown' && (ends[from]?.includes(to) ?? true)

const moved: ReadonlySet<TrackingWord> = new Set([
  'unknown',
  'picked_up',
  'in_transit',
  'out_for_delivery',
  'delivery_attempted',
  'available_for_pickup',
  'delivered',
  'exception',
  'returning',
  'returned',
  'lost',
] as const)
/** True once the goods have left; a label alone is a packed parcel. */
export const hasLeft = (shipment: Shipment): boolean => moved.has(shipment.status)

const trackingKept = 30

/**
 * The shipments of an order: ours, each with the channel's echo of it folded in, then those that only the channel knows.
 * An echo is known by the id in our command's receipt, else by its tracking number.
 */
export const shipmentsOf = (told: ToldView, acts: readonly Act[]): readonly Shipment[] => {
  const open = new Map(told.members('shipments').map((member) => [member.key, member]))
  const tracking = told.members('tracking').map((member) => member.value)
  const ships = acts.filter((act) => act.kind === 'ship')
  const echoes = new Map<string, Member<ShipmentTold>[]>()
  const take = (act: ActOf<'ship'>, isEcho: (member: Member<ShipmentTold>) => boolean): void => {
    for (const member of open.values()) {
      if (!isEcho(member)) continue
      echoes.set(act.id, [...(echoes.get(act.id) ?? []), member])
      open.delete(member.key)
    }
  }
  const receipts = receiptsOf(acts)
  for (const act of ships) take(act, (member) => receipts.get(act.id)?.includes(member.name) ?? false)
  for (const act of ships) {
    const number = plainNumber(act.trackingNumber)
    if (number !== '') take(act, (member) => plainNumber(member.value.trackingNumber) === number)
  }
  const ours = ships.map((act) => ourShipment(act, echoes.get(act.id) ?? [], receipts.get(act.id) ?? [], tracking))
  return [...ours, ...[...open.values()].map((member) => theirShipment(member, tracking))]
}

/** The channel's ids of what our commands made, by the act they carried out. */
const receiptsOf = (acts: readonly Act[]): ReadonlyMap<string, readonly string[]> => {
  const receipts = new Map<string, readonly string[]>()
  for (const act of acts)
    if (act.kind === 'receipt') receipts.set(act.about, [...(receipts.get(act.about) ?? []), ...act.externalIds])
  return receipts
}

const plainNumber = (number: string | undefined): string => (number ?? '').replace(/\s/g, '').toUpperCase()

const ourShipment = (
  act: ActOf<'ship'>,
  echoes: readonly Member<ShipmentTold>[],
  receipts: readonly string[],
  tracking: readonly TrackingTold[],
): Shipment => {
  const live = echoes.filter((echo) => echo.value.status !== 'cancelled')
  const [first] = live
  // Until the channel has shown every piece that it made of our parcel, what we entered says what is in it.
  const shown = echoes.map((echo) => echo.name)
  const isWhole = echoes.length > 0 && receipts.every((id) => shown.includes(id))
  const cancelled = isWhole && live.length === 0
  const shownLines = sumLines(live.flatMap((echo) => echo.value.lines))
  const externalIds = [...new Set([...receipts, ...shown])].sort()
  const { id, carrier, service, trackingNumber, trackingUrl } = act
  return {
    key: id,
    ours: true,
    direction: 'outbound',
    ...given({ carrier, service, trackingNumber, trackingUrl }),
    ...(externalIds.length === 0 ? {} : { externalIds }),
    // A channel that shows the parcel may still not say what is in it.
    lines: isWhole && shownLines.length > 0 ? shownLines : act.lines,
    at: act.at,
    ...statusOf(cancelled ? 'cancelled' : (first?.value.status ?? 'picked_up'), tracking, [
      ...externalIds,
      ...nonEmpty(trackingNumber),
    ]),
  }
}

const theirShipment = ({ key, name, value }: Member<ShipmentTold>, tracking: readonly TrackingTold[]): Shipment => {
  const { status, ...rest } = value
  return { key, ours: false, ...rest, ...statusOf(status, tracking, [name, ...nonEmpty(value.trackingNumber)]) }
}

const statusOf = (
  base: TrackingWord,
  tracking: readonly TrackingTold[],
  names: readonly string[],
): Pick<Shipment, 'status' | 'events'> => {
  const events = tracking
    .filter((report) => names.includes(report.shipment))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.status < b.status ? -1 : 1))
  let status = base
  for (const report of events) if (mayMove(status, report.status)) status = report.status
  return { status, events: events.slice(-trackingKept) }
}

/** Units by line over several lists, in order of first mention. */
export const sumLines = (lines: readonly LineUnits[]): LineUnits[] => {
  const sums = new Map<string, number>()
  for (const { line, quantity } of lines) sums.set(line, addQuantity(sums.get(line) ?? 0, quantity))
  return [...sums].map(([line, quantity]) => ({ line, quantity }))
}

/**
 * Units that have left, by line. Ours and the channel's shipments that could not be matched may be the same goods:
 * the greater of the two counts.
 */
export const unitsLeft = (
  shipments: readonly Shipment[],
  counts: (shipment: Shipment) => boolean,
): ReadonlyMap<string, number> => {
  const matched: LineUnits[] = []
  const ours: LineUnits[] = []
  const theirs: LineUnits[] = []
  for (const shipment of shipments) {
    if (!counts(shipment) || shipment.direction !== 'outbound') continue
    const list = shipment.ours ? (shipment.externalIds === undefined ? ours : matched) : theirs
    list.push(...shipment.lines)
  }
  const units = new Map(sumLines(matched).map(({ line, quantity }) => [line, quantity]))
  const [a, b] = [new Map(pairs(ours)), new Map(pairs(theirs))]
  for (const line of new Set([...a.keys(), ...b.keys()])) {
    units.set(line, addQuantity(units.get(line) ?? 0, Math.max(a.get(line) ?? 0, b.get(line) ?? 0)))
  }
  return units
}

const pairs = (lines: readonly LineUnits[]): [string, number][] =>
  sumLines(lines).map(({ line, quantity }) => [line, quantity])

/** What is left of `from` after `taken`; never below nothing. */
export const leftOf = (from: number, taken: number): number => Math.max(0, subtractQuantity(from, taken))

const nonEmpty = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : [text])

/** Leaves out what is undefined, so that absent stays absent. */
export const given = <T extends Readonly<Record<string, unknown>>>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
