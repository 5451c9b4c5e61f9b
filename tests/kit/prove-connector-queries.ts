import { ask } from '../../src/connector/carry.ts'
import { asHubError } from '../../src/kernel/errors.ts'
import { readJson } from '../../src/kernel/json.ts'
import { type Bench, type Played, present } from './prove-connector-bench.ts'
import { mustBeCalls } from './prove-connector-calls.ts'
import type { Rule } from './prove-connector-options.ts'
import { mustStayHome, oddIds, withOutside } from './prove-connector-outside.ts'

/** What holds for a connector that may be asked for an order. */
export const queryRules = (bench: Bench): readonly Rule[] => {
  if (bench.connector.queries.order === undefined) return []
  return [
    { name: 'reading an order sends exactly what the vendor documents', check: () => asksExactly(bench) },
    { name: 'an order that was read has a rank and is understood', check: () => isRanked(bench) },
    { name: 'an order that is not there is gone', check: () => isGone(bench) },
    { name: 'reading an order calls no other host, whatever the ids say', check: () => staysHome(bench) },
  ]
}

const placed = (bench: Bench): { readonly subject: string; readonly from: Played } => {
  const from = bench.traffic()
  return { from, subject: present(bench.books(from.state).orders[0], "an order in the sandbox's books").externalId }
}

const asksExactly = async (bench: Bench): Promise<void> => {
  const { subject, from } = placed(bench)
  const proof = present(bench.options.query, 'options.query to say which request reads an order')
  await withOutside(bench, from, async ({ send, calls, answers }) => {
    await ask({ send }, bench.connector, bench.account, subject)
    mustBeCalls(calls, proof.calls({ subject, answers }))
  })
}

const isRanked = async (bench: Bench): Promise<void> => {
  const { subject, from } = placed(bench)
  const topic = present(bench.connector.queries.order, 'a query').topic
  await withOutside(bench, from, async ({ send }) => {
    const asked = await ask({ send }, bench.connector, bench.account, subject)
    if (asked === 'gone') throw new Error(`order ${subject} stands in the books, but is read as gone`)
    if (asked.length === 0) throw new Error(`order ${subject} stands in the books, but nothing of it was read`)
    for (const { rank, part, observed, body } of asked) {
      if (!Number.isSafeInteger(rank)) throw new Error(`expected a whole number as rank, got ${rank}`)
      const told = bench.map(topic, readJson(body), observed === undefined ? {} : { observed })
      if (told.kind !== 'snapshot' || told.order !== subject || told.part !== part)
        throw new Error(`order ${subject} ${part ?? ''} was read, but what came is mapped to ${told.kind}`)
      if (told.rank !== rank) throw new Error(`the query ranks it ${rank}, the mapping ${told.rank}: they must agree`)
    }
  })
}

const isGone = (bench: Bench): Promise<void> =>
  withOutside(bench, bench.traffic(), async ({ send }) => {
    const asked = await ask({ send }, bench.connector, bench.account, '404040404')
    if (asked !== 'gone') throw new Error('an order that the sandbox never had was read')
  })

const staysHome = async (bench: Bench): Promise<void> => {
  for (const id of oddIds) {
    await withOutside(bench, bench.traffic(), async (outside) => {
      await ask({ send: outside.send }, bench.connector, bench.account, id).catch(asHubError)
      mustStayHome(bench, outside)
    })
  }
}
