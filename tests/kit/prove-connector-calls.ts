import type { ExpectedCall } from './prove-connector-options.ts'
import type { Called } from './prove-connector-outside.ts'

/** Headers that every client sends, whatever the API. */
const usual = new Set([
  'accept',
  'accept-encoding',
  'user-agent',
  'host',
  'connection',
  'content-length',
  'content-type',
])

/** @throws where what was sent is not, to the letter, what was to be sent */
export const mustBeCalls = (came: readonly Called[], expected: readonly ExpectedCall[]): void => {
  const faults = came.flatMap((call, at) =>
    differences(call, expected[at]).map((fault) => `request ${at + 1}: ${fault}`),
  )
  const fewer = expected.slice(came.length).map(({ method, url }) => `expected ${method} ${url}, which was not sent`)
  if (faults.length + fewer.length > 0) throw new Error([...faults, ...fewer].join('\n'))
}

const differences = (came: Called, expected: ExpectedCall | undefined): readonly string[] => {
  if (expected === undefined) return [`${came.method} ${came.url} was not expected`]
  return [
    ...differing('method', expected.method, came.method),
    ...differing('address', expected.url, came.url),
    ...headerFaults(came.headers, expected.headers),
    ...differing('body', stable(expected.body), stable(bodyOf(came))),
  ]
}

const differing = (what: string, expected: string, came: string): readonly string[] =>
  expected === came ? [] : [`${what}: expected ${expected}, got ${came}`]

const headerFaults = (came: Called['headers'], expected: ExpectedCall['headers']): readonly string[] => {
  const wanted = new Map(Object.entries(expected).map(([name, value]) => [name.toLowerCase(), value]))
  return [
    ...[...wanted].flatMap(([name, value]) => differing(`header ${name}`, value, came[name] ?? 'nothing')),
    ...Object.keys(came)
      .filter((name) => !wanted.has(name) && !usual.has(name))
      .map((name) => `header ${name} was not expected`),
  ]
}

const bodyOf = ({ body }: Called): unknown => (body.length === 0 ? undefined : JSON.parse(Buffer.from(body).toString()))

/** JSON whose members stand in the order of their names. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  ) ?? 'nothing'
