import { buyerKinds, deliveries, lineKinds, lineRoles } from '../../src/canonical/words.ts'
import { Closed, Type, Word } from '../../src/kernel/schema.ts'

export const text = (description: string) => Type.Optional(Type.String({ maxLength: 10_000, description }))
export const Reference = (description: string) =>
  Type.Unsafe<string | number>({ type: ['string', 'integer'], minLength: 1, maxLength: 255, description })

interface Range {
  readonly pattern: string
  readonly minimum: number
  readonly maximum: number
}
const unsigned: Range = { pattern: '^\\d{1,12}(\\.\\d{1,12})?$', minimum: 0, maximum: 999_999_999_999 }

/** Decimal text, or a whole number. A number with a fraction is read from the digits it was written with. */
const inRange = (range: Range, description: string) =>
  Type.Unsafe<string | number>({ type: ['string', 'integer'], ...range, description })
export const decimal = (description: string) => inRange(unsigned, description)
export const amount = (description: string) => Type.Optional(decimal(`${description} Decimal text such as "19.99".`))
export const signed = inRange(
  { ...unsigned, pattern: `^-?${unsigned.pattern.slice(1)}`, minimum: -unsigned.maximum },
  'Decimal text; below zero where it is taken off.',
)
const quantity = inRange(
  { pattern: '^\\d{1,9}(\\.\\d{1,5})?$', minimum: 0, maximum: 999_999_999 },
  'Units; measured goods (kg, m) up to 5 decimals: 3, 1.5 or "1.250".',
)
export const instant = (description: string) =>
  Type.String({
    pattern: '^\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:?\\d\\d)?)?$',
    description: `${description} ISO 8601; without an offset it is a time in the timezone of the connection.`,
  })

export const money = {
  discount: amount('What is taken off it; none where absent.'),
  taxAdded: amount('Tax on top of it; none where absent.'),
  taxIncluded: amount('Tax contained in it, for show.'),
}

export const Address = Closed({
  name: text('Who receives it there.'),
  company: text('The company at that address.'),
  lines: Type.Array(Type.String({ maxLength: 1000 }), {
    maxItems: 10,
    description: 'Street, house, floor: as many lines as you have.',
  }),
  city: text('City or town.'),
  region: text('State, province or region: the code where there is one.'),
  postcode: text('Postcode, as text.'),
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2: DE, IN, US.' })),
  phone: text('For the carrier.'),
  instructions: text('For whoever delivers.'),
})

export const Buyer = Closed(
  {
    kind: Type.Optional(Word(buyerKinds, 'Who buys; company where `company` is given, else person.')),
    externalId: text('Your own id of the buyer.'),
    name: text('The person.'),
    email: text('Mail address.'),
    phone: text('Telephone, best with its country code.'),
    company: text('The company that buys.'),
    taxIds: Type.Optional(
      Type.Array(
        Closed({
          type: text('VAT, GSTIN, EIN and the like.'),
          number: Type.String({ minLength: 1, maxLength: 255, description: 'The number itself.' }),
          legalName: text('The name it is registered for.'),
          office: text('The tax office or registered place.'),
        }),
        { maxItems: 20, description: 'Tax numbers of the buyer.' },
      ),
    ),
    locale: text('Language of the buyer: de-DE.'),
  },
  { description: 'Who buys.' },
)

export const Line = Closed({
  id: Reference('Your id of the line: the same in every version of the order.'),
  kind: Type.Optional(Word(lineKinds, 'goods where absent.')),
  sku: text('Your article number.'),
  title: text('What it is, in words; the SKU where absent.'),
  variant: text('Size, colour and the like.'),
  hsn: text('HSN or HS code.'),
  quantity,
  unit: text('Unit of measured goods: kg, m.'),
  unitPrice: amount(
    'Price of one unit, before discount. With no `amount`, the line is unitPrice × quantity, rounded half up.',
  ),
  amount: amount('Price of the whole line, before discount and added tax: what counts.'),
  ...money,
  taxes: Type.Optional(
    Type.Array(
      Closed({
        name: text('Name of the tax.'),
        rate: Type.Optional(decimal('A fraction: 0.19 is 19 %.')),
        amount: decimal('Decimal text.'),
        added: Type.Boolean({ description: 'true: on top of the price; false: contained in it.' }),
      }),
      { maxItems: 20, description: 'Taxes one by one. taxAdded and taxIncluded are their sums where they are absent.' },
    ),
  ),
  delivery: Type.Optional(Word(deliveries, 'How it reaches the buyer.')),
  parent: Type.Optional(Reference('Of a component: the id of its bundle.')),
  role: Type.Optional(Word(lineRoles, 'A bundle is counted by its components.')),
  attributes: Type.Optional(
    Type.Array(Closed({ name: Type.String({ maxLength: 1000 }), value: Type.String({ maxLength: 10_000 }) }), {
      maxItems: 100,
      description: 'Engraving, measures and the like.',
    }),
  ),
  promised: Type.Optional(
    Closed({
      shipAfter: Type.Optional(instant('Not to be sent before.')),
      shipBy: Type.Optional(instant('To be sent by.')),
      deliverAfter: Type.Optional(instant('Not to be delivered before.')),
      deliverBy: Type.Optional(instant('To be delivered by.')),
    }),
  ),
})
