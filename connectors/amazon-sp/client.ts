import { classify as byStatus } from '../../src/connector/classify.ts'
import type { Answer, Connector, Lane, Trouble } from '../../src/connector/contract.ts'
import { HubError } from '../../src/kernel/errors.ts'
import type { Checker } from '../../src/kernel/schema.ts'
import { type Errors, errors } from './payloads.ts'
import type { Settings } from './settings.ts'

/** https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints, read 24 Nov 2026. */
export const base = ({ region, environment }: Settings): string =>
  `https://${environment === 'sandbox' ? 'sandbox.' : ''}sellingpartnerapi-${region}.amazon.com`

/** Signatures of AWS are asked for no more: https://developer-docs.amazon.com/sp-api/changelog/sp-api-will-no-longer-require-aws-iam-or-aws-signature-version-4, read 24 Nov 2026. */
export const authorise: NonNullable<Connector<Settings>['authorise']> = (_ask, { token }): Record<string, string> =>
  token === undefined ? {} : { 'x-amz-access-token': token }

/** The allowance of each operation, as its description in the model says; Amazon counts each by itself. */
export const lanes = {
  search: { requestsPerSecond: 0.0056, burst: 20 },
  'get-order': { requestsPerSecond: 0.5, burst: 30 },
  confirm: { requestsPerSecond: 2, burst: 10 },
  'search-v0': { requestsPerSecond: 0.0167, burst: 20 },
  'get-order-v0': { requestsPerSecond: 0.5, burst: 30 },
  'get-items-v0': { requestsPerSecond: 0.5, burst: 30 },
  'restricted-token': { requestsPerSecond: 1, burst: 10 },
} as const satisfies Readonly<Record<string, Lane>>
export type LaneName = keyof typeof lanes

/** What a refusal says, in one text. */
export const wordsIn = (body: unknown): string =>
  errors.is(body) ? body.errors.map(({ message, details = '' }) => `${message} ${details}`).join(' ') : ''

/** A retry of what was done already, in Amazon's words: https://github.com/amzn/selling-partner-api-models/issues/5037, read 24 Nov 2026. */
const doneAlready = /PackageToUpdateNotFound|already fulfilled/i

/** By the HTTP status: one and the same code is written in several ways. */
export const classify = (answer: Answer, now: Date): Trouble | undefined => {
  const usual = byStatus(answer, now)
  if (usual === undefined || !errors.is(answer.body)) return usual
  const code =
    usual.code === 'CHANNEL_REFUSED' && doneAlready.test(wordsIn(answer.body)) ? 'CHANNEL_CONFLICT' : usual.code
  return { ...usual, code, sentence: answer.body.errors.map(sentenceOf).join('; ') }
}

const sentenceOf = ({ code, message, details = '' }: Errors['errors'][number]): string =>
  `Amazon says ${code}: ${message}${details === '' ? '' : ` (${details})`}`

/** What the seller and the application are allowed, where Amazon says it; of a 429 it says nothing. */
export const laneRate = ({ headers }: Answer): number | undefined => {
  const rate = Number(headers['x-amzn-ratelimit-limit'])
  return rate > 0 ? rate : undefined
}

/** @throws CHANNEL_UNREADABLE naming what is not there */
export const bodyOf = <T>(checker: Checker<T>, answer: Answer | undefined, what: string): T => {
  const body: unknown = answer?.body
  if (checker.is(body)) return body
  const [fault] = checker.faults(body)
  throw new HubError(
    'CHANNEL_UNREADABLE',
    `expected ${what}: ${fault?.path ?? ''} ${fault?.expected ?? 'nothing came'}`,
  )
}
