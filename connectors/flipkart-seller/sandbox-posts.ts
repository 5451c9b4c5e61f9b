import { createHash } from 'node:crypto'
import type { BookTold, SandboxPost } from '../../src/connector/sandbox.ts'
import { type Back, type Parcel, second } from './sandbox-shop.ts'
import { attributesOf, ist } from './sandbox-wire.ts'

/** The other side's whole memory: plain values only. */
export interface State {
  readonly seed: number
  readonly appId: string
  readonly secret: string
  readonly refreshToken?: string
  readonly url: string
  readonly unlimited: boolean
  readonly count: number
  readonly parcels: Readonly<Record<string, Parcel>>
  readonly backs: Readonly<Record<string, Back>>
  /** Tokens it gave, and until when each is taken, in ms. */
  readonly tokens: Readonly<Record<string, number>>
  readonly told: readonly BookTold[]
  readonly calls: number
  readonly aboveLimits: number
  /** When the calls of the last minute came, in ms. */
  readonly minute: readonly number[]
  /** The last messages sent, any of which may be sent again while it is fresh. */
  readonly recent: readonly { readonly at: number; readonly post: SandboxPost }[]
}

export interface Step {
  readonly state: State
  readonly posts: readonly SandboxPost[]
}

type Message = (state: State, now: Date) => Step

/** What happened, as it stands in the books, and the notifications that go out about it. */
export const record = (state: State, now: Date, messages: readonly Message[]): Step =>
  messages.reduce<Step>(
    (so, message) => {
      const step = message(so.state, now)
      return { state: step.state, posts: [...so.posts, ...step.posts] }
    },
    { state, posts: [] },
  )

export const withParcel = (state: State, parcel: Parcel): State => ({
  ...state,
  parcels: { ...state.parcels, [parcel.id]: parcel },
})

/** A change gives it the time of the change: whole seconds. */
export const touched = (parcel: Parcel, now: Date): Parcel => ({
  ...parcel,
  updatedAt: Math.max(parcel.updatedAt, second(now.getTime())),
})

/** SHA-1 over date, address, method and secret; the body is not in it: order-management-notifications, read 23 Nov 2026. */
export const signed = (
  { appId, secret, url }: Pick<State, 'appId' | 'secret' | 'url'>,
  { body, note, now, offset = false }: { body: string; note: string; now: Date; offset?: boolean },
): SandboxPost => {
  const at = second(now.getTime())
  const signature = createHash('sha1')
    .update(`${at / 1000}${url}POST${secret}`)
    .digest('hex')
  // some of its servers write the date as India has it
  const date = offset ? `${new Date(at + 5.5 * 3_600_000).toUTCString()}+05:30` : new Date(at).toUTCString()
  return {
    path: '',
    headers: {
      'content-type': 'application/json',
      x_date: date,
      x_authorization: `FKLOGIN ${Buffer.from(`${appId}:${signature}`).toString('base64')}`,
    },
    body,
    note,
  }
}

const send =
  (eventType: string, event: object): Message =>
  (state, now) => {
    const whole = { eventType, source: 'flipkart', timestamp: ist(second(now.getTime()), ''), ...event }
    const offset = state.count % 7 === 0
    const post = signed(state, { body: JSON.stringify(whole), note: eventType, now, offset })
    const recent = [...state.recent, { at: now.getTime(), post }].slice(-12)
    return { state: { ...state, count: state.count + 1, recent }, posts: [post] }
  }

/** Only that of a new shipment names the order; the others know nothing but the shipment. */
export const aboutShipment = ({ id, location }: Parcel, event: string, attributes: object): Message =>
  send(`shipment_${event}`, { version: 'v3', locationId: location, shipmentId: id, attributes })

export const aboutNew = (parcel: Parcel): Message => aboutShipment(parcel, 'created', attributesOf(parcel))

export const aboutReturn = (back: Back, { location }: Parcel, event: string, more: object = {}): Message =>
  send(`return_${event}`, {
    returnId: back.id,
    locationId: location,
    attributes: {
      status: `RETURN_${back.word}`,
      returnItems: [{ orderItemId: back.item, ...more }],
    },
  })
