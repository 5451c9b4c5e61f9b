import { columnsOf, cut, padEnd, padStart, plain } from './text.ts'
import type { Style, Terminal } from './verb.ts'

export interface Column<T> {
  readonly title: string
  readonly of: (row: T) => string
  readonly right?: true
  readonly style?: (row: T) => Style | undefined
}

const gap = 2

/** Rows under titles, aligned; cut to the terminal's width where there is one. Further pages keep the columns of the first. */
export const openTable = <T>(
  terminal: Pick<Terminal, 'say' | 'paint' | 'width'>,
  columns: readonly Column<T>[],
): { show(rows: readonly T[]): void } => {
  let widths: readonly number[] | undefined
  return {
    show: (rows) => {
      if (rows.length === 0) return
      const cells = rows.map((row) => columns.map((column) => plain(column.of(row))))
      const first = widths === undefined
      widths ??= widthsOf(columns, cells, terminal.width)
      const lay = (texts: readonly string[]): readonly string[] => aligned(texts, columns, widths ?? [])
      if (first)
        terminal.say(
          terminal.paint(
            'dim',
            lay(columns.map(({ title }) => title))
              .join('  ')
              .trimEnd(),
          ),
        )
      for (const [at, row] of rows.entries()) {
        const laid = lay(cells[at] ?? []).map((text, place) => {
          const style = columns[place]?.style?.(row)
          return style === undefined ? text : terminal.paint(style, text)
        })
        terminal.say(laid.join(' '.repeat(gap)).trimEnd())
      }
    },
  }
}

const widthsOf = <T>(
  columns: readonly Column<T>[],
  cells: readonly (readonly string[])[],
  most: number | undefined,
): readonly number[] => {
  const natural = columns.map(({ title }, at) =>
    Math.max(columnsOf(title), ...cells.map((row) => columnsOf(row[at] ?? ''))),
  )
  if (most === undefined) return natural
  // The last columns give way first: what identifies a row stands on the left.
  let over = natural.reduce((sum, width) => sum + width + gap, -gap) - most
  return natural
    .map((width, at) => ({ width, least: Math.min(width, at < 2 ? width : 4) }))
    .toReversed()
    .map(({ width, least }) => {
      const given = Math.min(Math.max(0, over), width - least)
      over -= given
      return width - given
    })
    .toReversed()
}

const aligned = <T>(
  texts: readonly string[],
  columns: readonly Column<T>[],
  widths: readonly number[],
): readonly string[] =>
  texts.map((text, at) => {
    const width = widths[at] ?? 0
    const fitting = cut(text, Math.max(width, 1))
    return columns[at]?.right === true ? padStart(fitting, width) : padEnd(fitting, width)
  })
