import type { IndexSpec } from './port.ts'

/**
 * Every index there is; `_id` has its own. Sparse ones leave done rows out, so that they stay small and cost a message little. All
 * ascend, also where lists show the newest first: what grows at its end fills its pages, and both engines walk either way.
 */
export const indexes: Readonly<Record<string, readonly IndexSpec[]>> = {
  inbox: [
    { name: 'due', key: { dueAt: 1, _id: 1 }, sparse: 'dueAt' },
    { name: 'failed', key: { 'error.code': 1, _id: 1 }, sparse: 'error.code' },
    { name: 'kept', key: { keptAt: 1, _id: 1 } },
    { name: 'of-order', key: { order: 1, keptAt: 1, _id: 1 }, sparse: 'order' },
    { name: 'awaits', key: { awaits: 1 }, sparse: 'awaits' },
  ],
  orders: [
    { name: 'placed', key: { placedAt: 1, _id: 1 } },
    { name: 'connection', key: { connection: 1, placedAt: 1, _id: 1 } },
    { name: 'connection-state', key: { connection: 1, 'headline.state': 1, placedAt: 1, _id: 1 } },
    { name: 'state', key: { 'headline.state': 1, placedAt: 1, _id: 1 } },
    { name: 'payment', key: { 'headline.payment': 1, placedAt: 1, _id: 1 } },
    { name: 'fulfilment', key: { 'headline.fulfilment': 1, placedAt: 1, _id: 1 } },
    { name: 'react', key: { 'react.dueAt': 1 }, sparse: 'react.dueAt' },
    { name: 'words', key: { words: 1 } },
  ],
  outbox: [
    { name: 'due', key: { dueAt: 1, _id: 1 }, sparse: 'dueAt' },
    { name: 'connection', key: { connection: 1, dueAt: 1, _id: 1 }, sparse: 'dueAt' },
    { name: 'failed', key: { 'error.code': 1, _id: 1 }, sparse: 'error.code' },
    { name: 'of-order', key: { order: 1, madeAt: 1, _id: 1 } },
    { name: 'made', key: { madeAt: 1, _id: 1 } },
  ],
  pulls: [
    { name: 'due', key: { dueAt: 1, _id: 1 }, sparse: 'dueAt' },
    { name: 'connection', key: { connection: 1, madeAt: 1, _id: 1 } },
  ],
  ledger: [{ name: 'of-order', key: { order: 1, firstSeq: 1 } }],
  blobs: [],
  connections: [],
  keys: [],
  meta: [],
}
