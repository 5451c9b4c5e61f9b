import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { squarePos } from '../../connectors/square-pos/index.ts'
import { hostSandbox } from '../../src/cli/sandbox.ts'
import { type Bench, openBench } from './kit.ts'

const { example } = squarePos.sandbox
const secretOf = (name: string): string => example.secrets[name]?.[0] ?? ''

/** A sandbox that has sold already, and lost every message of it. */
describe('a channel is asked for its orders', () => {
  let side: Awaited<ReturnType<typeof hostSandbox>>
  let bench: Bench
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  beforeAll(async () => {
    side = await hostSandbox({ connector: 'square-pos', port: 0, hook: 'http://127.0.0.1:1', seed: 3, drop: 100 })
    await play(40)
    bench = openBench({ SIGNATURE: secretOf('signatureKey'), TOKEN: secretOf('accessToken') })
    bench.write('crossdock.yaml', configText())
  })
  const configText = (): string =>
    JSON.stringify({
      server: { port: 0 },
      log: { level: 'silent' },
      connections: [
        {
          id: 'stall',
          connector: 'square-pos',
          enabled: true,
          settings: example.settings,
          secrets: { signatureKey: 'env:SIGNATURE', accessToken: 'env:TOKEN' },
          sandboxUrl: side.address,
          limits: { requestsPerSecond: 100 },
          pull: { lagSeconds: 0, overlapSeconds: 0 },
        },
        { id: 'desk', connector: 'direct', enabled: true, settings: {}, secrets: {} },
      ],
    })
  afterAll(async () => {
    await bench.close()
    await side.close()
  })
  const play = async (steps: number): Promise<void> => {
    const answer = await fetch(`${side.address}/-/play`, { method: 'POST', body: JSON.stringify({ steps }) })
    await answer.arrayBuffer()
  }
  const certificate = (...more: readonly string[]) =>
    bench.run('reconcile', '--connection', 'stall', '--from', yesterday, '--sandbox', ...more)

  it('by reconcile, which begins the data, says what is missing and exits 1', async () => {
    const { code, out } = await certificate()
    expect(out).toMatch(/missing [1-9]\d*, stale 0, differing 0, surplus 0/)
    expect(out).toMatch(/Not complete\.\n {2}Then: the same with --cure/)
    expect(code).toBe(1)
  })

  it('by backfill, after which the certificate says that nothing is missing', async () => {
    const filled = await bench.run('backfill', 'stall', '--from', yesterday, '--sandbox')
    expect(filled).toMatchObject({
      code: 0,
      out: expect.stringMatching(/orders listed on \d+ pages?, [1-9]\d* new to us/),
    })
    const { code, out } = await certificate()
    expect(out).toMatch(/missing 0, stale 0, differing 0, surplus 0/)
    expect(out).toContain('Nothing is missing.')
    expect(code).toBe(0)
  })

  it('by pull, of a running hub too; for a program as JSON', async () => {
    const hub = await bench.start('--sandbox')
    try {
      await play(10)
      const { code, out } = await bench.run('pull', 'stall', '--since', yesterday, '--json')
      expect([code, JSON.parse(out)]).toEqual([
        0,
        expect.objectContaining({ kind: 'news', list: 'orders', state: 'due' }),
      ])
      expect(await certificate('--json')).toMatchObject({ code: 0 })
    } finally {
      await hub.end('SIGTERM')
    }
  })

  it('a token that is refused stops the connection, and `check` and `connections` say so', async () => {
    const denied = openBench({ SIGNATURE: secretOf('signatureKey'), TOKEN: 'another' })
    denied.write('crossdock.yaml', configText())
    const hub = await denied.start('--sandbox')
    try {
      expect(await denied.run('pull', 'stall')).toMatchObject({ code: 1 })
      for (const verb of ['check', 'connections'])
        expect((await denied.run(verb, ...(verb === 'check' ? ['--sandbox'] : []))).out).toMatch(
          /stall is stopped since .*UNAUTHORIZED.*\n {2}Then: crossdock resume stall/,
        )
    } finally {
      await hub.end('SIGTERM')
      await denied.close()
    }
  })

  it('a channel of several lists that refuses one is not waited for', async () => {
    const shop = await hostSandbox({ connector: 'woo-store', port: 0, hook: 'http://127.0.0.1:1', seed: 3, drop: 100 })
    const denied = openBench({ WORD: 'word', KEY: 'ck_wrong', SECRET: 'cs_wrong' })
    denied.write(
      'crossdock.yaml',
      JSON.stringify({
        log: { level: 'silent' },
        connections: [
          {
            id: 'shop',
            connector: 'woo-store',
            enabled: true,
            settings: { site: 'https://shop.example' },
            secrets: { webhookSecret: 'env:WORD', consumerKey: 'env:KEY', consumerSecret: 'env:SECRET' },
            sandboxUrl: shop.address,
          },
        ],
      }),
    )
    expect(await denied.run('pull', 'shop', '--sandbox')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/connection "shop" is stopped: .*\n {2}Authorise it again/),
    })
    await denied.close()
    await shop.close()
  })

  it('and is told in a sentence where that cannot be', async () => {
    expect(await bench.run('pull', 'desk', '--sandbox')).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        'connector direct cannot list its orders\n  What its channel posts is all there is.',
      ),
    })
    expect(await bench.run('backfill', 'stall', '--from', 'tomorrow')).toMatchObject({ code: 2 })
    expect(await bench.run('reconcile', '--from', yesterday)).toMatchObject({ code: 2 })
  })
})
