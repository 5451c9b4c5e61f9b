import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { Text } from './basics.ts'
import { buyerKinds } from './words.ts'

export const TaxId = Closed({
  type: Type.Optional(Text),
  number: Text,
  legalName: Type.Optional(Text),
  office: Type.Optional(Text),
})

/** Who buys. What the channel withholds is absent. */
export const Buyer = Closed({
  kind: Word(buyerKinds),
  externalId: Type.Optional(Text),
  name: Type.Optional(Text),
  email: Type.Optional(Text),
  phone: Type.Optional(Text),
  company: Type.Optional(Text),
  taxIds: Type.Optional(Type.Array(TaxId)),
  locale: Type.Optional(Text),
})
export type Buyer = Static<typeof Buyer>

/** Where goods or the bill go. */
export const Address = Closed({
  name: Type.Optional(Text),
  company: Type.Optional(Text),
  lines: Type.Array(Text, { description: 'Street and what belongs to it, as the channel splits it.' }),
  city: Type.Optional(Text),
  region: Type.Optional(Text),
  postcode: Type.Optional(Text),
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' })),
  phone: Type.Optional(Text),
  instructions: Type.Optional(Text),
  kind: Type.Optional(Text),
  pickupPoint: Type.Optional(Text),
})
export type Address = Static<typeof Address>
