import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { withFrozenOperators } from '../kit/frozen-operators.ts'
import { storeSuite } from '../kit/store-suite.ts'

const open = () => {
  const file = join(mkdtempSync(join(tmpdir(), 'crossdock-frozen-')), 'hub.db')
  return withFrozenOperators(openEmbedded({ file, program: { name: 'crossdock', schema: 1 } }))
}

storeSuite('the embedded engine behind the checker of operators', async () => open())

it('the checker names collection and operator before anything is done', async () => {
  const store = open()
  const rows = store.collection('rows')
  expect(() => rows.find({ $or: [{ a: { $regex: 'x' } }] })).toThrow('rows: $regex')
  expect(() => rows.updateOne({}, { $set: { 'lines.$.sku': 'cup' } })).toThrow('positional')
  expect(() => rows.aggregate([{ $lookup: {} }])).toThrow('rows: $lookup')
  await store.close()
})
