import { describe, expect, it } from 'vitest'
import { type Column, openTable } from '../../src/cli/table.ts'
import { columnsOf, cut, plain } from '../../src/cli/text.ts'
import { unreadBranches } from '../../src/cli/unread-branches.ts'

interface Row {
  readonly name: string
  readonly count: number
  readonly note: string
}
const columns: readonly Column<Row>[] = [
  { title: 'NAME', of: ({ name }) => name },
  { title: 'COUNT', of: ({ count }) => String(count), right: true },
  { title: 'NOTE', of: ({ note }) => note, least: 6, drop: 1 },
]

const shown = (width: number | undefined, ...pages: readonly (readonly Row[])[]): readonly string[] => {
  const lines: string[] = []
  const table = openTable({ say: (text) => lines.push(text), paint: (_, text) => text, width }, columns)
  for (const page of pages) table.show(page)
  return lines
}
const cup = { name: 'cup', count: 12, note: 'of blue glass' }
const saucer = { name: 'saucer', count: 3, note: '' }

describe('a table', () => {
  it('stands in columns, and cuts nothing where there is no terminal', () => {
    expect(shown(undefined, [cup, saucer])).toEqual([
      'NAME    COUNT  NOTE',
      'cup        12  of blue glass',
      'saucer      3',
    ])
  })

  it('gives way on a narrow terminal: first it cuts what may be cut, then a column vanishes', () => {
    expect(shown(22, [cup, saucer])[1]).toBe('cup        12  of blu…')
    expect(shown(18, [cup, saucer])).toEqual(['NAME    COUNT', 'cup        12', 'saucer      3'])
  })

  it('keeps its columns over pages and has one line of titles', () => {
    expect(shown(undefined, [saucer], [cup]).length).toBe(3)
  })

  it('measures wide letters and marks as a terminal does', () => {
    expect(columnsOf('湯のみ')).toBe(6)
    expect(columnsOf('e\u0301')).toBe(1)
    expect(cut('湯のみ茶碗', 5)).toBe('湯の…')
  })

  it("lets no foreign text move the terminal's cursor, colour it, or turn its direction", () => {
    expect(plain('Ines\u001b[2J\r\nFalk\u202egnp')).toBe('Ines [2J Falk gnp')
  })
})

describe('paths that a mapping never reads', () => {
  it('are told by branch where nothing of a branch is read', () => {
    const unread = ['id', 'price.shop.amount', 'price.shop.code', 'price.tax', 'rows[].a', 'rows[].b.c', 'rows[].b.d']
    expect(unreadBranches({ present: [...unread, 'rows[].e'], unread, read: ['rows[].e'] })).toEqual([
      'id',
      'price  (3)',
      'rows[].a',
      'rows[].b  (2)',
    ])
  })
})
