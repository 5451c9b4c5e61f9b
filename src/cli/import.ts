import { accessSync, constants, createReadStream, statSync } from 'node:fs'
import { type ImportSummary, importCsv, type RowReport } from '../flow/import-csv.ts'
import { HubError } from '../kernel/errors.ts'
import { answers } from './answers.ts'
import { type Api, askFor } from './api.ts'
import type { CliDeps } from './deps.ts'
import { withApi } from './reach.ts'
import { bar, counted, plain } from './text.ts'
import { exits } from './verb.ts'

export interface ImportOptions {
  readonly file: string
  readonly connection: string
  readonly sandbox?: true
  readonly json?: true
}

/** Takes the orders of a CSV file in, and tells of every row that was refused. @throws REQUEST_INVALID nothing was imported · NOT_FOUND */
export const importFile = (deps: CliDeps, options: ImportOptions): Promise<number> => {
  const { file, connection, json } = options
  refuseUnreadable(file)
  return withApi(deps, { makes: true, sends: { sandbox: options.sandbox === true } }, async (api) => {
    const { terminal } = deps
    const tell = (row: RowReport): void => {
      if (row.outcome !== 'refused') return
      if (json === true) terminal.say(JSON.stringify(row))
      else
        terminal.say(
          `${file}:${row.line}: order ${row.order === '' ? '?' : plain(row.order)}: ${plain(row.sentence ?? '')}`,
        )
    }
    const summary = await importCsv(
      { place: placeBy(api) },
      { connection, open: () => createReadStream(file) },
      {
        row: tell,
        progress: ({ done, total }) => terminal.progress(bar({ done, of: total, what: counted(total, 'row') })),
      },
    )
    await api.settle()
    terminal.progress('')
    terminal.say(json === true ? JSON.stringify(summary) : summaryOf(summary))
    return summary.rows.refused > 0 ? exits.failed : exits.done
  })
}

const refuseUnreadable = (file: string): void => {
  try {
    accessSync(file, constants.R_OK)
    if (statSync(file).isDirectory()) throw new Error('it is a folder')
  } catch (cause) {
    throw new HubError('USAGE', `expected a file that can be read, got "${file}"`, {}, cause)
  }
}

const placeBy =
  (api: Api): Parameters<typeof importCsv>[0]['place'] =>
  ({ connection, payload }) =>
    askFor(api, answers.placed, { method: 'POST', path: '/v1/orders', body: { connection, order: payload } })

const summaryOf = ({ rows, orders }: ImportSummary): string => {
  const parts = ({ kept, seen, refused }: ImportSummary['rows']): string =>
    [
      `${kept} new`,
      ...(seen > 0 ? [`${seen} known already`] : []),
      ...(refused > 0 ? [`${refused} refused`] : []),
    ].join(', ')
  const all = orders.kept + orders.seen + orders.refused
  return `${counted(all, 'order')}: ${parts(orders)}. ${counted(rows.kept + rows.seen + rows.refused, 'row')}: ${parts(rows)}.`
}
