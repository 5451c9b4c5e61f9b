import { openEmbedded } from '../../src/store/embedded/open.ts'
import { storeProgram } from '../../src/wire.ts'
import { dataFileOf } from './house.ts'
import type { Trial } from './rows.ts'

/** What the rows stand on: the servers of the grown-up engine, started when the first row asks for them. */
export interface Ground {
  trial(wanted: Omit<Trial, 'look' | 'servers'>): Promise<Trial>
  close(): Promise<void>
}

export const openGround = (): Ground => ({
  trial: async (wanted) => ({
    ...wanted,
    servers: {},
    look: async (stage) => openEmbedded({ file: dataFileOf(stage), program: storeProgram, readOnly: true }),
  }),
  close: async () => {},
})
