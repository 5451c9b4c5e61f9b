import { columnsOf, cut, padEnd, padStart, plain } from './text.ts'
import type { Style, Terminal } from './verb.ts'

export interface Column<T> {
  readonly title: string
  readonly of: (row: T) => string
  readonly right?: true
  readonly style?: (row: T) => Style | undefined
  /** Where the terminal is too narrow, its texts may be cut to so many columns. Absent: never. */
  readonly least?: number
  /** How a text is cut; at its end, with an ellipsis, unless told otherwise. */
  readonly cut?: (text: string, columns: number) => string
  /** Where cutting is not enough, it vanishes: 1 goes first. */
  readonly drop?: number
}

const gap = '  '

interface Laid<T> {
  readonly column: Column<T>
  readonly width: number
}

/** Rows under titles, aligned, fitted to the terminal's width where there is one. Further pages keep the columns of the first. */
export const openTable = <T>(
  terminal: Pick<Terminal, 'say' | 'paint' | 'width'>,
  columns: readonly Column<T>[],
): { show(rows: readonly T[]): void } => {
  let laid: readonly Laid<T>[] | undefined
  return {
    show: (rows) => {
      if (rows.length === 0) return
      if (laid === undefined) {
        laid = fitted(naturalOf(columns, rows), terminal.width)
        const titles = laid.map(({ column, width }) => aligned(column, column.title, width))
        terminal.say(terminal.paint('dim', titles.join(gap).trimEnd()))
      }
      for (const row of rows) {
        const cells = laid.map(({ column, width }) => {
          const style = column.style?.(row)
          const text = aligned(column, plain(column.of(row)), width)
          return style === undefined ? text : terminal.paint(style, text)
        })
        terminal.say(cells.join(gap).trimEnd())
      }
    },
  }
}

const naturalOf = <T>(columns: readonly Column<T>[], rows: readonly T[]): readonly Laid<T>[] =>
  columns.map((column) => ({
    column,
    width: Math.max(columnsOf(column.title), ...rows.map((row) => columnsOf(plain(column.of(row))))),
  }))

const fitted = <T>(natural: readonly Laid<T>[], most: number | undefined): readonly Laid<T>[] => {
  if (most === undefined) return natural
  const { laid, over } = narrowed(natural, most)
  const first = natural.toSorted((a, b) => rankOf(a) - rankOf(b))[0]
  if (over <= 0 || first?.column.drop === undefined) return laid
  return fitted(
    natural.filter((one) => one !== first),
    most,
  )
}

const rankOf = <T>({ column }: Laid<T>): number => column.drop ?? Number.POSITIVE_INFINITY

/** Cut as far as columns may be, the last first; `over`: by how much it is still too wide. */
const narrowed = <T>(natural: readonly Laid<T>[], most: number) => {
  let over = natural.reduce((sum, { width }) => sum + width + gap.length, -gap.length) - most
  const laid = natural.toReversed().map(({ column, width }) => {
    const given = Math.min(Math.max(0, over), Math.max(0, width - (column.least ?? width)))
    over -= given
    return { column, width: width - given }
  })
  return { laid: laid.toReversed(), over }
}

const aligned = <T>(column: Column<T>, text: string, width: number): string => {
  const fitting = columnsOf(text) <= width ? text : (column.cut ?? cut)(text, width)
  return column.right === true ? padStart(fitting, width) : padEnd(fitting, width)
}
