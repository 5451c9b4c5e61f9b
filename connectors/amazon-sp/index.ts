import { defineConnector } from '../../src/connector/define.ts'
import { authorise, base, classify, laneRate, lanes } from './client.ts'
import { markShipped } from './commands.ts'
import { access, restricted } from './grants.ts'
import { orders } from './lists.ts'
import { order } from './queries.ts'
import { sandbox } from './sandbox.ts'
import { faults, Settings, secrets } from './settings.ts'
import { identify, notificationIn, verify } from './verify.ts'

/** Amazon's marketplaces, by the Selling Partner API. */
export const amazonSp = defineConnector<Settings>({
  id: 'amazon-sp',
  title: 'Amazon',
  settings: Settings,
  secrets,
  faults,
  base,
  verify,
  identify,
  authorise,
  grants: { access, restricted },
  lanes,
  laneRate,
  mailbox: {
    of: ({ queue }) => queue,
    credentials: ({ awsAccessKeyId, awsSecretAccessKey }) => ({
      accessKeyId: awsAccessKeyId?.[0] ?? '',
      secretAccessKey: awsSecretAccessKey?.[0] ?? '',
    }),
  },
  classify,
  topics: {
    'read/order': {
      maps: 'order',
      asked: true,
      description: 'An order as Amazon holds it now, by Orders 2026-01-01 or v0.',
    },
    ORDER_CHANGE: {
      maps: 'order-change',
      prepare: notificationIn,
      description: 'An order was placed, changed, cancelled; it names the order, without money and address.',
    },
    'order-v0': {
      maps: 'order-v0',
      description: 'An order of v0 with its items, { order, items }, from a reader of your own.',
    },
    // https://developer-docs.amazon.com/sp-api/docs/notification-type-values, read 24 Nov 2026
    ACCOUNT_STATUS_CHANGED: {
      does: 'nothing',
      description: "The seller's account is at risk, deactivated, or well again.",
    },
    ANY_OFFER_CHANGED: { does: 'nothing', description: 'An offer for something that is sold changed.' },
    B2B_ANY_OFFER_CHANGED: { does: 'nothing', description: 'An offer for businesses changed.' },
    BRANDED_ITEM_CONTENT_CHANGE: { does: 'nothing', description: 'The text of an item of a brand changed.' },
    DATA_KIOSK_QUERY_PROCESSING_FINISHED: { does: 'nothing', description: 'A query of Data Kiosk is done.' },
    EXTERNAL_FULFILLMENT_SHIPMENT_STATUS_CHANGE: {
      does: 'nothing',
      description: 'A shipment of external fulfilment changed.',
    },
    FBA_INVENTORY_AVAILABILITY_CHANGES: { does: 'nothing', description: "Stock in Amazon's warehouses changed." },
    FBA_OUTBOUND_SHIPMENT_STATUS: { does: 'nothing', description: "A shipment from Amazon's warehouses moved." },
    FEE_PROMOTION: { does: 'nothing', description: 'A fee is lowered for a time.' },
    FEED_PROCESSING_FINISHED: { does: 'nothing', description: 'A feed was worked off.' },
    FULFILLMENT_ORDER_STATUS: { does: 'nothing', description: 'An order of multi-channel fulfilment changed.' },
    ITEM_PRODUCT_TYPE_CHANGE: { does: 'nothing', description: 'An item is of another product type.' },
    LISTINGS_ITEM_ISSUES_CHANGE: { does: 'nothing', description: 'A listing has other issues.' },
    LISTINGS_ITEM_MFN_QUANTITY_CHANGE: { does: 'nothing', description: 'The stock of a listing changed.' },
    LISTINGS_ITEM_STATUS_CHANGE: { does: 'nothing', description: 'A listing was made, deleted, may be bought.' },
    PRICING_HEALTH: { does: 'nothing', description: 'An offer may not be the featured one, for its price.' },
    PRODUCT_TYPE_DEFINITIONS_CHANGE: { does: 'nothing', description: 'A product type is defined anew.' },
    REPORT_PROCESSING_FINISHED: { does: 'nothing', description: 'A report is done.' },
    SHIPMENT_TRACKING_MILESTONE_CHANGED: { does: 'nothing', description: "A parcel of Amazon's carriers moved." },
    TRANSACTION_UPDATE: { does: 'nothing', description: 'Money was booked in the account.' },
  },
  queries: { order },
  lists: { orders },
  commands: { 'mark-shipped': markShipped },
  intents: {},
  sandbox,
})
