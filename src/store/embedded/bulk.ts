import type { BulkAnswer, BulkStep, Doc, UpdateAnswer } from '../port.ts'
import { changeOf, insertOf, type Work } from './change.ts'
import { DuplicateKey } from './failures.ts'
import type { Table } from './table.ts'

/**
 * Several steps as one write. A duplicate key ends an ordered bulk; an unordered one does the other steps and tells at the end.
 * @throws DuplicateKey with what was written and which steps were not
 */
export const bulkOf = (
  table: Table,
  steps: readonly BulkStep<Doc>[],
  { ordered = true }: { readonly ordered?: boolean } = {},
): Work<BulkAnswer> => {
  const works = steps.map((step) => workOf(table, step))
  return (rows) => {
    const answer = { insertedCount: 0, matchedCount: 0, modifiedCount: 0, upsertedCount: 0 }
    const failed: { readonly index: number; readonly message: string }[] = []
    for (const [index, work] of works.entries()) {
      const outcome = outcomeOf(() => work(rows))
      if ('message' in outcome) failed.push({ index, message: outcome.message })
      else add(answer, outcome)
      if (ordered && failed.length > 0) break
    }
    const [first] = failed
    if (first === undefined) return answer
    throw new DuplicateKey(first.message, { failed: failed.map(({ index }) => index), answer })
  }
}

type Outcome = UpdateAnswer | { readonly insertedId: string }

const workOf = (table: Table, step: BulkStep<Doc>): Work<Outcome> =>
  'insertOne' in step
    ? insertOf(table, step.insertOne.document)
    : changeOf({ upsert: false, ...step.updateOne, many: false })

const outcomeOf = (work: () => Outcome): Outcome | { readonly message: string } => {
  try {
    return work()
  } catch (error) {
    if (error instanceof DuplicateKey) return { message: error.message }
    throw error
  }
}

const add = (sum: { -readonly [count in keyof BulkAnswer]: number }, outcome: Outcome): void => {
  if ('insertedId' in outcome) {
    sum.insertedCount += 1
    return
  }
  sum.matchedCount += outcome.matchedCount
  sum.modifiedCount += outcome.modifiedCount
  sum.upsertedCount += outcome.upsertedCount
}
