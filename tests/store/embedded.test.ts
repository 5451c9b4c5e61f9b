import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../../src/store/embedded/open.ts'
import { storeSuite } from '../kit/store-suite.ts'

const program = { name: 'crossdock', schema: 3 }
const fresh = () => join(mkdtempSync(join(tmpdir(), 'crossdock-store-')), 'hub.db')
storeSuite('the embedded engine', async () => openEmbedded({ file: fresh(), program }))
const collections = Object.fromEntries(
  Array.from({ length: 120 }, (_, at) => [`things${at}`, { keys: 'deferred' } as const]),
)
storeSuite('the embedded engine with deferred keys', async () => openEmbedded({ file: fresh(), program, collections }))
