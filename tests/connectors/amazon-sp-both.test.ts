import { expect, it } from 'vitest'
import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import { sandbox } from '../../connectors/amazon-sp/sandbox.ts'
import { ask } from '../../src/connector/carry.ts'
import { readJson } from '../../src/kernel/json.ts'
import { openBench } from '../kit/prove-connector-bench.ts'
import { withOutside } from '../kit/prove-connector-outside.ts'

/** Every order of one and the same shop, as the hub reads it by the settings. */
const read = async (more: Readonly<Record<string, unknown>>) => {
  const bench = openBench(amazonSp, { settings: { ...sandbox.example.settings, ...more } })
  const from = bench.play(undefined, 200)
  const told = []
  for (const { externalId } of bench.books(from.state).orders) {
    // each by itself, for its limits hold
    const asked = await withOutside(bench, from, ({ send }) => ask({ send }, amazonSp, bench.account, externalId))
    if (asked === 'gone') throw new Error(`order ${externalId} is gone`)
    told.push(...asked.map(({ body }) => bench.map('read/order', readJson(body), {})))
  }
  return told.flatMap((one) => (one.kind === 'snapshot' ? [one] : []))
}

it('both APIs tell the same of an order: its money, state, buyer, address and lines', async () => {
  const [now, v0] = [await read({}), await read({ ordersApi: 'v0', restrictedData: true })]
  const seen = (all: typeof now) =>
    all.map(({ order, rank, sections = {}, records = {} }) => {
      const { about, status, buyer, shipTo, totals } = sections
      const cancelled = status?.cancelled === true
      return {
        order,
        rank: Math.floor(rank / 1000),
        about: { currency: cancelled ? undefined : about?.currency, number: about?.number, origin: about?.origin },
        state: { pending: status?.pending, cancelled: status?.cancelled, shipped: status?.shipped },
        buyer: buyer && { name: buyer.name, email: buyer.email, company: buyer.company },
        shipTo: shipTo && { name: shipTo.name, lines: shipTo.lines, postcode: shipTo.postcode },
        // of what is cancelled v0 says no money
        total: cancelled ? undefined : totals?.total,
        lines: records.lines?.map(({ key, value }) => ({
          key,
          sku: value?.sku,
          quantity: value?.quantity,
          ...(cancelled ? {} : { amount: value?.amount, discount: value?.discount, taxAdded: value?.taxAdded }),
          promised: value?.promised?.shipBy?.slice(0, 19),
          // v0 shows it of what the merchant is to send only
          gift: buyer && value?.gift?.message,
        })),
      }
    })
  expect(now.length).toBeGreaterThan(40)
  expect(seen(v0)).toEqual(seen(now))
})
