import type { Connector } from './contract.ts'

/** Declares a connector: the one call in each `connectors/<id>/index.ts`. Settings are typed by their schema inside it. */
export const defineConnector = <Settings extends Readonly<Record<string, unknown>>>(
  connector: Connector<Settings>,
): Connector => connector
