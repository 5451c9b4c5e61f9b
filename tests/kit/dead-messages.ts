import type { Message } from '../../src/store/rows.ts'

/** So many messages of a connection that were given up. */
export const deadMessages = (connection: string, count: number): readonly Message[] =>
  Array.from({ length: count }, (_, at) => ({
    _id: `msg_${connection}_${at}`,
    connection,
    topic: 'order',
    key: String(at),
    via: 'post',
    headers: {},
    keptAt: new Date(1_700_000_000_000 + at),
    bodyDigest: '',
    state: 'dead',
    error: { code: 'CHANNEL_REFUSED', message: '', remedy: 'reject' },
    attempt: 1,
    settled: 1,
    gen: 1,
  }))
