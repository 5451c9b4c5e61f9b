import type { HubError } from '../kernel/errors.ts'
import type { Connections } from '../store/connections.ts'
import type { ConnectionRow } from '../store/rows.ts'
import { waitOf } from './remedy.ts'

/** Whether nothing is to be sent to a connection now: it was stopped, or put off. */
export const isHeldBack = (row: ConnectionRow | null, now: Date): boolean =>
  row?.stopped !== undefined || (row?.notBefore !== undefined && row.notBefore > now)

interface Failed {
  readonly connection: string
  readonly error: HubError
  readonly now: Date
}

const pauseSeconds = 5

/** Puts a connection off as long as its channel asked. A lane that is spent holds up no other. */
export const putOff = async (
  { connections }: { readonly connections: Pick<Connections, 'putOff'> },
  { connection, error, now }: Failed,
): Promise<void> => {
  if (error.remedy !== 'slow-down' || error.detail['lane'] !== undefined) return
  await connections.putOff(connection, new Date(now.getTime() + (waitOf(error) ?? pauseSeconds) * 1000))
}

/** What the failure of a call means for the whole connection: it is put off, or stopped until it is authorised again. */
export const holdBack = async (
  deps: { readonly connections: Pick<Connections, 'putOff' | 'stop'> },
  failed: Failed,
): Promise<void> => {
  await putOff(deps, failed)
  const { connection, error, now } = failed
  if (error.code === 'CHANNEL_DENIED') await deps.connections.stop(connection, error.message, now)
}
