import type { Dice } from '../../src/connector/sandbox.ts'
import type { BulkStep, Collection, Filter, Sort, Update, UpdateAnswer } from '../../src/store/port.ts'
import {
  type Draw,
  drawFilter,
  drawId,
  drawLine,
  drawPath,
  drawRow,
  drawWord,
  type Row,
  values,
} from './store-documents.ts'

/** One call of the port, done on whichever engine; it gives back what the port promises of the answer. */
export interface Step {
  readonly method: string
  readonly given: readonly unknown[]
  readonly on: (rows: Collection<Row>) => Promise<unknown>
}

const drawSort = (dice: Dice): Sort => {
  const way = dice.next() < 0.5 ? 1 : -1
  const [path] = drawPath(dice)
  return dice.next() < 0.2 ? { _id: way } : { [path]: way, _id: way }
}

type Change = readonly [operator: string, fields: Readonly<Record<string, unknown>>]

/** What an update may be put together from; no two parts touch one field. */
const parts: readonly Draw<Change>[] = [
  (dice) => {
    const [path, value] = drawPath(dice)
    return dice.next() < 0.2 ? ['$unset', { [path]: '' }] : ['$set', { [path]: value }]
  },
  (dice) => ['$inc', { gen: dice.whole(-1, 2) }],
  (dice) => [dice.pick(['$min', '$max']), { low: dice.whole(0, 9), at: values['dueAt']?.(dice) }],
  (dice) =>
    dice.pick<Change>([
      ['$addToSet', { words: drawWord(dice) }],
      ['$pull', { words: { $in: [drawWord(dice), drawWord(dice)] } }],
      ['$set', { words: [drawWord(dice)] }],
    ]),
  (dice) =>
    dice.pick<Change>([
      ['$push', { lines: drawLine(dice) }],
      ['$push', { lines: { $each: [drawLine(dice), drawLine(dice)] } }],
      ['$pull', { lines: { sku: 'cup' } }],
    ]),
]

const drawUpdate = (dice: Dice): Update => {
  const changes = parts.map((draw) => draw(dice))
  const chosen = changes.filter(() => dice.next() < 0.4)
  const update: Record<string, Record<string, unknown>> = {}
  for (const [operator, fields] of chosen.length === 0 ? changes.slice(0, 1) : chosen)
    update[operator] = { ...update[operator], ...fields }
  return update
}

/** A filter that one row at most can meet, so that it is plain which is meant. */
const drawOne = (dice: Dice): Filter => ({
  ...(dice.next() < 0.2 ? drawFilter(dice) : {}),
  ...(dice.next() < 0.3 ? { gen: dice.whole(0, 2) } : {}),
  _id: drawId(dice),
})

const drawRows = (dice: Dice): readonly Row[] => Array.from({ length: dice.whole(1, 6) }, () => drawRow(dice))

/** Of an unordered bulk nobody says in which order its steps are done, so each of them is about a row of its own. */
const drawBulk = (dice: Dice, ordered: boolean): readonly BulkStep<Row>[] => {
  const steps = drawRows(dice).map((document) =>
    dice.next() < 0.4
      ? { id: document._id, step: { insertOne: { document } } }
      : { id: document._id, step: { updateOne: { filter: { _id: document._id }, update: drawUpdate(dice) } } },
  )
  const first = steps.filter(({ id }, at) => steps.findIndex((other) => other.id === id) === at)
  return (ordered ? steps : first).map(({ step }) => step)
}

const countsOf = ({ matchedCount, modifiedCount, upsertedCount }: UpdateAnswer) => ({
  matchedCount,
  modifiedCount,
  upsertedCount,
})

/**
 * Every method of the port: how often it is drawn, and a call of it. Not drawn is what the port leaves open: an upsert that names no
 * `_id`, which of several rows an updateOne takes, and how far a bulk came that met a key which exists (its rows are compared all the same).
 */
