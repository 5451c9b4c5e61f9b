import type { Dice } from '../../src/connector/sandbox.ts'
import type { Doc, Filter, IndexSpec } from '../../src/store/port.ts'

/** A document of the small world that engines are compared in: few names, few values, so that filters often meet. */
export type Row = Doc & Readonly<Record<string, unknown>>

/** Makes a value, or a part of a filter, from the dice. */
export type Draw<T> = (dice: Dice) => T

const states = ['due', 'leased', 'done', 'dead', 'parked'] as const
const words = ['n:1', 'n:12', 'n:2', 't:1Z9', 'e:ann@tea.shop', 'e:bob@tea.shop'] as const
const day: Draw<Date> = (dice) => new Date(Date.UTC(2026, 0, dice.whole(1, 9), 12, 0, 0, dice.whole(0, 1)))
const number: Draw<number> = (dice) => dice.pick([-2, 0, 1, 2, 3, 2.5, 3_000_000_000])
const some = <T>(dice: Dice, most: number, draw: Draw<T>): T[] =>
  Array.from({ length: dice.whole(0, most) }, () => draw(dice))

/** What stands at each path, and is asked for there. A path holds one kind of value, or none. */
export const values: Readonly<Record<string, Draw<unknown>>> = {
  state: (dice) => dice.pick(states),
  connection: (dice) =>
    dice.next() < 0.05 ? dice.pick(['\u{1F600}', '\uff61']) : dice.pick(['corner', 'hall', 'Ärmel']),
  order: (dice) => dice.pick(['ord_1', 'ord_2', 'ord_3']),
  awaits: (dice) => dice.pick(['ord_1', 'ord_2']),
  owner: (dice) => dice.pick(['one', 'two']),
  dueAt: day,
  keptAt: day,
  placedAt: day,
  madeAt: day,
  firstSeq: number,
  count: number,
  'error.code': (dice) => dice.pick(['MAPPING_FAILED', 'CHANNEL_AWAY']),
  'headline.state': (dice) => dice.pick(['open', 'held', 'completed']),
  'headline.payment': (dice) => dice.pick(['paid', 'due']),
  'headline.fulfilment': (dice) => dice.pick(['open', 'shipped']),
  'react.dueAt': day,
  'react.gen': number,
}
const paths = Object.keys(values)

/** A path, and a value that may stand there. */
export const drawPath = (dice: Dice): readonly [string, unknown] => {
  const path = paths[dice.whole(0, paths.length - 1)] ?? 'state'
  return [path, values[path]?.(dice)]
}

export const drawWord: Draw<string> = (dice) => dice.pick(words)
export const drawLine: Draw<object> = (dice) => ({ sku: dice.pick(['cup', 'pot']), quantity: dice.whole(1, 3) })

/** An id of one of the two forms that there are. */
export const drawId: Draw<string> = (dice) => {
  const number = dice.whole(1, 60)
  return number % 2 === 0 ? `msg_${String(number).padStart(32, '0')}` : `row-${number}`
}

/** A document: each path is there or not, and now and then null; `slot` is always there. */
export const drawRow = (dice: Dice): Row => ({
  _id: drawId(dice),
  slot: dice.whole(1, 200),
  ...nested(
    paths
      .filter(() => dice.next() < 0.6)
      .map((path) => [path, dice.next() < 0.05 ? null : values[path]?.(dice)] as const),
  ),
  ...(dice.next() < 0.7 ? { words: [...new Set(some(dice, 3, drawWord))] } : {}),
  ...(dice.next() < 0.5 ? { lines: some(dice, 3, drawLine) } : {}),
  ...(dice.next() < 0.2 ? { body: Uint8Array.from(some(dice, 6, (die) => die.whole(0, 255))) } : {}),
})

const nested = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> => {
  const made: Record<string, unknown> = {}
  for (const [path, value] of entries) {
    const [outer = path, inner] = path.split('.')
    const held = made[outer]
    made[outer] = inner === undefined ? value : { ...(typeof held === 'object' ? held : {}), [inner]: value }
  }
  return made
}

const clauses: readonly [Draw<Filter>, ...Draw<Filter>[]] = [
  (dice) => Object.fromEntries([drawPath(dice)]),
  (dice) => on(dice, (value) => ({ $ne: value })),
  (dice) => on(dice, (value) => ({ $gte: value })),
  (dice) => on(dice, (value) => ({ $gt: value, $ne: null })),
  (dice) => on(dice, (value) => ({ $lt: value })),
  (dice) => on(dice, (value) => ({ $lte: value })),
  (dice) => on(dice, () => null),
  (dice) => on(dice, () => ({ $ne: null })),
  (dice) => on(dice, () => ({ $exists: dice.next() < 0.5 })),
  (dice) => {
    const [path, value] = drawPath(dice)
    return {
      [path]: { [dice.pick(['$in', '$nin'])]: [value, values[path]?.(dice), ...(dice.next() < 0.2 ? [null] : [])] },
    }
  },
  (dice) => ({ words: drawWord(dice) }),
  (dice) => ({ words: { $in: some(dice, 3, drawWord) } }),
  (dice) => {
    const kind = dice.pick(['n:', 'n:1', 'e:', 't:'])
    return { words: { $elemMatch: { $gte: kind, $lt: `${kind}\uffff` } } }
  },
  (dice) => ({ lines: { $elemMatch: { sku: 'cup', quantity: { $gte: dice.whole(1, 3) } } } }),
  (dice) => ({ 'lines.sku': dice.pick(['cup', 'pot']) }),
  (dice) => ({ _id: { $in: some(dice, 6, drawId) } }),
  (dice) => ({ _id: { [dice.pick(['$gt', '$lte'])]: drawId(dice) } }),
]

const on = (dice: Dice, asked: (value: unknown) => unknown): Filter => {
  const [path, value] = drawPath(dice)
  return { [path]: asked(value) }
}
const clause: Draw<Filter> = (dice) => dice.pick(clauses)(dice)

/** A filter of one clause or several. */
export const drawFilter: Draw<Filter> = (dice) => {
  const chance = dice.next()
  if (chance < 0.05) return {}
  if (chance < 0.6) return clause(dice)
  if (chance < 0.75) return { ...clause(dice), ...clause(dice) }
  if (chance < 0.87) return { $and: [clause(dice), clause(dice)] }
  return { ...clause(dice), $or: [clause(dice), clause(dice)] }
}

/** Which of the rows it holds are one by a unique index besides their `_id`. */
export const slots: IndexSpec = { name: 'slot', key: { slot: 1 }, unique: true }
