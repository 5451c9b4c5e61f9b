import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { direct } from '../../connectors/direct/index.ts'
import type { Account } from '../../src/flow/account.ts'
import { importCsv, type RowReport } from '../../src/flow/import-csv.ts'
import { columns } from '../../src/flow/import-csv-columns.ts'
import { type Placement, place } from '../../src/flow/place.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import type { Store } from '../../src/store/port.ts'
import { onEachEngine } from '../kit/engines.ts'
import { type Flow, openClock, openFlow, openOtherSide } from './kit.ts'

const project = join(import.meta.dirname, '../..')
const path = 'mappings/direct/order.yaml'
const { mappings } = compileMappings([{ path, text: readFileSync(join(project, path), 'utf8') }])
const desk: Account = {
  id: 'desk',
  connector: direct,
  enabled: true,
  settings: {},
  secrets: {},
  limits: { requestsPerSecond: 100, concurrency: 1 },
  pull: { everySeconds: 300, overlapSeconds: 300, reconcileHours: 24, reconcileDays: 3 },
  mappings,
}

const head = 'order,placed_at,currency,sku,title,quantity,amount'

onEachEngine(({ open: openStore }) => {
  let store: Store
  let flow: Flow
  beforeEach(async () => {
    store = await openStore()
    flow = await openFlow({ store, accounts: [desk], clock: openClock(), other: openOtherSide() })
  })
  afterEach(() => store.close())

  const load = async (text: string | readonly Uint8Array[], connection = 'desk') => {
    const reports: RowReport[] = []
    const steps: string[] = []
    const open = typeof text === 'string' ? () => text : () => pieces(text)
    const summary = await importCsv(
      { place: (placement) => place(flow.receiveDeps, placement) },
      { connection, open },
      { row: (report) => reports.push(report), progress: ({ done, total }) => steps.push(`${done}/${total}`) },
    )
    return { summary, reports, steps }
  }
  const pieces = async function* (parts: readonly Uint8Array[]) {
    yield* parts
  }
  const order = async (id: string) => {
    await flow.work()
    return flow.orders.read(orderIdOf('desk', id))
  }

  const two = `${head}
1001,2026-11-20T10:00:00Z,EUR,TEA,Green tea,2,17.80
1001,,,MUG,"Mug, ""blue""",1,14.50
1002,2026-11-20T11:00:00Z,EUR,POT,Teapot,1,39.95
`

  describe('a CSV file of orders', () => {
    it('is one order for the rows that name it, each row a line', async () => {
      const { summary, reports, steps } = await load(two)
      expect(summary).toEqual({
        rows: { kept: 3, seen: 0, refused: 0 },
        orders: { kept: 2, seen: 0, refused: 0 },
      })
      expect(reports.map(({ line, order: id, outcome }) => `${line} ${id} ${outcome}`)).toEqual([
        '2 1001 kept',
        '3 1001 kept',
        '4 1002 kept',
      ])
      expect(steps).toEqual(['2/3', '3/3'])
      expect(await order('1001')).toMatchObject({
        origin: { kind: 'import' },
        totals: { total: { minor: 3230 } },
        lines: [
          { id: '1', sku: 'TEA', quantity: 2 },
          { id: '2', sku: 'MUG', title: 'Mug, "blue"' },
        ],
      })
    })

    it('changes nothing when it is imported again', async () => {
      await load(two)
      const before = await order('1001')
      expect((await load(two)).summary.orders).toEqual({ kept: 0, seen: 2, refused: 0 })
      expect(await order('1001')).toEqual(before)
    })

    it('goes on where it was broken off', async () => {
      let calls = 0
      const failing = {
        place: (placement: Placement) => {
          calls += 1
          if (calls > 1) throw new HubError('STORE_AWAY', 'the disk is gone')
          return place(flow.receiveDeps, placement)
        },
      }
      const open = () => two
      await expect(importCsv(failing, { connection: 'desk', open })).rejects.toMatchObject({ code: 'STORE_AWAY' })
      expect((await load(two)).summary.orders).toEqual({ kept: 1, seen: 1, refused: 0 })
    })

    it('refuses a change under the same version, and takes it under a higher one', async () => {
      await load(two)
      const { reports } = await load(two.replace('Teapot,1,', 'Teapot,2,'))
      expect(reports.at(-1)).toMatchObject({
        line: 4,
        outcome: 'refused',
        sentence: expect.stringMatching(/raise the column "version"/),
      })
      const raised = `${head},version\n1002,2026-11-20T11:00:00Z,EUR,POT,Teapot,2,79.90,2\n`
      expect((await load(raised)).summary.orders.kept).toBe(1)
      expect(await order('1002')).toMatchObject({ lines: [{ quantity: 2 }] })
    })

    it('keeps the good orders and says of each faulty row what is wrong, by line and column', async () => {
      const { summary, reports } = await load(
        `${head}
1,2026-11-20,EUR,TEA,Tea,2,"17,80"
2,2026-11-20T10:00:00Z,EUR,TEA,Tea,1,8.90
3,2026-11-20T10:00:00Z,EUR,TEA,Tea,1,8.90
3,2026-11-20T10:00:00Z,USD,MUG,Mug,1,9.00
4,,EUR,TEA,Tea,1,8.90
,2026-11-20T10:00:00Z,EUR,TEA,Tea,1,8.90
5,2026-11-20T10:00:00Z,EUR,TEA,Tea,1
6,2026-11-20T10:00:00Z,EUR,,,1,1.00
7,2026-11-20T10:00:00Z,EUR,TEA,Tea,many,8.90
7,,,MUG,Mug,1,9.00
`,
      )
      expect(summary.orders).toEqual({ kept: 1, seen: 0, refused: 7 })
      expect(reports.map(({ line, outcome, sentence }) => `${line} ${outcome}: ${sentence ?? ''}`)).toEqual([
        '2 refused: amount must be a decimal such as 12.50, with a point and no separator of thousands',
        '3 kept: ',
        '4 refused: its order is refused for line 5',
        '5 refused: currency is not what it is in line 4 of the same order',
        '6 refused: placed_at is empty',
        '7 refused: order is empty: the row says of no order that it is a line of it',
        '8 refused: the row has 6 cells, the first row has 7',
        '9 refused: title must be given where there is no sku',
        '10 refused: quantity must be a quantity such as 3 or 1.25, up to 5 decimals',
        '11 refused: its order is refused for line 10',
      ])
    })

    it('refuses an order whose rows do not stand together, whole', async () => {
      const torn = `${two}1001,,,TRAY,Tray,1,27.00\n`
      const { summary, reports } = await load(torn)
      expect(summary).toEqual({ rows: { kept: 1, seen: 0, refused: 3 }, orders: { kept: 1, seen: 0, refused: 2 } })
      expect(reports[0]?.sentence).toMatch(/do not stand together/)
      expect(await order('1001')).toBeNull()
    })

    it('is read with semicolons, a byte order mark, CRLF, line breaks in quotes, and bytes cut anywhere', async () => {
      const text = `\uFEFFOrder;Placed At;CURRENCY;sku;title;quantity;unit-price;ship_name;ship_line1;ship_country;note\r\n1;2026-11-20T10:00:00Z;EUR;A;"Größe ""L"";\r\nzwei Zeilen";1.250;3.99;Jürgen Öl;"Weg 1; Hof";DE;eins\r\n\r\n2;2026-11-20T10:00:00Z;JPY;B;茶;1;500;;;;\r\n`
      const bytes = Buffer.from(text)
      const { reports } = await load(Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1)))
      expect(reports.map(({ line, outcome }) => `${line} ${outcome}`)).toEqual(['2 kept', '5 kept'])
      expect(await order('1')).toMatchObject({
        note: 'eins',
        shipTo: { name: 'Jürgen Öl', lines: ['Weg 1; Hof'], country: 'DE' },
        lines: [{ title: 'Größe "L";\nzwei Zeilen', quantity: 1.25, amount: { minor: 499 } }],
      })
      expect(await order('2')).toMatchObject({ totals: { total: { minor: 500, currency: 'JPY' } } })
    })

    it('carries a purchase order: company, tax number, terms, delivery, discount, payment', async () => {
      await load(
        'order,placed_at,currency,origin,po_number,terms_days,buyer_company,buyer_tax_id,ship_line1,ship_country,shipping,shipping_tax_added,order_discount,discount_code,payment_amount,payment_method,payment_state,tags,test,line,sku,quantity,unit_price,tax_added,total\n' +
          '9,2026-11-20T10:00:00Z,EUR,purchase-order,PO-9,30,Falk & Töchter,DE999999999,Kai 3,DE,4.90,0.93,1.00,BULK,12.83,invoice,pending,"b2b, big",false,L1,STOOL,1,8.00,,12.83\n',
      )
      expect(await order('9')).toMatchObject({
        origin: { kind: 'purchase-order' },
        references: { po: 'PO-9' },
        terms: { kind: 'net', days: 30 },
        buyer: { kind: 'company', company: 'Falk & Töchter', taxIds: [{ number: 'DE999999999' }] },
        shipTo: { lines: ['Kai 3'] },
        charges: [{ kind: 'shipping', amount: { minor: 490 }, taxAdded: { minor: 93 } }],
        discounts: [{ code: 'BULK', scope: 'order', amount: { minor: 100 } }],
        payments: [{ key: '1', method: 'invoice', state: 'pending', amount: { minor: 1283 } }],
        tags: ['b2b', 'big'],
        test: false,
        lines: [{ id: 'L1', discount: { minor: 100 } }],
        holds: [],
      })
    })

    it.each([
      ['', 'an empty file'],
      ['order,placed_at,currency,quantity,titel\n', 'column "titel" is not known; did you mean "title"?'],
      ['order,order,placed_at,currency\n', 'column "order" is there twice; there is no column "quantity"'],
      ['order,placed_at,currency,quantity,\n', 'column 5 has no name'],
      ['order,placed_at,currency,quantity,constructor\n', 'column "constructor" is not known'],
      [`${two}1003,2026-11-20,EUR,"open\n`, 'line 5: a quote is opened and never closed'],
      [`${two}1003,2026-11-20,EUR,a"b,c,1,1\n`, 'line 5: a quote stands where none may stand'],
    ])('is refused whole, and nothing imported, where it cannot be read: %j', async (text, sentence) => {
      await expect(load(text)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        message: expect.stringContaining(sentence),
      })
      expect(await flow.inbox.count('due')).toBe(0)
    })

    it('is refused where it is not UTF-8', async () => {
      await expect(load([Buffer.from(`${two}1003,2026-11-20,EUR,A,M\xfcller,1,1\n`, 'latin1')])).rejects.toThrow(
        'expected a file in UTF-8',
      )
    })

    it('stops at once where no order can be taken', async () => {
      await expect(load(two, 'nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })
  })
})

describe('a CSV file, whatever the store', () => {
  it('of 100,000 rows is never held as a whole, and has few orders under way', async () => {
    const rows = 100_000
    let underWay = 0
    let most = 0
    const deps = {
      place: async ({ payload }: Placement) => {
        underWay += 1
        most = Math.max(most, underWay)
        await new Promise((done) => setImmediate(done))
        underWay -= 1
        const id = JSON.stringify(payload).slice(0, 40)
        return { state: 'kept', message: id, order: id } as const
      },
    }
    let ahead = 0
    let asked = 0
    let finished = 0
    const open = async function* () {
      yield `${head}\n`
      for (let row = 0; row < rows; row += 1) {
        asked = row
        yield `${Math.floor(row / 4)},2026-11-20T10:00:00Z,EUR,TEA,Green tea,2,17.80\n`
      }
    }
    const summary = await importCsv(
      deps,
      { connection: 'desk', open },
      {
        progress: ({ done }) => {
          finished = done
          ahead = Math.max(ahead, asked - finished)
        },
      },
    )
    expect(summary.rows.kept).toBe(rows)
    expect(summary.orders.kept).toBe(rows / 4)
    expect(most).toBeLessThanOrEqual(16)
    expect(ahead).toBeLessThan(3000)
  })

  it('has its columns written down, every one of them', () => {
    const page = readFileSync(join(project, 'connectors/direct/README.md'), 'utf8')
    const written = page.split('\n').flatMap((line) => {
      const [, name, says] = /^\| `(\w+)` \|.*\| (.+) \|$/.exec(line) ?? []
      return name === undefined || says === undefined ? [] : [[name, says] as const]
    })
    expect(Object.fromEntries(written)).toEqual(
      Object.fromEntries(Object.entries(columns).map(([name, { says }]) => [name, says])),
    )
  })
})