const calls: Readonly<Record<keyof Collection<Row>, readonly [number, Draw<Omit<Step, 'method'>>]>> = {
  insertOne: [
    14,
    (dice) => {
      const row = drawRow(dice)
      return { given: [row], on: async (rows) => void (await rows.insertOne(row)) }
    },
  ],
  insertMany: [
    6,
    (dice) => {
      const [many, ordered] = [drawRows(dice), dice.next() < 0.5]
      const on: Step['on'] = async (rows) => (await rows.insertMany(many, { ordered })).insertedCount
      return { given: [many, ordered], on }
    },
  ],
  findOne: [
    6,
    (dice) => {
      const [filter, sort] = [drawFilter(dice), drawSort(dice)]
      return { given: [filter, sort], on: (rows) => rows.findOne(filter, { sort }) }
    },
  ],
  find: [
    20,
    (dice) => {
      const filter = drawFilter(dice)
      if (dice.next() < 0.2) return { given: ['page by page', filter], on: (rows) => pagedThrough(rows, filter) }
      const options = {
        sort: drawSort(dice),
        ...(dice.next() < 0.5 ? { limit: dice.whole(1, 10) } : {}),
        ...(dice.next() < 0.3 ? { projection: { state: 1, react: 1, words: 1 } as const } : {}),
      }
      return { given: [filter, options], on: (rows) => rows.find(filter, options).toArray() }
    },
  ],
  updateOne: [
    14,
    (dice) => {
      const [filter, update] = [drawOne(dice), drawUpdate(dice)]
      const isUpsert = dice.next() < 0.4
      const asked = isUpsert ? { _id: filter['_id'], slot: dice.whole(1, 200) } : filter
      const on: Step['on'] = async (rows) => countsOf(await rows.updateOne(asked, update, { upsert: isUpsert }))
      return { given: [asked, update, isUpsert], on }
    },
  ],
  updateMany: [
    7,
    (dice) => {
      const [filter, update] = [drawFilter(dice), drawUpdate(dice)]
      return { given: [filter, update], on: async (rows) => countsOf(await rows.updateMany(filter, update)) }
    },
  ],
  findOneAndUpdate: [
    7,
    (dice) => {
      const [filter, update, sort] = [drawFilter(dice), drawUpdate(dice), drawSort(dice)]
      const options = { returnDocument: dice.pick<'before' | 'after'>(['before', 'after']), sort }
      return { given: [filter, update, options], on: (rows) => rows.findOneAndUpdate(filter, update, options) }
    },
  ],
  bulkWrite: [
    9,
    (dice) => {
      const ordered = dice.next() < 0.5
      const steps = drawBulk(dice, ordered)
      const on: Step['on'] = async (rows) => {
        const answer = await rows.bulkWrite(steps, { ordered })
        return { ...countsOf(answer), insertedCount: answer.insertedCount }
      }
      return { given: [steps, ordered], on }
    },
  ],
  deleteMany: [
    3,
    (dice) => {
      const filter = { $and: [drawFilter(dice), { _id: { $in: [drawId(dice), drawId(dice), drawId(dice)] } }] }
      return { given: [filter], on: async (rows) => (await rows.deleteMany(filter)).deletedCount }
    },
  ],
  countDocuments: [
    7,
    (dice) => {
      const [filter, limit] = [drawFilter(dice), dice.whole(1, 30)]
      const options = dice.next() < 0.3 ? { limit } : {}
      return { given: [filter, options], on: (rows) => rows.countDocuments(filter, options) }
    },
  ],
  aggregate: [
    6,
    (dice) => {
      const stages = drawStages(dice)
      return { given: stages, on: (rows) => rows.aggregate(stages).toArray().then(byGroup) }
    },
  ],
  createIndexes: [
    1,
    () => ({
      given: ['again'],
      on: (rows) => rows.createIndexes([{ name: 'count', key: { count: 1, _id: 1 } }]).then(() => 'made'),
    }),
  ],
}

/** All that a filter meets, five at a time, each page from where the one before ended. */
const pagedThrough = async (rows: Collection<Row>, filter: Filter): Promise<readonly string[]> => {
  const seen: string[] = []
  let beyond: Filter = {}
  for (;;) {
    const asked = { $and: [filter, { keptAt: { $ne: null } }, beyond] }
    const page = await rows.find(asked, { sort: { keptAt: -1, _id: -1 }, limit: 5 }).toArray()
    const last = page.at(-1)
    seen.push(...page.map(({ _id }) => _id))
    if (last === undefined) return seen
    const { keptAt, _id } = last
    beyond = { $or: [{ keptAt: { $lt: keptAt } }, { keptAt, _id: { $lt: _id } }] }
  }
}

const drawStages = (dice: Dice): readonly Readonly<Record<string, unknown>>[] => {
  const by = dice.pick<unknown>(['$state', '$connection', null, { state: '$state', at: '$dueAt' }])
  const group = {
    n: { $sum: 1 },
    sum: { $sum: '$count' },
    least: { $min: '$dueAt' },
    most: { $max: '$count' },
    first: { $first: '$connection' },
  }
  return [{ $match: drawFilter(dice) }, { $sort: drawSort(dice) }, { $group: { _id: by, ...group } }]
}

/** Nobody says in which order groups come. */
const byGroup = (groups: readonly Readonly<Record<string, unknown>>[]) =>
  groups.toSorted((one, other) => (JSON.stringify(one['_id']) < JSON.stringify(other['_id']) ? -1 : 1))

/** How many methods there are to call. */
export const methods = Object.keys(calls).length

/** The next call, by the weights. */
export const drawStep: Draw<Step> = (dice) => {
  const all = Object.entries(calls)
  let left = dice.next() * all.reduce((sum, [, [weight]]) => sum + weight, 0)
  for (const [method, [weight, draw]] of all) {
    left -= weight
    if (left < 0) return { method, ...draw(dice) }
  }
  throw new Error('the weights do not add up')
}
