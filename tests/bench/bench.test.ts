import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { busyNotes, figure, isMet, jsonOf, lineOf, median, type Row, summaryOf } from './rows.ts'
import { noteOf } from './webhook-body.ts'
import { type Post, postsOf, salesOf, secret } from './webhooks.ts'

const posts = postsOf({ count: 10_000, seed: 3, first: 1 })
const share = (of: (post: Post) => boolean): number => posts.filter(of).length / posts.length
const said = (post: Post): Record<string, unknown> => JSON.parse(post.body.toString())
const cents = (text: unknown): number => Math.round(Number(text) * 100)

describe('what is posted', () => {
  it('is signed as Shopify signs: HMAC-SHA256 of the bytes, in base64', () => {
    const right = (post: Post): string => createHmac('sha256', secret).update(post.body).digest('base64')
    expect(posts.filter((post) => post.headers['x-shopify-hmac-sha256'] !== right(post))).toEqual([])
  })

  it('is one in five an update, and one in twenty a repeat to the letter', () => {
    expect(Math.abs(share((post) => !post.repeat && post.sale.version > 1) - 0.2)).toBeLessThan(0.01)
    expect(share((post) => post.repeat)).toBeCloseTo(0.05, 2)
    const first = new Map<string, Post>()
    for (const post of posts) {
      const before = first.get(post.headers['x-shopify-webhook-id'] ?? '')
      expect(before !== undefined).toBe(post.repeat)
      if (before === undefined) first.set(post.headers['x-shopify-webhook-id'] ?? '', post)
      else expect(post.body.equals(before.body)).toBe(true)
    }
  })

  it('has from 1 to 20 lines', () => {
    const lines = posts.map(({ sale }) => sale.lines)
    expect([Math.min(...lines), Math.max(...lines)]).toEqual([1, 20])
  })

  it('adds up: lines less discount, with tax and parcel, are the total that is expected back', () => {
    for (const post of posts.slice(0, 500)) {
      const { line_items: items, total_discounts: off, total_tax: tax, total_price: total, note } = said(post)
      const sum = Array.isArray(items)
        ? items.reduce((all: number, item) => all + cents(item.price) * item.quantity, 0)
        : Number.NaN
      expect(cents(total)).toBe(sum - cents(off) + cents(tax) + 495)
      expect(cents(total)).toBe(post.sale.total)
      expect(items).toHaveLength(post.sale.lines)
      expect(note).toBe(noteOf(post.sale.version))
    }
  })

  it('is the same for the same seed, and numbers its orders from where it is told', () => {
    const which = { count: 50, seed: 9, first: 700 }
    expect(postsOf(which)).toEqual(postsOf(which))
    expect(postsOf(which)[0]?.sale.order).toBe(700)
  })

  it('leaves each order at its latest version', () => {
    const sales = salesOf(posts)
    expect(sales.size).toBe(new Set(posts.map(({ sale }) => sale.order)).size)
    expect(posts.filter(({ sale }) => sale.version > (sales.get(sale.order)?.version ?? 0))).toEqual([])
  })
})

const row: Row = { name: 'ack.ratio', value: 0.4, unit: '× bare Fastify', floor: 0.3, better: 'more' }

describe('a row', () => {
  it('meets a floor from above or from below, and has none to miss where it has none', () => {
    const { floor: _, ...measured } = row
    expect(isMet(row)).toBe(true)
    expect(isMet({ ...row, value: 0.29 })).toBe(false)
    expect(isMet({ ...row, value: 0.3 })).toBe(true)
    expect(isMet({ ...row, value: 0.3, better: 'less' })).toBe(true)
    expect(isMet({ ...row, better: 'less' })).toBe(false)
    expect(isMet({ ...measured, value: 0 })).toBe(true)
  })

  it('says for a person what was measured beside what, and shouts where it missed', () => {
    expect(lineOf({ ...row, detail: '400 beside 1,000' })).toMatch(
      /^ack\.ratio +0\.400 × bare Fastify +≥ 0\.300 +met +400 beside 1,000$/,
    )
    const [line, note] = lineOf({ ...row, value: 0.2, notes: ['why'] }).split('\n')
    expect(line).toMatch(/MISSED$/)
    expect(note).toMatch(/^ +note: why$/)
  })

  it('is one line of JSON for a program, with null for what it has not', () => {
    expect(JSON.parse(jsonOf(row))).toEqual({
      name: 'ack.ratio',
      value: 0.4,
      unit: '× bare Fastify',
      baseline: null,
      ratio: null,
    })
    expect(JSON.parse(jsonOf({ ...row, baseline: 7, ratio: 0.4 }))).toMatchObject({ baseline: 7, ratio: 0.4 })
  })

  it('is counted at the end, missed ones and what could not be measured by name', () => {
    expect(summaryOf([row], [])).toBe('1 rows, 0 missed')
    expect(summaryOf([row, { ...row, value: 0 }], ['push'])).toBe('2 rows, 1 missed: ack.ratio; NOT MEASURED: push')
  })

  it('warns where a part of the bench had no core left to spare', () => {
    expect(busyNotes('the load generator', [0.2, 0.9])).toEqual([])
    expect(busyNotes('the load generator', [0.2, 0.97])).toEqual([
      'the load generator used 97 % of a core and may itself be the limit',
    ])
  })
})

describe('figures', () => {
  it('have three digits that count', () => {
    expect([0, 0.12345, 1.5, 99.96, 1234.5].map(figure)).toEqual(['0', '0.123', '1.50', '100', '1,235'])
  })

  it('have the middle one as their median, wherever it stands', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 3, 2])).toBe(3)
    expect(median([])).toBe(0)
  })
})
