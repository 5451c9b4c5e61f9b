import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { flipkartSeller } from '../../connectors/flipkart-seller/index.ts'
import { sandbox } from '../../connectors/flipkart-seller/sandbox.ts'
import type { State } from '../../connectors/flipkart-seller/sandbox-posts.ts'
import { openDice } from '../../src/cli/dice.ts'
import type { Answer, Ask, Incoming } from '../../src/connector/contract.ts'
import type { SandboxPost } from '../../src/connector/sandbox.ts'
import { readJson } from '../../src/kernel/json.ts'
import { compileMappings } from '../../src/mapping/compile.ts'

export const { settings, secrets } = sandbox.example
export const start = new Date('2026-11-24T10:00:00Z')
const folder = join(import.meta.dirname, '../../mappings/flipkart-seller')
export const { mappings } = compileMappings(
  readdirSync(folder).map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') })),
)
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
export const after = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000)

export interface Played {
  readonly state: State
  readonly posts: readonly { readonly post: SandboxPost; readonly at: Date }[]
  readonly now: Date
}
export const played = (steps: number, seed = 1): Played => {
  const dice = openDice(seed)
  let state = sandbox.start({ seed, settings, secrets, hookUrl: 'https://hub.example.com/webhooks/flipkart' })
  const posts: { readonly post: SandboxPost; readonly at: Date }[] = []
  for (let step = 0; step < steps; step += 1) {
    const done = sandbox.play(state, dice, after(step))
    state = done.state
    posts.push(...done.posts.map((post) => ({ post, at: after(step) })))
  }
  return { state, posts, now: after(steps) }
}
export const incoming = ({ path, headers, body }: SandboxPost): Incoming => ({
  method: 'POST',
  path,
  query: {},
  headers,
  body: Buffer.from(body),
})

/** The other side as the connector's own requests find it: each with a token, until that has run out. */
export const openSide = ({ state: from, now: at }: Pick<Played, 'state' | 'now'>) => {
  let [state, now, token] = [from, at, '']
  const call = (ask: Ask, authorization: string) => {
    const answered = sandbox.answer(
      state,
      {
        method: ask.method,
        path: ask.path,
        query: ask.query ?? {},
        headers: { authorization },
        body: Buffer.from(ask.body === undefined ? '' : JSON.stringify(ask.body)),
      },
      now,
    )
    state = answered.state
    const { status, headers, body } = answered.reply
    const answer: Answer = {
      status,
      headers,
      bytes: Buffer.from(body),
      body: readJson(Buffer.from(body)),
      at: now.getTime(),
    }
    return { answer, posts: answered.posts }
  }
  return {
    grant: (): Answer => {
      const grant = flipkartSeller.grants?.['access']
      const ask = grant?.ask({ settings, secrets, now })
      const { answer } = call(ask ?? { method: 'GET', path: '/' }, ask?.headers?.['authorization'] ?? '')
      token = grant?.read(answer).token ?? ''
      return answer
    },
    call: (ask: Ask) => call(ask, `Bearer ${token}`),
    pass: (ms: number) => {
      now = new Date(now.getTime() + ms)
    },
    change: (next: (state: State, now: Date) => State) => {
      state = next(state, now)
    },
    books: () => sandbox.books(state),
    state: () => state,
  }
}
export const open = (from: Pick<Played, 'state' | 'now'>) => {
  const side = openSide(from)
  side.grant()
  return side
}

export const read = (side: ReturnType<typeof openSide>, subject: string) => {
  const query = flipkartSeller.queries.order
  if (query === undefined) throw new Error('there is no query')
  const { answer } = side.call(query.ask(subject, settings))
  const more = (query.more?.(answer, subject, settings) ?? []).map((ask) => side.call(ask).answer)
  const told = query.read(answer, more)
  return told === 'gone' || !('parts' in told) ? [] : told.parts
}
