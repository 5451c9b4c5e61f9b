import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileMappings } from '../../src/mapping/compile.ts'
import { mappingPage } from '../../src/mapping/page.ts'

const text = `mappings:
  order:
    kind: =facts
    order!: id | text
    rank: 1
    records:
      refunds:
        each: refunds
        give: { key: id | text, value: { state: =paid, amount: amount | money =EUR, lines: { each: lines, give: { line: of, quantity: 1, restock: =none } } } }
`

describe('coverage', () => {
  it('lists the leaves of the payload that are never read, each once, with [] for the items of lists', () => {
    const mapping = compileMappings([{ path: 'order.yaml', text }]).mappings.get('order')
    const refund = { id: 1, amount: '1.00', note: 'late', lines: [{ of: 'a', why: { code: 3 } }, { of: 'b' }] }
    const payload = { id: 5, tags: ['x', 'y'], refunds: [refund, { ...refund, extra: true }] }
    expect(mapping?.coverage({ payload })).toEqual({
      read: ['id', 'refunds[].amount', 'refunds[].id', 'refunds[].lines[].of'],
      present: [
        'id',
        'refunds[].amount',
        'refunds[].extra',
        'refunds[].id',
        'refunds[].lines[].of',
        'refunds[].lines[].why.code',
        'refunds[].note',
        'tags[]',
      ],
      unread: ['refunds[].extra', 'refunds[].lines[].why.code', 'refunds[].note', 'tags[]'],
    })
  })

  it('changes neither the payload nor the result', () => {
    const mapping = compileMappings([{ path: 'order.yaml', text }]).mappings.get('order')
    const payload = { id: 5, refunds: [] }
    const before = mapping?.apply({ payload })
    mapping?.coverage({ payload })
    expect(mapping?.apply({ payload })).toEqual(before)
    expect(payload).toEqual({ id: 5, refunds: [] })
  })
})

describe('the reference page', () => {
  it('is the one that the operator table makes', () => {
    expect(readFileSync(new URL('../../docs/mapping-language.md', import.meta.url), 'utf8')).toBe(mappingPage())
  })

  it('opens with a mapping file that compiles and maps', () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(mappingPage()) ?? []
    const { mappings, faults } = compileMappings([{ path: 'mappings/shop/order.yaml', text: example }])
    expect(faults).toEqual([])
    const line = { id: 9, title: 'Mug', quantity: 1, sku: '', tax_lines: [{ title: 'VAT', price: '0.50' }] }
    const payload = {
      id: 7,
      name: '#7',
      updated_at: '2026-03-01T10:00:00Z',
      created_at: '2026-03-01T09:00:00Z',
      currency: 'EUR',
      financial_status: 'paid',
      total_price: '5.00',
      line_items: [line],
    }
    expect(mappings.get('order')?.apply({ payload })).toMatchObject({ kind: 'snapshot', order: '7' })
  })
})
