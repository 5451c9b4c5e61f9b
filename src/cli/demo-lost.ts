import { setTimeout as sleep } from 'node:timers/promises'
import type { PullRow } from './answers.ts'
import { ask, get } from './demo-api.ts'
import { quiet } from './demo-audit.ts'
import { nameWide, type Side, type Stage } from './demo-stage.ts'
import type { Terminal } from './verb.ts'

/** Everything that the demo has seen was placed since. */
const backMs = 3_600_000
/** ms to wait between two looks, and looks in all. */
const lookMs = 200
const mostLooks = 600

/** Asks each channel that lists its orders what has changed, and waits until all of it is folded. */
export const askAll = async (stage: Stage): Promise<void> => {
  await Promise.all(
    listing(stage).map(async ({ connection }) => {
      const since = new Date(Date.now() - backMs).toISOString()
      const { items } = await ask<{ readonly items: readonly PullRow[] }>(stage, `/v1/connections/${connection}/pull`, {
        since,
      })
      for (const { id } of items)
        await until(stage, id, (row) => row.state === 'due' && Date.parse(row.dueAt ?? '') > Date.now())
    }),
  )
  await quiet(stage)
}

const listing = ({ sides }: Stage): readonly Side[] => sides.filter(({ connector }) => connector.lists !== undefined)

/** Has a certificate made out of each channel that lists its orders. @returns what is missing or differs, a sentence each */
export const certify = async (terminal: Terminal, stage: Stage): Promise<readonly string[]> => {
  const wanted = listing(stage).filter(({ connector }) =>
    Object.values(connector.lists ?? {}).some(({ by }) => by.includes('placed')),
  )
  const found = await Promise.all(
    wanted.map(async ({ connection }): Promise<readonly string[]> => {
      const from = new Date(Date.now() - backMs).toISOString()
      const { id } = await ask<PullRow>(stage, `/v1/connections/${connection}/reconcile`, { from })
      const { findings, listed, error } = await until(stage, id, ({ state }) => state !== 'due' && state !== 'leased')
      if (findings === undefined) return [`${connection}: there is no certificate: ${error?.message ?? ''}`]
      terminal.note(
        `  ${connection.padEnd(nameWide)} certificate: ${listed} listed, ${findings.held} of them held, ${findings.complete ? 'nothing is missing' : 'NOT COMPLETE'}`,
      )
      return findings.differences.map(
        ({ kind, order, part = '', listed: theirs = '', held = '' }) =>
          `${connection}: by the certificate, order ${order} ${part} is ${kind} ${theirs} ${held}`,
      )
    }),
  )
  return found.flat()
}

const until = async (stage: Stage, id: string, isOver: (row: PullRow) => boolean): Promise<PullRow> => {
  for (let looks = 1; ; looks += 1) {
    const row = await get<PullRow>(`${stage.address}/v1/pulls/${id}`, stage.key)
    if (isOver(row) || looks === mostLooks) return row
    await sleep(lookMs)
  }
}
