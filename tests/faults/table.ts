import type { Outcome } from './lanes.ts'

/** The table of faults for the README. */
export const tableOf = (outcomes: readonly Outcome[]): string =>
  [
    '| fault | must hold | engine | came out | figures |',
    '|---|---|---|---|---|',
    ...outcomes.map(({ fault, engine, figures, differences }) => {
      const facts = Object.entries(figures).map(([name, figure]) => `${name} ${figure}`)
      const came = differences.length === 0 ? 'holds' : `**fails**: ${differences[0]}`
      return `| ${fault.what} | ${fault.holds} | ${engine} | ${came} | ${facts.join(', ')} |`
    }),
  ].join('\n')
