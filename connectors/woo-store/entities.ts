import type { Json } from '../../src/kernel/json.ts'

/** What `wp_specialchars_decode(…, ENT_QUOTES)` turns back, in one pass. https://developer.wordpress.org/reference/functions/wp_specialchars_decode/, read 24 Nov 2026. */
const special = /&(?:amp|lt|gt|quot|#0*(?:34|38|39|60|62)|#[xX]0*(?:22|26|27));/g

/** The secret as WooCommerce signs with it: class-wc-webhook.php, generate_signature; read 24 Nov 2026. */
export const signingSecretOf = (secret: string): string => secret.replace(special, decoded)

const entity = /&(?:[A-Za-z]{2,8}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});/g

/** Names that WordPress writes, and the letters of Latin-1 that themes and importers do. */
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  hellip: '…',
  bull: '•',
  middot: '·',
  times: '×',
  deg: '°',
  frac12: '½',
  euro: '€',
  pound: '£',
  yen: '¥',
  copy: '©',
  reg: '®',
  trade: '™',
  szlig: 'ß',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  agrave: 'à',
  aacute: 'á',
  acirc: 'â',
  atilde: 'ã',
  aring: 'å',
  aelig: 'æ',
  ccedil: 'ç',
  egrave: 'è',
  eacute: 'é',
  ecirc: 'ê',
  euml: 'ë',
  iacute: 'í',
  icirc: 'î',
  ntilde: 'ñ',
  oacute: 'ó',
  ocirc: 'ô',
  otilde: 'õ',
  oslash: 'ø',
  uacute: 'ú',
  ucirc: 'û',
}

const decoded = (found: string): string => {
  const name = found.slice(1, -1)
  if (!name.startsWith('#')) return named[name] ?? found
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  const isLetter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isLetter ? String.fromCodePoint(code) : found
}

/** A text without HTML entities; what no browser would know stays as it is. */
export const plainText = (text: string): string => (text.includes('&') ? text.replace(entity, decoded) : text)

/**
 * The payload as it is mapped: texts hold no HTML entities (`O&#8217;Conner`), and a line's meta data only what a person entered or
 * chose: records of plug-ins, which are lists and objects, are left out. Both are said in every text of an order, so no mapping could.
 */
export const readable = (payload: Json): Json => withoutRecords(plain(payload))

const plain = (value: Json): Json => {
  if (typeof value === 'string') return plainText(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, plain(held)]))
}

const withoutRecords = (order: Json): Json => {
  const lines = memberOf(order, 'line_items')
  if (!Array.isArray(lines)) return order
  return { ...membersOf(order), line_items: lines.map(lineWithoutRecords) }
}

const lineWithoutRecords = (line: Json): Json => {
  const meta = memberOf(line, 'meta_data')
  if (!Array.isArray(meta)) return line
  return { ...membersOf(line), meta_data: meta.filter((one) => isSaid(memberOf(one, 'value'))) }
}

const isSaid = (value: Json | undefined): boolean => value !== undefined && typeof value !== 'object'

const membersOf = (value: Json): { readonly [name: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}

const memberOf = (value: Json, name: string): Json | undefined =>
  Object.hasOwn(membersOf(value), name) ? membersOf(value)[name] : undefined
