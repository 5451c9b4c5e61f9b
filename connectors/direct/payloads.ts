import { eventKinds } from '../../src/canonical/events.ts'
import {
  chargeKinds,
  collectors,
  discountScopes,
  funders,
  originKinds,
  paymentMethods,
  paymentStates,
  paymentTerms,
  termKinds,
} from '../../src/canonical/words.ts'
import { Closed, type Static, Type, Word } from '../../src/kernel/schema.ts'
import { Address, amount, Buyer, decimal, instant, Line, money, Reference, signed, text } from './payloads-parts.ts'

/** An order as a merchant's own system hands it in: the shape of `POST /v1/orders` and of the signed webhook. */
export const DirectOrder = Closed(
  {
    externalId: Reference('Your id of the order. The same id again is the same order.'),
    version: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Raise it with every change; the greatest counts. 1 where absent.' }),
    ),
    number: Type.Optional(Reference('The number people know it by; the externalId where absent.')),
    status: Type.Optional(
      Word(['open', 'cancelled'], 'open where absent. cancelled: units not shipped are not to be sent.'),
    ),
    cancelledAt: Type.Optional(instant('When it was cancelled.')),
    cancelReason: text('Why it was cancelled.'),
    placedAt: instant('When the buyer ordered.'),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, of every amount in the order: EUR.' }),
    total: amount(
      'What the buyer owes in all. Where given it is the authority, and the order is held if its parts come to another sum.',
    ),
    origin: Type.Optional(
      Closed(
        {
          kind: Word(originKinds, 'How it reached you; api where origin is absent.'),
          name: text('By whom or by which system it was taken.'),
          ref: text('Its id there.'),
        },
        { description: 'Where the order comes from: phone, purchase-order, voice …' },
      ),
    ),
    test: Type.Optional(Type.Boolean({ description: 'true: not a real sale.' })),
    location: text('The branch that took it.'),
    buyer: Type.Optional(Buyer),
    billTo: Type.Optional(Address),
    shipTo: Type.Optional(Address),
    lines: Type.Array(Line, { minItems: 1, maxItems: 2000, description: 'What was ordered; ids must differ.' }),
    charges: Type.Optional(
      Type.Array(
        Closed({
          kind: Word(chargeKinds, 'What it is for.'),
          title: text('Its name.'),
          amount: signed,
          ...money,
        }),
        { maxItems: 100, description: 'What is paid beside the goods: shipping, handling, duty, rounding …' },
      ),
    ),
    discounts: Type.Optional(
      Type.Array(
        Closed({
          code: text('Voucher code.'),
          title: text('Its name.'),
          amount: amount('What it takes off.'),
          scope: Word(
            discountScopes,
            'order: taken off the whole; it is spread over the lines in proportion. line, shipping: explains a discount that stands on lines or charges.',
          ),
          fundedBy: Type.Optional(Word(funders, 'Who bears it.')),
        }),
        { maxItems: 100, description: 'Why the order costs less.' },
      ),
    ),
    payments: Type.Optional(
      Type.Array(
        Closed({
          id: Reference('Your id of the payment.'),
          method: Word(paymentMethods, 'How it is paid.'),
          methodName: text('The provider in words.'),
          terms: Type.Optional(Word(paymentTerms, 'When it is paid; credit for a sale on account.')),
          state: Word(paymentStates, 'How far it is.'),
          amount: decimal('Decimal text.'),
          collector: Type.Optional(Word(collectors, 'Who takes the money.')),
          at: Type.Optional(instant('When it came to that state.')),
        }),
        { maxItems: 100, description: 'Money towards you; gift cards and points are payments too.' },
      ),
    ),
    terms: Type.Optional(
      Closed(
        {
          kind: Type.Optional(Word(termKinds, 'net where days are given, fixed where only dueAt is, else receipt.')),
          days: Type.Optional(Type.Integer({ minimum: 0, maximum: 3650, description: 'Net 30 is 30.' })),
          dueAt: Type.Optional(instant('When the invoice is due.')),
        },
        { description: 'When a sale on account is due.' },
      ),
    ),
    references: Type.Optional(
      Closed({
        po: text("The buyer's purchase order number."),
        customer: text("The buyer's other reference, to print on documents."),
        ours: text('Your own reference: a quote, a contract.'),
      }),
    ),
    tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 100 })),
    note: text('A note on the order.'),
  },
  { description: 'An order in the shape of the direct door.' },
)
export type DirectOrder = Static<typeof DirectOrder>

/** The body of an event that we post: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, payload structure. */
export const EventBody = Closed({
  type: Word(eventKinds, 'What happened, in past tense.'),
  timestamp: Type.String({ description: 'When it happened, ISO 8601.' }),
  data: Closed({
    id: Type.String({ description: 'Names the event for good.' }),
    order: Closed({
      id: Type.String({ description: 'Our id of the order.' }),
      connection: Type.String({ description: 'Where it came from.' }),
      externalId: Type.String({ description: 'The id it came with.' }),
      number: Type.String({ description: 'The number people know it by.' }),
      seq: Type.Integer({ description: 'Counts the events of the order: a greater one is later.' }),
    }),
    change: Type.Record(Type.String(), Type.Unknown(), { description: 'What changed, by the kind of event.' }),
  }),
})
export type EventBody = Static<typeof EventBody>

/** `change.lines` of a shipment.created. A quantity with a fraction is text: a receiver reads it without a float. */
export const ShippedLines = Type.Array(
  Closed({
    line: Type.String({ description: 'The id of the line, as it came with the order.' }),
    quantity: Type.Unsafe<string | number>({ type: ['number', 'string'] }),
  }),
)
