import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { indexes } from '../../src/store/indexes.ts'
import { openRepositories } from '../../src/store/repositories.ts'
import { freshFile, open } from './kit.ts'

const all = Object.entries(indexes).flatMap(([collection, specs]) => specs.map((spec) => ({ collection, ...spec })))

describe('an index', () => {
  it.each(all.filter(({ sparse }) => sparse !== undefined))(
    '$name of $collection leaves out what lacks one of its own paths',
    ({ key, sparse = '' }) => {
      expect(Object.keys(key)).toContain(sparse)
    },
  )

  // What a repository asks, as the embedded engine puts it to the file. MongoDB chooses by the same rule: a partial index serves a query
  // that asks for its path (https://www.mongodb.com/docs/manual/core/index-partial/, read 28 Nov 2026).
  it.each([
    ['inbox', '".order" = ?', '".keptAt", id', 'of-order'],
    ['inbox', '".dueAt" <= ?', '".dueAt", id', 'due'],
    ['inbox', '".error.code" >= ?', '".error.code", id', 'failed'],
    ['inbox', '".awaits" IN (?, ?)', 'rid', 'awaits'],
    ['orders', '".react.dueAt" <= ?', '".react.dueAt"', 'react'],
    ['outbox', '".connection" = ? AND ".dueAt" <= ?', '".dueAt", id', 'connection'],
    ['outbox', '".order" = ?', '".madeAt", id', 'of-order'],
  ])('of %s answers: %s by %s', async (collection, where, order, name) => {
    const file = freshFile()
    const store = open(file, { collections: { inbox: { keys: 'deferred' } } })
    await openRepositories(store)
    await store.close()
    const db = new DatabaseSync(file, { readOnly: true })
    const plan = db.prepare(`EXPLAIN QUERY PLAN SELECT rid FROM ${collection} WHERE ${where} ORDER BY ${order}`).all()
    db.close()
    expect(String(plan[0]?.['detail'])).toMatch(new RegExp(`^SEARCH .* INDEX ${collection}/${name} `))
  })
})
