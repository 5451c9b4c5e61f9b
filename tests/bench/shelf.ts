import { createServer } from 'node:http'
import { answerParent, portOf } from './processes.ts'

/**
 * A Square account that lists orders and does nothing else, as fast as it is asked: a process of its own. Arguments: how many orders, and
 * when the first was placed, ms; the others follow second by second.
 */
const [, , count = '0', first = '0'] = process.argv
const all = Number(count)
const start = Number(first)
const pageSize = 100

const orderAt = (place: number): string => {
  const at = new Date(start + place * 1000).toISOString()
  const gross = 890 * (1 + (place % 4))
  const money = (amount: number): string => `{"amount":${amount},"currency":"EUR"}`
  const line = `{"uid":"l1","catalog_object_id":"TEA${place % 50}","name":"Tea","quantity":"${1 + (place % 4)}","item_type":"ITEM","base_price_money":${money(890)},"gross_sales_money":${money(gross)},"total_tax_money":${money(0)},"total_discount_money":${money(0)},"total_money":${money(gross)},"variation_name":"100 g"}`
  return `{"id":"B${String(place).padStart(9, '0')}","location_id":"LMAIN","state":"OPEN","version":1,"source":{"name":"Bench"},"created_at":"${at}","updated_at":"${at}","line_items":[${line}],"net_amounts":{"total_money":${money(gross)},"tax_money":${money(0)},"discount_money":${money(0)},"tip_money":${money(0)},"service_charge_money":${money(0)}},"total_money":${money(gross)},"total_tax_money":${money(0)},"total_discount_money":${money(0)},"total_tip_money":${money(0)},"total_service_charge_money":${money(0)}}`
}

interface Search {
  readonly cursor?: string
  readonly query: { readonly filter: { readonly date_time_filter: Readonly<Record<string, Span>> } }
}
interface Span {
  readonly start_at: string
  readonly end_at: string
}

const placeOf = (time: string | undefined): number => Math.max(0, Math.ceil((Date.parse(time ?? '') - start) / 1000))

const pageOf = ({ cursor, query }: Search): string => {
  const [span] = Object.values(query.filter.date_time_filter)
  const end = Math.min(all, placeOf(span?.end_at) + 1)
  const from = cursor === undefined ? placeOf(span?.start_at) : Number(cursor)
  const to = Math.min(end, from + pageSize)
  const orders = Array.from({ length: Math.max(0, to - from) }, (_, at) => orderAt(from + at))
  return `{"orders":[${orders.join(',')}]${to < end ? `,"cursor":"${to}"` : ''}}`
}

const locations = '{"locations":[{"id":"LMAIN"}]}'

const server = createServer((request, reply) => {
  let body = ''
  request.on('data', (chunk) => {
    body += String(chunk)
  })
  request.on('end', () => {
    reply.writeHead(200, { 'content-type': 'application/json' })
    reply.end(request.url?.startsWith('/v2/locations') === true ? locations : pageOf(JSON.parse(body)))
  })
})
server.listen(0, '127.0.0.1', () => answerParent({ hello: () => ({ port: portOf(server.address()) }) }))
