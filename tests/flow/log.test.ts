import { expect, it } from 'vitest'
import { enter } from '../../src/flow/enter.ts'
import { receive } from '../../src/flow/receive.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { openNotes } from '../kit/notes.ts'
import { acmeOrder, acmePost } from './acme.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'

onEachEngine((engine) => {
  it('the log tells at debug the way of one order, by ids and never by what stands in it', async () => {
    const { log, lines } = openNotes()
    const flow = await openFlow({ store: await storeForTest(engine), clock: openClock(), other: openOtherSide(), log })
    const order = orderIdOf('corner-shop', '1')
    const body = acmeOrder({ id: '1', version: 1, number: 'Ada Lovelace' })
    const received = await receive(flow.receiveDeps, 'corner-shop', acmePost('order', 'm1', body))
    await flow.work()
    await enter(flow.enterDeps, { order, by: 'tester', request: { kind: 'ship', trackingNumber: '1Z-PRIVATE' } })
    await flow.work()
    const of = { connection: 'corner-shop', order, attempt: 1, ms: 0 }
    const command = expect.stringMatching(/^cmd_/)
    expect(lines).toEqual([
      {
        level: 'debug',
        fields: { ...of, stage: 'ingest', message: 'kept' in received ? received.kept.id : '' },
        said: 'message done',
      },
      { level: 'debug', fields: { ...of, stage: 'react' }, said: 'order looked at' },
      { level: 'debug', fields: { ...of, stage: 'react' }, said: 'order looked at' },
      { level: 'debug', fields: { ...of, stage: 'push', command, name: 'mark-shipped' }, said: 'command done' },
      { level: 'debug', fields: { ...of, stage: 'react' }, said: 'order looked at' },
    ])
    expect(JSON.stringify(lines)).not.toMatch(/Ada|PRIVATE|T-1|Tea/)
  })

  it('a message that waits for its order is told of as due', async () => {
    const { log, lines } = openNotes()
    const flow = await openFlow({ store: await storeForTest(engine), clock: openClock(), other: openOtherSide(), log })
    const refund = '{"id":"r1","order":"1","version":2,"amount":"5.00","currency":"EUR"}'
    await receive(flow.receiveDeps, 'corner-shop', acmePost('refund', 'r1', refund))
    await flow.work()
    const order = orderIdOf('corner-shop', '1')
    expect(lines).toMatchObject([{ level: 'debug', fields: { stage: 'ingest', order }, said: 'message due' }])
  })
})
