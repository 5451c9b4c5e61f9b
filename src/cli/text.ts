import { type Money, moneyText } from '../kernel/money.ts'

/** Foreign text for a terminal: what would move its cursor, colour it or turn its direction is shown as a blank. */
export const plain = (text: string): string =>
  text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')

const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}/u
const marks = /^(?:\p{Mn}|\p{Me}|\u200d|\ufe0f)$/u

/** Columns that a text takes on a terminal. */
export const columnsOf = (text: string): number => {
  let columns = 0
  for (const sign of text) columns += marks.test(sign) ? 0 : wide.test(sign) ? 2 : 1
  return columns
}

/** The text in so many columns at most; what is cut ends in an ellipsis. */
export const cut = (text: string, columns: number): string => {
  if (columnsOf(text) <= columns) return text
  let kept = ''
  for (const sign of text) {
    if (columnsOf(kept + sign) > columns - 1) break
    kept += sign
  }
  return columns > 0 ? `${kept}…` : ''
}

export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
export const padStart = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - columnsOf(text))) + text

const two = (count: number): string => String(count).padStart(2, '0')

/** An instant in this machine's zone, to the minute: 2026-11-24 10:15. */
export const localTime = (instant: string): string => {
  const time = new Date(instant)
  if (Number.isNaN(time.getTime())) return plain(instant)
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`
}

/** A local time where there is no room for it: the day alone. */
export const dayAlone = (time: string): string => time.slice(0, 10)

/** How long ago, roughly: 'now', '5 min', '3 h', '12 d'. */
export const age = (instant: string, now: Date): string => {
  const minutes = Math.floor((now.getTime() - Date.parse(instant)) / 60_000)
  if (minutes < 1) return 'now'
  if (minutes < 120) return `${minutes} min`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`
}

/** '26.90 EUR'. */
export const withCurrency = (money: Money): string => `${moneyText(money)} ${money.currency}`

/** '1 order', '3 orders'. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

const barColumns = 30

/** How far long work has come: a bar, then '500 of 1200 rows'. */
export const bar = ({
  done,
  of,
  what,
}: {
  readonly done: number
  readonly of: number
  readonly what: string
}): string => {
  const full = of === 0 ? barColumns : Math.floor((done / of) * barColumns)
  return `${'█'.repeat(full)}${'░'.repeat(barColumns - full)}  ${done} of ${what}`
}
