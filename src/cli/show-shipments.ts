import type { Shipment } from '../canonical/shipment.ts'
import type { CommandRow } from './answers.ts'
import { type Shown, units } from './show-order.ts'
import { localTime, plain } from './text.ts'

/** The parcels of an order, and whether its channel knows of ours. */
export const showShipments = (order: Shown, commands: readonly CommandRow[]): readonly string[] =>
  order.shipments.flatMap((shipment) => {
    const command = commands.find(({ name, about }) => name === 'mark-shipped' && about === shipment.key)
    return [
      [wordOf(shipment), plain(by(shipment)), units(order, shipment.lines)].filter((text) => text !== '').join('  '),
      ...details(shipment, order.connection ?? 'the channel', command).map((text) => `  ${text}`),
    ]
  })

const wordOf = ({ status, ours, implied, direction }: Shipment): string => {
  const word = status === 'unknown' ? 'shipped' : status.replaceAll('_', ' ')
  const way = direction === 'outbound' ? '' : ` (${direction})`
  return `${word}${way}${implied === true ? ', as the channel says' : ours ? '' : ', told by the channel'}`
}

const by = ({ carrier, service, trackingNumber }: Shipment): string =>
  [carrier, service, trackingNumber].filter((text) => text !== undefined && text !== '').join(' ')

const details = (
  { at, trackingUrl, ours, events }: Shipment,
  connection: string,
  command: CommandRow | undefined,
): readonly string[] => {
  const last = events.at(-1)
  return [
    ...(at === undefined ? [] : [`left ${localTime(at)}`]),
    ...(last === undefined
      ? []
      : [
          `${localTime(last.at)} ${last.status.replaceAll('_', ' ')}${last.place === undefined ? '' : `, ${plain(last.place)}`}`,
        ]),
    ...(trackingUrl === undefined ? [] : [plain(trackingUrl)]),
    ...(ours && command !== undefined ? toldText(connection, command) : []),
  ]
}

/** What became of telling the channel; with the cure where a person must act. */
export const toldText = (
  connection: string,
  { state, receipt, error, dueAt, withdrawn, id }: CommandRow,
): readonly string[] => {
  if (withdrawn !== undefined) return [`${connection} was not told: ${plain(withdrawn)}`]
  if (state === 'done') {
    const ids = receipt?.externalIds ?? []
    return [`${connection} is told${ids.length === 0 ? '' : `, where it is ${plain(ids.join(', '))}`}`]
  }
  if (state === 'dead' || state === 'parked')
    return [
      `${connection} was NOT told: ${plain(error?.message ?? 'no reason is known')}`,
      `${error?.cure ?? ''} Then: crossdock replay ${id}`,
    ]
  if (error === undefined) return [`${connection} is not told yet`]
  return [
    `${connection} is not told yet: ${plain(error.message)}${dueAt === undefined ? '' : `; tried again ${localTime(dueAt)}`}`,
  ]
}
