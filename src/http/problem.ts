import { STATUS_CODES } from 'node:http'
import { asHubError, type Code, codes, HubError } from '../kernel/errors.ts'
import { type Static, Type, Word } from '../kernel/schema.ts'

const codeNames = Object.keys(codes).filter((name): name is Code => name in codes)

/** An error as it is answered: RFC 9457, with our code, what cures it, and facts that belong to it. */
export const Problem = Type.Object(
  {
    type: Word(['about:blank']),
    title: Type.String({ description: "The status in HTTP's words." }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What was expected, what came, and where.' }),
    code: Word(codeNames, 'What kind of failure it is; stable.'),
    cure: Type.String({ description: 'What to do about it.' }),
    request: Type.String({ description: 'Names this request in the log.' }),
  },
  { $id: 'Problem', description: 'RFC 9457. Facts of the failure stand beside these fields.' },
)
export type Problem = Static<typeof Problem>

export const problemType = 'application/problem+json; charset=utf-8'

/** Failures of ours are told in general words: the log has the rest. */
const toldOfOurs: { readonly [C in Code]?: string } = {
  STORE_AWAY: 'The store does not answer; nothing of this request was kept.',
  STORE_FULL: 'The store is full; nothing of this request was kept.',
}

/** @param request names the request in the log */
export const problemOf = (error: HubError, request: string): Problem & Readonly<Record<string, unknown>> => {
  const { status, cure } = codes[error.code]
  const ours = status >= 500
  const { cure: better } = error.detail
  return {
    ...(ours ? {} : error.detail),
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: ours ? (toldOfOurs[error.code] ?? 'Something failed that should not have.') : error.message,
    code: error.code,
    cure: !ours && typeof better === 'string' ? better : cure,
    request,
  }
}

/** What the server itself refuses, before a route is reached. */
const serverCodes: Readonly<Record<string, readonly [Code, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'the body is larger than is taken here'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['BODY_WRONG_TYPE', 'expected a Content-Type that is taken here: application/json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['PAYLOAD_UNREADABLE', 'the body is not as long as Content-Length says'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['PAYLOAD_UNREADABLE', 'expected a body, got none'],
  FST_ERR_MAX_PARAM_LENGTH: ['NOT_FOUND', 'no id is as long as the one in this address'],
  FST_ERR_BAD_URL: ['REQUEST_INVALID', 'the address holds a percent sign that encodes nothing'],
}

/** Any failure that a request met. */
export const hubErrorOf = (error: unknown): HubError => {
  const { code, statusCode } = factsOf(error)
  const known = typeof code === 'string' ? serverCodes[code] : undefined
  if (known !== undefined) return new HubError(known[0], known[1], {}, error)
  const isCallers = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  return isCallers
    ? new HubError('REQUEST_INVALID', 'the request cannot be taken as it is', {}, error)
    : asHubError(error)
}

const factsOf = (error: unknown): { readonly code?: unknown; readonly statusCode?: unknown } =>
  typeof error === 'object' && error !== null && !(error instanceof HubError) ? error : {}
