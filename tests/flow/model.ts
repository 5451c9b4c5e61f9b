/**
 * What a hub must come to, said in a hundred lines: orders are what their greatest version says; refunds and shipments add up; a
 * shipment is entered where so much is open, and told once. It knows no store, no message, no lease and no crash.
 */
export interface Model {
  /** What was sent of each order: its versions. */
  readonly versions: ReadonlyMap<string, ReadonlySet<number>>
  /** Refunds by order, each by its id. */
  readonly refunds: ReadonlyMap<string, ReadonlySet<string>>
  /** Shipments entered: units by order and key. */
  readonly shipped: ReadonlyMap<string, ReadonlyMap<string, number>>
}

export const nothing: Model = { versions: new Map(), refunds: new Map(), shipped: new Map() }

/** A version says as much: units never become fewer, and the last one may cancel. */
export const contentOf = (version: number): { readonly quantity: number; readonly cancelled: boolean } => ({
  quantity: 2 + Math.floor(version / 2),
  cancelled: version === 5,
})

const withOne = <T>(
  map: ReadonlyMap<string, ReadonlySet<T>>,
  key: string,
  one: T,
): ReadonlyMap<string, ReadonlySet<T>> => new Map(map).set(key, new Set([...(map.get(key) ?? []), one]))

export const told = (model: Model, order: string, version: number): Model => ({
  ...model,
  versions: withOne(model.versions, order, version),
})

export const refunded = (model: Model, order: string, refund: string): Model => ({
  ...model,
  refunds: withOne(model.refunds, order, refund),
})

export type Answer = 'entered' | 'again' | 'refused'

/** A person ships so many units of an order under a key. */
export const ship = (
  model: Model,
  order: string,
  { key, units }: { key: string; units: number },
): readonly [Model, Answer] => {
  const held = model.shipped.get(order) ?? new Map<string, number>()
  const first = held.get(key)
  if (first !== undefined) return [model, first === units ? 'again' : 'refused']
  const seen = orderOf(model, order)
  if (seen === undefined || seen.cancelled || units > seen.quantity - seen.shipped) return [model, 'refused']
  return [{ ...model, shipped: new Map(model.shipped).set(order, new Map(held).set(key, units)) }, 'entered']
}

export interface ModelOrder {
  readonly version: number
  readonly quantity: number
  readonly cancelled: boolean
  readonly shipped: number
  readonly refunds: number
}

/** The order as it must be held; undefined where nothing but refunds came of it. */
export const orderOf = (model: Model, order: string): ModelOrder | undefined => {
  const versions = model.versions.get(order)
  if (versions === undefined) return undefined
  const version = Math.max(...versions)
  const units = [...(model.shipped.get(order)?.values() ?? [])]
  return {
    version,
    ...contentOf(version),
    shipped: units.reduce((sum, one) => sum + one, 0),
    refunds: model.refunds.get(order)?.size ?? 0,
  }
}
