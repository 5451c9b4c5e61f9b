import type { MarkShipped } from '../../../../src/canonical/commands.ts'
import type { Command } from '../../../../src/connector/contract.ts'
import { HubError } from '../../../../src/kernel/errors.ts'
import { parcelAnswer } from './payloads.ts'
import type { Settings } from './settings.ts'

/** Adds a parcel to the order. Acme answers the same idempotency key with the same parcel. https://acme.example/docs/parcels, read 24 Nov 2026. */
export const markShipped: Command<Settings, MarkShipped> = {
  description: 'Adds a parcel with its carrier and tracking number.',
  repeat: () => 'key',
  plan: ({ wish, command }) => ({
    send: [
      {
        method: 'POST',
        path: `/v1/orders/${encodeURIComponent(wish.order)}/parcels`,
        headers: { 'idempotency-key': command },
        body: {
          carrier: wish.carrier,
          tracking: wish.trackingNumber,
          items: wish.lines.map(({ line, quantity }) => ({ id: line, quantity })),
        },
      },
    ],
  }),
  receipt: (_, [answer]) => {
    if (!parcelAnswer.is(answer?.body))
      throw new HubError('CHANNEL_UNREADABLE', 'expected Acme to name the parcel it made')
    return { externalIds: [answer.body.parcel] }
  },
}
