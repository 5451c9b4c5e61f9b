import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, describe, expect, it } from 'vitest'
import { enter } from '../../src/flow/enter.ts'
import { receive } from '../../src/flow/receive.ts'
import { verify } from '../../src/flow/verify.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { checkFile } from '../../src/store/embedded/check.ts'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { batchesOf } from '../../src/store/moving/walk.ts'
import { storeProgram } from '../../src/wire.ts'
import { acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide, openTestStore, temporaryFile } from './kit.ts'

let whole: Buffer

/** A file with five orders, one of them shipped, and a body among the blobs. */
beforeAll(async () => {
  const file = temporaryFile()
  const store = openTestStore(file)
  const flow = await openFlow({ store, clock: openClock(), other: openOtherSide() })
  const post = (key: string, body: string) => receive(flow.receiveDeps, 'corner-shop', acmePost('order', key, body))
  for (const id of ['1', '2', '3', '4']) await post(`m${id}`, acmeOrder({ id, version: 1 }))
  await post('m5', JSON.stringify({ ...JSON.parse(acmeOrder({ id: '5', version: 1 })), padding: 'x'.repeat(20_000) }))
  await flow.work()
  const request = { kind: 'ship' as const, trackingNumber: '1Z1', lines: [{ line: 'a', quantity: 1 }] }
  await enter(flow.enterDeps, { order: orderIdOf('corner-shop', '1'), by: 'tester', key: 'k1', request })
  await flow.work()
  await store.close()
  whole = readFileSync(file)
})

/** What is found in a copy of the file: in the file itself, else in what is kept there. */
const foundIn = async (alter: (file: string) => void): Promise<readonly string[]> => {
  const file = temporaryFile()
  writeFileSync(file, whole)
  alter(file)
  const found: string[] = []
  const fault = ({ where, sentence }: { readonly where: string; readonly sentence: string }) =>
    void found.push(`${where}: ${sentence}`)
  try {
    for (const one of checkFile(file, storeProgram)) fault(one)
    if (found.length > 0) return found
    const store = openEmbedded({ file, program: storeProgram, readOnly: true, snapshot: true })
    await verify({ store, batchesOf, fault, progress: () => undefined }).finally(store.close)
  } catch (error) {
    found.push(error instanceof HubError ? `${error.code}: ${error.message}` : `no sentence: ${String(error)}`)
  }
  return found
}

const flippedAt = (at: number): Promise<readonly string[]> =>
  foundIn((file) => {
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(file, bytes)
  })

describe('the check of a file', () => {
  it('finds nothing in one that is as it was written', async () => {
    expect(await foundIn(() => undefined)).toEqual([])
  })

  it('names a flipped byte wherever text is kept: documents, keys, indexes, words, notes', {
    timeout: 60_000,
  }, async () => {
    // The first page holds how the tables are made; of the others each stretch of text is tried in several places.
    const texts = [...whole.toString('latin1').matchAll(/[\x20-\x7e]{8,}/g)].filter(({ index }) => index >= 16_384)
    const body = /x{1000,}/
    const places = texts.flatMap(({ index, 0: text }) =>
      body.test(text) ? [] : Array.from({ length: Math.ceil(text.length / 160) }, (_, at) => index + 3 + at * 157),
    )
    expect(places.length).toBeGreaterThan(100)
    const missed: number[] = []
    for (const at of places) if ((await flippedAt(at)).length === 0) missed.push(at)
    expect(missed).toEqual([])
  })

  it('says it in a sentence, also where SQLite cannot go on', async () => {
    const said: string[] = []
    for (const page of [0, 2, 5, 9].map((number) => number * 16_384 + 100))
      said.push(...(await foundIn((file) => writeFileSync(file, Buffer.from(whole).fill(0xa5, page, page + 16_000)))))
    expect(said.length).toBeGreaterThan(2)
    for (const sentence of said) expect(sentence).toMatch(/^[\w/.-]+: .*(damaged|not|no |lead)/)
  })

  const altered: readonly (readonly [what: string, sql: string, named: RegExp])[] = [
    ['a word too many', `INSERT INTO "orders/words" VALUES ('n:9', 1)`, /1 of its words lead to no row that has them/],
    ['a mark beyond the keys', 'UPDATE "/collections" SET indexed = 3', /inbox: row 1 is not found by its key/],
    [
      'a key that leads astray',
      `INSERT INTO "inbox/keys" VALUES ('msg_1', 1)`,
      /inbox: a key leads to row 1, which has another/,
    ],
    [
      'an index that is gone',
      'DROP INDEX "orders/state"',
      /orders: its index "state", or the note of it, is not as it was/,
    ],
    [
      'a note of an index',
      `UPDATE "/indexes" SET spec = '{}' WHERE name = 'state'`,
      /a note of an index cannot be read/,
    ],
    [
      'a collection that is not noted',
      `DELETE FROM "/collections" WHERE name = 'orders'`,
      /orders: .* no such collection/,
    ],
  ]
  it.each(altered)('names %s', async (_, sql, named) => {
    const found = await foundIn((file) => {
      const db = new DatabaseSync(file)
      db.exec(sql)
      db.close()
    })
    expect(
      found.some((fault) => named.test(fault)),
      found.join('\n'),
    ).toBe(true)
  })
})
