import { HubError } from '../kernel/errors.ts'

/** The hub's API as the verbs call it: over the network where a hub runs, in this process where none does. */
export interface Api {
  call(request: ApiRequest): Promise<ApiAnswer>
  /** Waits until nothing is left to do, where this process does it. */
  settle(): Promise<void>
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

/** Asks, and gives the body of a good answer. @throws HubError with the code and sentence of a problem document */
export const ask = async (api: Api, request: ApiRequest): Promise<unknown> => {
  const { status, body } = await api.call(request)
  if (status < 300) return body
  throw problemOf(status, body)
}

const problemOf = (status: number, body: unknown): HubError => {
  const detail = typeof body === 'object' && body !== null ? { ...body } : {}
  const said = 'detail' in detail && typeof detail.detail === 'string' ? detail.detail : `the hub answered ${status}`
  return new HubError(
    status >= 500
      ? 'STORE_AWAY'
      : status === 404
        ? 'NOT_FOUND'
        : status === 409
          ? 'QUANTITY_NOT_OPEN'
          : 'REQUEST_INVALID',
    said,
    detail,
  )
}
