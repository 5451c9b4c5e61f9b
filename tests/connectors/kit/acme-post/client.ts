import type { Connector, Query } from '../../../../src/connector/contract.ts'
import { HubError } from '../../../../src/kernel/errors.ts'
import { orderAnswer } from './payloads.ts'
import type { Settings } from './settings.ts'

export const base = (): string => 'https://api.acme.example'

export const authorise: NonNullable<Connector<Settings>['authorise']> = (_, { secrets, settings }) => ({
  authorization: `Bearer ${secrets['token']?.[0] ?? ''}`,
  'acme-shop': settings.shop,
})

export const order: Query<Settings> = {
  topic: 'read/order',
  ask: (id) => ({ method: 'GET', path: `/v1/orders/${encodeURIComponent(id)}` }),
  read({ status, body, at }) {
    if (status === 404) return 'gone'
    if (!orderAnswer.is(body))
      throw new HubError(
        'CHANNEL_UNREADABLE',
        `expected an order of Acme: ${orderAnswer.faults(body)[0]?.expected ?? ''}`,
      )
    return { rank: body.order.version, ...(at === undefined ? {} : { observed: at }) }
  },
}
