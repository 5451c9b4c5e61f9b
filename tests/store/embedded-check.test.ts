import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { checkFile } from '../../src/store/embedded/check.ts'
import { deferred, freshFile, open, program, type Row } from './kit.ts'

/** A file with two documents, one of them with bytes, and an index. */
const filled = async (): Promise<string> => {
  const file = freshFile()
  const store = open(file, { collections: deferred })
  const rows = store.collection<Row>('rows')
  await rows.createIndexes([{ name: 'state', key: { state: 1 } }])
  await store.collection('orders').createIndexes([{ name: 'words', key: { words: 1 } }])
  await rows.insertMany([
    { _id: 'a', state: 'due', body: Uint8Array.of(1, 2, 3) },
    { _id: 'b', state: 'done' },
  ])
  await store.collection<Row & { words: readonly string[] }>('orders').insertOne({ _id: 'o', words: ['n:1'] })
  await store.close()
  return file
}

const tamper = (file: string, sql: string): void => {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}

describe('the check of a file', () => {
  it('finds nothing in one that is whole, also while a hub has it open', async () => {
    const file = await filled()
    expect(checkFile(file, program)).toEqual([])
    const hub = open(file, { collections: deferred })
    await hub.collection<Row>('rows').insertOne({ _id: 'c' })
    expect(checkFile(file, program)).toEqual([])
    await hub.close()
  })

  it.each([
    ['a text that was changed', `UPDATE rows SET doc = replace(doc, 'due', 'duf')`, /checksum differs/],
    ['a text that is none any more', `UPDATE rows SET doc = '{', sum = NULL WHERE id = 'b'`, /it is no document/],
    ['bytes that are gone', 'DELETE FROM "rows/bytes"', /the bytes beside it are gone/],
    [
      'an index that says other than the document',
      `UPDATE rows SET ".state" = 'dead' WHERE id = 'b'`,
      /the index on state/,
    ],
    ['a key that is not the _id', `UPDATE rows SET id = 'z' WHERE id = 'b'`, /its key is not the document's _id/],
    ['a word that is not found', 'DELETE FROM "orders/words"', /not found by one of its words/],
    ['bytes of no row', 'INSERT INTO "rows/bytes" VALUES (99, x\'00\')', /bytes lie there for row 99/],
  ])('names %s', async (_, sql, named) => {
    const file = await filled()
    tamper(file, sql)
    expect(checkFile(file, program).map(({ sentence }) => sentence)).toEqual([expect.stringMatching(named)])
  })
})
