import fc from 'fast-check'
import type { Secrets } from '../../src/connector/contract.ts'
import { type Arrived, type Bench, present } from './prove-connector-bench.ts'
import type { Rule } from './prove-connector-options.ts'

/** What holds for whoever may post to us. */
export const postRules = (bench: Bench): readonly Rule[] => {
  if (bench.connector.verify === undefined) return []
  return [
    { name: 'a genuine message is accepted', check: () => mustAccept(bench, sample(bench)) },
    { name: 'a message without a signature is refused', check: () => refuseAll(bench, 'without', () => undefined) },
    {
      name: 'a garbled signature is refused',
      check: () =>
        ['%%%', '', '\u00e9\u0000', 'null'].forEach(
          (text) => void refuseAll(bench, `garbled as ${JSON.stringify(text)}`, () => text),
        ),
    },
    {
      name: 'a signature of the wrong length is refused',
      check: () => [cut, doubled].forEach((change) => void refuseAll(bench, 'of the wrong length', change)),
    },
    {
      name: 'a signature with one letter changed is refused',
      check: () => refuseAll(bench, 'with one letter changed', changed),
    },
    { name: 'a signature over another body is refused', check: () => otherBody(bench) },
    {
      name: 'a signature by another secret is refused',
      check: () => mustRefuse(bench, sample(bench), 'signed by another secret', eachSecret(bench, changed)),
    },
    {
      name: 'a message signed by the secret before the newest is accepted',
      check: () => mustAccept(bench, sample(bench), rotated(bench)),
    },
    { name: 'a stale message is refused', check: () => stale(bench) },
    { name: 'without a secret nothing is genuine', check: () => noSecret(bench) },
    { name: 'verifying never throws', check: () => neverThrows(bench) },
    { name: 'the same message sent again has the same key', check: () => stableKey(bench) },
    { name: 'different messages have different keys', check: () => distinctKeys(bench) },
  ]
}

/** The first genuine message of the sandbox's traffic. */
const sample = (bench: Bench): Arrived =>
  present(
    bench.traffic().arrived.find(({ post }) => post.forged !== true),
    "a genuine message in the sandbox's traffic",
  )

const mustAccept = (bench: Bench, arrived: Arrived, secrets?: Secrets): void => {
  const verdict = bench.verify(arrived, secrets)
  if (!verdict.genuine)
    throw new Error(`expected "${arrived.post.note}" to be genuine, it was refused: ${verdict.because}`)
}

const mustRefuse = (bench: Bench, arrived: Arrived, why: string, secrets?: Secrets): void => {
  if (bench.verify(arrived, secrets).genuine)
    throw new Error(`expected "${arrived.post.note}" to be refused, ${why}; it was taken for genuine`)
}

const withHeader = (arrived: Arrived, name: string, value: string | undefined): Arrived => {
  const { [name]: _, ...others } = arrived.incoming.headers
  return {
    ...arrived,
    incoming: { ...arrived.incoming, headers: value === undefined ? others : { ...others, [name]: value } },
  }
}

/** Headers without which a message is not genuine: the signature, and what goes into it. */
const signatureHeaders = (bench: Bench): readonly string[] => {
  const arrived = sample(bench)
  const names = Object.keys(arrived.incoming.headers).filter(
    (name) => !bench.verify(withHeader(arrived, name, undefined)).genuine,
  )
  if (names.length === 0)
    throw new Error('no header of a genuine message is needed for it to be genuine: where is the signature?')
  return names
}

const refuseAll = (bench: Bench, how: string, change: (value: string) => string | undefined): void => {
  mustAccept(bench, sample(bench))
  for (const name of signatureHeaders(bench)) {
    const value = sample(bench).incoming.headers[name] ?? ''
    mustRefuse(bench, withHeader(sample(bench), name, change(value)), `header ${name} being ${how}`)
  }
}

const cut = (text: string): string => text.slice(0, -4)
const doubled = (text: string): string => text + text
/** Another text of the same length; not its last letter, whose lowest bits base64 does not use. */
const changed = (text: string): string => {
  const at = Math.floor(text.length / 2)
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
}

const eachSecret = ({ account }: Bench, change: (value: string) => string): Secrets =>
  Object.fromEntries(Object.entries(account.secrets).map(([name, values]) => [name, values.map(change)]))

const rotated = ({ account }: Bench): Secrets =>
  Object.fromEntries(
    Object.entries(account.secrets).map(([name, values]) => [name, [...values.map(changed), ...values]]),
  )

const otherBody = (bench: Bench): void => {
  const arrived = sample(bench)
  const { body } = arrived.incoming
  const flipped = Buffer.from(body)
  flipped[Math.floor(body.length / 2)] = (flipped[Math.floor(body.length / 2)] ?? 0) ^ 1
  for (const other of [flipped, Buffer.concat([body, Buffer.from(' ')]), body.slice(0, -1), Buffer.alloc(0)]) {
    mustRefuse(bench, { ...arrived, incoming: { ...arrived.incoming, body: other } }, 'its body being another')
  }
}

const day = 86_400_000

const stale = (bench: Bench): void => {
  const arrived = sample(bench)
  mustRefuse(bench, { ...arrived, at: new Date(arrived.at.getTime() + 7 * day) }, 'being a week old')
}

const noSecret = (bench: Bench): void => {
  const names = Object.keys(bench.account.secrets)
  const every = (values: readonly string[]): Secrets => Object.fromEntries(names.map((name) => [name, values]))
  for (const secrets of [{}, every([]), every([''])])
    mustRefuse(bench, sample(bench), 'no secret being configured', secrets)
}

const neverThrows = (bench: Bench): void => {
  const arrived = sample(bench)
  const names = [...signatureHeaders(bench), 'content-type']
  const headers = fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 100 }))
  const bodies = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constant(arrived.incoming.body))
  fc.assert(
    fc.property(headers, bodies, (odd, body) => {
      bench.verify({ ...arrived, incoming: { ...arrived.incoming, headers: { ...odd }, body } })
    }),
    { numRuns: 100, seed: 1 },
  )
}

/** What a channel's second try, and the proxies before us, change about a message. */
const underway = {
  date: 'Tue, 24 Nov 2026 11:00:00 GMT',
  'user-agent': 'again',
  'x-forwarded-for': '192.0.2.7',
  'x-request-id': 'r-2',
  traceparent: '00-1',
}

const stableKey = (bench: Bench): void => {
  for (const { post, incoming } of genuine(bench)) {
    const [first, again] = [
      bench.identify(incoming),
      bench.identify({ ...incoming, headers: { ...incoming.headers, ...underway } }),
    ]
    if (first.key === '' || first.topic === '') throw new Error(`"${post.note}" has no key or no topic`)
    if (first.key !== again.key || first.topic !== again.topic)
      throw new Error(`"${post.note}" has the key ${first.key}, and ${again.key} when it is sent again`)
  }
}

const distinctKeys = (bench: Bench): void => {
  const bodies = new Map<string, { readonly body: string; readonly note: string }>()
  for (const { post, incoming } of genuine(bench)) {
    const { key } = bench.identify(incoming)
    const before = bodies.get(key)
    if (before !== undefined && before.body !== post.body) {
      throw new Error(`"${before.note}" and "${post.note}" are different messages with the same key ${key}`)
    }
    bodies.set(key, post)
  }
}

const genuine = (bench: Bench): readonly Arrived[] => bench.traffic().arrived.filter(({ post }) => post.forged !== true)
