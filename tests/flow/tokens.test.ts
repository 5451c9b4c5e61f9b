import { expect, it } from 'vitest'
import type { Connector, Grant } from '../../src/connector/contract.ts'
import type { TokenWanted } from '../../src/connector/http.ts'
import { openTokens } from '../../src/flow/tokens.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { openRepositories } from '../../src/store/repositories.ts'
import { onEachEngine, storeForTest } from '../kit/engines.ts'
import { acme } from './acme.ts'

const grant: Grant<Readonly<Record<string, unknown>>> = {
  ask: () => ({
    method: 'POST',
    path: '/token',
    base: 'https://login.acme.example',
    form: { grant_type: 'refresh_token' },
  }),
  read: ({ headers }) => ({ token: headers['token'] ?? '', lastsSeconds: 3600 }),
}
const connector: Connector = { ...acme, grants: { access: grant } }

onEachEngine((engine) => {
  const open = async (processes = 1) => {
    const store = await storeForTest(engine)
    const { connections } = await openRepositories(store)
    await connections.ensure([{ id: 'corner-shop', connector: 'acme' }])
    const clock = { ms: Date.parse('2026-11-24T10:00:00Z') }
    const asked: string[] = []
    let refusal: HubError | undefined
    const send: TokenWanted['send'] = async (_connector, _account, ask, options) => {
      asked.push(`${ask.method} ${options?.base}${ask.path} ${new URLSearchParams(ask.form)}`)
      if (refusal !== undefined) throw refusal
      return { status: 200, headers: { token: `t-${asked.length}` }, bytes: new Uint8Array(), body: null }
    }
    const now = () => new Date(clock.ms)
    const sleep = async (ms: number) => {
      clock.ms += ms
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    const openOne = () => openTokens({ connections, now, sleep })
    const wanted = (more: Partial<TokenWanted> = {}, secret = 'sesame'): TokenWanted => ({
      connector,
      account: { id: 'corner-shop', settings: {}, secrets: { webhookSecret: [secret] } },
      name: 'access',
      grant,
      send,
      ...more,
    })
    return {
      connections,
      clock,
      asked,
      wanted,
      hubs: Array.from({ length: processes }, openOne),
      openOne,
      refuse: (error: HubError | undefined) => {
        refusal = error
      },
    }
  }

  it('is got once for all calls and all processes, until it runs out', async () => {
    const { hubs, wanted, asked, clock, openOne } = await open(3)
    const all = await Promise.all([...hubs, ...hubs].map((tokenFor) => tokenFor(wanted())))
    expect(new Set(all)).toEqual(new Set(['t-1']))
    expect(await openOne()(wanted())).toBe('t-1')
    expect(asked).toEqual(['POST https://login.acme.example/token grant_type=refresh_token'])
    clock.ms += 3_541_000
    expect(await hubs[0]?.(wanted())).toBe('t-2')
  })

  it('one that the channel takes no more is got anew, once, whoever finds out', async () => {
    const { hubs, wanted, asked } = await open(2)
    await Promise.all(hubs.map((tokenFor) => tokenFor(wanted())))
    const all = await Promise.all(hubs.map((tokenFor) => tokenFor(wanted({ spent: 't-1' }))))
    expect([all, asked.length]).toEqual([['t-2', 't-2'], 2])
  })

  it('lies in the store sealed, and is of no use where the secrets have changed', async () => {
    const { hubs, wanted, connections, openOne, asked } = await open()
    await hubs[0]?.(wanted())
    expect(JSON.stringify(await connections.read('corner-shop'))).not.toContain('t-1')
    expect(await openOne()(wanted({}, 'another'))).toBe('t-2')
    expect(asked).toHaveLength(2)
  })

  it('a refusal is told to everybody who waited, and the next one may ask at once', async () => {
    const { hubs, wanted, refuse, asked, clock } = await open()
    refuse(new HubError('CHANNEL_DENIED', 'invalid_grant', { sent: true }))
    const began = clock.ms
    const told = await Promise.allSettled([hubs[0]?.(wanted()), hubs[0]?.(wanted())])
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(asked).toHaveLength(1)
    refuse(undefined)
    expect(await hubs[0]?.(wanted())).toBe('t-2')
    expect(clock.ms).toBe(began)
  })

  it('a process that died with the turn holds the others up for a minute at most', async () => {
    const { connections, hubs, wanted, clock } = await open()
    const now = new Date(clock.ms)
    await connections.takeTurn('corner-shop', 'access', { now, until: new Date(clock.ms + 60_000) })
    await expect(hubs[0]?.(wanted())).rejects.toMatchObject({ code: 'CHANNEL_AWAY' })
    clock.ms += 40_000
    expect(await hubs[0]?.(wanted())).toBe('t-1')
  })
})
