import type { View } from '../canonical/order.ts'

/** The kinds of words an order is found by, each with its prefix in the index. */
export const wordKinds = {
  number: 'n',
  name: 'w',
  mail: 'm',
  phone: 'p',
  sku: 's',
  tracking: 't',
  reference: 'x',
  return: 'r',
} as const

/** One searchable word as the index holds it. */
export const wordOf = (kind: keyof typeof wordKinds, text: string): string => `${wordKinds[kind]}:${plain(text)}`

/** Everything the order can be found by, sorted, each once. Written with the order, so it is never behind. */
export const searchWordsOf = (externalId: string, view: View): readonly string[] => {
  const words = new Set<string>([wordOf('reference', externalId)])
  const add = (kind: keyof typeof wordKinds, ...texts: readonly (string | undefined)[]): void => {
    for (const text of texts) if (text !== undefined && plain(text) !== '') words.add(wordOf(kind, text))
  }
  add('number', view.number, view.number.replace(/^#/, ''))
  for (const person of [view.buyer?.name, view.buyer?.company, view.shipTo?.name, view.billTo?.name])
    add('name', ...(person ?? '').split(/\s+/))
  add('mail', view.buyer?.email)
  for (const phone of [view.buyer?.phone, view.shipTo?.phone]) add('phone', phone?.replace(/\D/g, ''))
  add('sku', ...view.lines.map((line) => line.sku))
  add('tracking', ...view.shipments.map((shipment) => shipment.trackingNumber?.replace(/\s/g, '')))
  add('reference', view.references?.po, view.references?.customer, view.references?.ours)
  add('return', ...view.returns.map((one) => one.key))
  return [...words].sort()
}

const plain = (text: string): string => {
  const lower = text.trim().toLowerCase()
  return (plainLetters.test(lower) ? lower : lower.normalize('NFKC')).slice(0, 80)
}

// Most words are, and NFKC leaves these as they are.
const plainLetters = /^[\x20-\x7e]*$/
