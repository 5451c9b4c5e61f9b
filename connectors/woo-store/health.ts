import type { Health } from '../../src/connector/contract.ts'
import { restPath } from './client.ts'
import { webhooks } from './payloads.ts'
import type { Settings } from './settings.ts'

/**
 * Webhooks that WooCommerce gave up: after more than five failures in a row it disables one, for good.
 * https://github.com/woocommerce/woocommerce/blob/00e1bc4da70f/plugins/woocommerce/includes/class-wc-webhook.php, failed_delivery; read 24 Nov 2026.
 */
export const health: Health<Settings> = {
  ask: (settings) => ({
    method: 'GET',
    path: restPath(settings, '/wc/v3/webhooks'),
    query: { status: 'disabled', per_page: '100' },
  }),
  read: ({ status, body }, connection) =>
    status === 200 && webhooks.is(body)
      ? body
          .filter((hook) => hook.status === 'disabled' && leadsTo(connection, hook.delivery_url))
          .map(({ id, name, topic }) => sentence(String(id), name ?? '', topic))
      : [],
}

/** A shop has webhooks of others too. */
const leadsTo = (connection: string, address: string): boolean =>
  URL.parse(address)
    ?.pathname.split('/')
    .some((step, at, steps) => step === 'webhooks' && steps[at + 1] === connection) ?? false

const sentence = (id: string, name: string, topic: string): string =>
  `WooCommerce has disabled webhook ${id}${name === '' ? '' : ` "${name}"`} (${topic}) after failed deliveries: set it to Active again under Settings, Advanced, Webhooks`
