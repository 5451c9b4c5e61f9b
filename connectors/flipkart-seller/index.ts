import { defineConnector } from '../../src/connector/define.ts'
import { access, authorise, base, classify } from './client.ts'
import { markShipped } from './commands.ts'
import { lists } from './lists.ts'
import { order } from './queries.ts'
import { sandbox } from './sandbox.ts'
import { Settings, secrets } from './settings.ts'
import { identify, verify } from './verify.ts'

const shipment = (description: string) => ({ maps: 'shipment-event', description })
const returned = (description: string) => ({ maps: 'return-event', description })

/** Flipkart: a marketplace that speaks of shipments; the orders are put together of them. */
export const flipkartSeller = defineConnector<Settings>({
  id: 'flipkart-seller',
  title: 'Flipkart',
  settings: Settings,
  secrets,
  base,
  verify,
  identify,
  authorise,
  grants: { access },
  classify,
  topics: {
    'read/order': {
      maps: 'order',
      asked: true,
      description: 'A shipment of an order, or a return, as Flipkart has it now.',
    },
    shipment_created: shipment('A shipment of an order was made.'),
    shipment_hold: shipment('Flipkart holds a shipment back.'),
    shipment_unhold: shipment('A shipment was released.'),
    shipment_packed: shipment('Its labels and invoice are there.'),
    shipment_ready_to_dispatch: shipment('It waits to be fetched.'),
    shipment_pickup_complete: shipment('The courier has it.'),
    shipment_shipped: shipment('It is on its way.'),
    shipment_delivered: shipment('The buyer has it.'),
    shipment_dispatch_dates_changed: shipment('From when, or until when, it is to be sent changed.'),
    shipment_cancelled: shipment('Items of it were cancelled.'),
    shipment_form_failed: shipment('A form that a state asks for could not be made.'),
    return_created: returned('A buyer wants to send something back, or it could not be delivered.'),
    return_item_tracking_id_update: returned('The parcel that comes back has a number.'),
    return_expected_date_changed: returned('It is expected on another day.'),
    return_picked_up: returned('It was fetched from the buyer.'),
    return_completed: returned('It is back.'),
    return_cancelled: returned('Nothing comes back after all.'),
  },
  queries: { order },
  lists,
  commands: { 'mark-shipped': markShipped },
  intents: {},
  sandbox,
})
