import type { SandboxReply } from '../../src/connector/sandbox.ts'
import type { State, Step } from './sandbox-posts.ts'

export type Answered = Step & { readonly reply: SandboxReply }

export const say = (
  state: State,
  status: number,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Answered => ({
  state,
  posts: [],
  reply: {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': `sandbox-${state.calls}`, ...headers },
    body: body === undefined ? '' : JSON.stringify(body),
  },
})

/** https://developer-docs.amazon.com/sp-api/docs/sp-api-errors-faq, shape ErrorList of every model; read 24 Nov 2026. */
export const no = (state: State, status: number, { code, message, details = '' }: Fault): Answered =>
  say(state, status, { errors: [{ code, message, details }] })
export interface Fault {
  readonly code: string
  readonly message: string
  readonly details?: string
}
