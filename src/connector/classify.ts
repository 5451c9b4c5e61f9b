import { type Code, HubError } from '../kernel/errors.ts'
import type { Json } from '../kernel/json.ts'
import type { Answer, Trouble } from './contract.ts'

/** What a status means where the channel documents nothing else; all other statuses outside 2xx are a refusal. */
const codeOfStatus: Readonly<Record<number, Code>> = {
  401: 'CHANNEL_DENIED',
  403: 'CHANNEL_DENIED',
  408: 'CHANNEL_AWAY',
  409: 'CHANNEL_CONFLICT',
  425: 'CHANNEL_AWAY',
  429: 'CHANNEL_SLOW_DOWN',
}

/**
 * The usual meaning of an answer, by its status; a connector whose channel says more in the body asks that first and this for the rest.
 * undefined: the answer is good.
 */
export const classify = (answer: Answer, now: Date): Trouble | undefined => {
  const { status } = answer
  if (status >= 200 && status < 300) return undefined
  const waitSeconds = retryAfterOf(answer, now)
  return {
    code: codeOf(status, waitSeconds),
    sentence: `the channel answered ${status}${wordsOf(answer.body)}`,
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
  }
}

const codeOf = (status: number, waitSeconds: number | undefined): Code => {
  if (status === 503 && waitSeconds !== undefined) return 'CHANNEL_SLOW_DOWN'
  if (status >= 500) return 'CHANNEL_AWAY'
  return codeOfStatus[status] ?? 'CHANNEL_REFUSED'
}

/** How long the channel asks us to wait, in whole seconds: Retry-After as seconds (some send decimals) or as an HTTP date. */
export const retryAfterOf = ({ headers }: Answer, now: Date): number | undefined => {
  const said = headers['retry-after']?.trim() ?? ''
  if (/^\d{1,9}(\.\d+)?$/.test(said)) return Math.ceil(Number(said))
  const until = said === '' ? Number.NaN : Date.parse(said)
  return Number.isNaN(until) ? undefined : Math.max(0, Math.ceil((until - now.getTime()) / 1000))
}

/**
 * A trouble as an error. The channel's words are cut to 300 characters, and what may be a person or a credential in them is left out.
 * @param facts safe ones, besides `waitSeconds`
 */
export const troubleError = (
  { code, sentence, waitSeconds }: Trouble,
  facts: Readonly<Record<string, unknown>> = {},
): HubError => new HubError(code, quiet(sentence), { ...facts, ...(waitSeconds === undefined ? {} : { waitSeconds }) })

/** Mail addresses, phone numbers and opaque tokens: a channel likes to quote what it refuses. */
const personal = [/[^\s"'<>]+@[^\s"'<>]+/g, /\+?\d[\d ().-]{5,}\d/g, /(?=\S*\d)(?=\S*[A-Za-z])[\w.~+/=-]{32,}/g]

const quiet = (sentence: string): string => {
  const said = personal.reduce((text, pattern) => text.replace(pattern, '…'), sentence).replace(/\s+/g, ' ')
  return said.length <= 300 ? said : `${said.slice(0, 299)}…`
}

const usualNames = ['error_description', 'message', 'detail', 'title', 'error', 'errors', 'code']

/** The channel's own words, where its body has them under one of the usual names. */
const wordsOf = (body: Json | undefined): string => {
  const said = textIn(body, 0)
  return said === undefined ? '' : `: ${said}`
}

const textIn = (value: Json | undefined, depth: number): string | undefined => {
  if (typeof value === 'string') return value === '' || depth === 0 ? undefined : value
  if (value === null || typeof value !== 'object' || depth > 3) return undefined
  if (Array.isArray(value)) return textIn(value[0], depth + 1)
  const members = new Map<string, Json>(Object.entries(value))
  const named = usualNames.find((name) => members.has(name))
  if (named !== undefined) return textIn(members.get(named), depth + 1)
  // { "errors": { "quantity": ["is too large"] } }: the field is part of the words.
  const [field, held] = depth === 0 ? [] : ([...members][0] ?? [])
  const words = textIn(held, depth + 1)
  return field === undefined || words === undefined ? undefined : `${field} ${words}`
}
