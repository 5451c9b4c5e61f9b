import { type Code, codes, HubError } from '../kernel/errors.ts'
import type { Checker } from '../kernel/schema.ts'

/** The hub's API as the verbs call it: over the network where a hub runs, in this process where none does. */
export interface Api {
  /** here: nothing works off what is due but this process, in `settle`. */
  readonly works: 'here' | 'elsewhere'
  call(request: ApiRequest): Promise<ApiAnswer>
  /** Lets this process work on what is due, channels asked for their orders among it, where it does the work. */
  work(): void
  /** Waits until nothing is left to do, where this process does it, or it gets no less. @returns how much is left */
  settle(): Promise<number>
  close(): Promise<void>
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

/** What a running hub leaves beside its file for the verbs of the same owner: where it is, and a key. */
export interface Running {
  readonly address: string
  readonly key: string
  readonly pid: number
}

/** Asks, and gives the body of a good answer. @throws HubError with the code, sentence and facts of a problem document */
export const ask = async (api: Pick<Api, 'call'>, request: ApiRequest): Promise<unknown> => {
  const { status, body } = await api.call(request)
  if (status < 300) return body
  throw problemOf(status, body)
}

/** Asks for an answer of a known shape. @throws as `ask` does; UNEXPECTED where the shape is another */
export const askFor = async <T>(api: Pick<Api, 'call'>, checker: Checker<T>, request: ApiRequest): Promise<T> => {
  const body = await ask(api, request)
  if (checker.is(body)) return body
  const [fault] = checker.faults(body)
  throw new HubError(
    'UNEXPECTED',
    `${request.method} ${request.path} was answered in a shape this program does not know: ${fault?.path ?? ''} ${fault?.expected ?? ''}`,
    { cure: 'Stop the running hub and start it anew, so that hub and command are of one version.' },
  )
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

export interface Listing<T> {
  readonly checker: Checker<Page<T>>
  /** Address and query of the list, without limit and cursor. */
  readonly path: string
  /** Items at most; undefined: all. */
  readonly limit: number | undefined
}

const pageSize = 200

/** The pages of a list, one after another, until so many items are there. `more`: the list goes on. */
export const pagesOf = async function* <T>(
  api: Pick<Api, 'call'>,
  { checker, path, limit }: Listing<T>,
): AsyncGenerator<{ readonly items: readonly T[]; readonly more: boolean }> {
  let left = limit ?? Number.POSITIVE_INFINITY
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({
      limit: String(Math.min(left, pageSize)),
      ...(cursor === null ? {} : { cursor }),
    })
    const page: Page<T> = await askFor(api, checker, {
      method: 'GET',
      path: `${path}${path.includes('?') ? '&' : '?'}${query}`,
    })
    left -= page.items.length
    cursor = page.next
    yield { items: page.items, more: cursor !== null }
  } while (cursor !== null && left > 0)
}

/** `/v1/orders?state=open`: what is undefined is left out. */
export const addressOf = (path: string, query: Readonly<Record<string, string | undefined>>): string => {
  const said = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said)}`
}

const isCode = (code: unknown): code is Code => typeof code === 'string' && Object.hasOwn(codes, code)
const standing = new Set(['type', 'title', 'status', 'detail', 'code', 'request'])

const problemOf = (status: number, body: unknown): HubError => {
  const problem: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {}
  const said = typeof problem['detail'] === 'string' ? problem['detail'] : `the hub answered ${status}`
  const facts = Object.fromEntries(Object.entries(problem).filter(([name]) => !standing.has(name)))
  // Its cure speaks of an address, and here nobody typed one.
  if (problem['code'] === 'NOT_FOUND') facts['cure'] = 'Check the name or id that was given.'
  return new HubError(isCode(problem['code']) ? problem['code'] : 'UNEXPECTED', said, facts)
}
