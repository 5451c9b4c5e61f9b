import { HubError } from '../kernel/errors.ts'
import { troubleError } from './classify.ts'
import type { Trouble } from './contract.ts'

interface Facts {
  readonly host: string
  /** Whether anything of the call may have left. */
  readonly sent: boolean
  /** The time allowed is over, or the caller gave up. */
  readonly expired: boolean
}

/** Codes with which no connection ever stood, whatever the socket said. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

/** A call without an answer, in our words. The client's own error holds headers and body, so it is not kept as a cause. */
export const failureOf = (error: unknown, { host, sent: left, expired }: Facts): HubError => {
  const { code = '', message } = codeAndMessage(error)
  const sent = left && !neverConnected.has(code)
  if (message.includes('is not allowed. Because')) {
    return new HubError('HOST_REFUSED', `${host} leads to a private address, which is not called`, { sent: false })
  }
  if (message.includes('maxContentLength')) {
    return new HubError('CHANNEL_UNREADABLE', `${host} answered with more than 10 MiB`, { sent: true })
  }
  const why = expired ? 'the time for it was over' : code === '' ? 'the connection broke' : code
  return new HubError('CHANNEL_AWAY', `${host} ${sent ? 'gave no answer' : 'could not be reached'}: ${why}`, { sent })
}

/** What an answer was taken for, without any of these texts in it. */
export const refusalOf = (
  trouble: Trouble,
  facts: { readonly status: number; readonly lane?: string },
  hidden: readonly string[],
): HubError => {
  const texts = hidden.flatMap((text) => [text, ...text.split(' ')]).filter((text) => text.length > 3)
  const longestFirst = texts.sort((a, b) => b.length - a.length)
  const sentence = longestFirst.reduce((said, text) => said.replaceAll(text, '…'), trouble.sentence)
  return troubleError({ ...trouble, sentence }, { sent: true, ...facts })
}

const codeAndMessage = (error: unknown): { readonly code?: string; readonly message: string } => {
  if (!(error instanceof Error)) return { message: '' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return { message: error.message, ...(code === undefined ? {} : { code }) }
}
