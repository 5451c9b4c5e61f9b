import { digest } from './digest.ts'

/** Ids are derived from what they name, so that doing a thing twice names it the same. */
export const orderIdOf = (connection: string, externalId: string): string => `ord_${digest(connection, externalId)}`

/** Of a message: the connection and the sender's own key of it. */
export const messageIdOf = (connection: string, key: string): string => `msg_${digest(connection, key)}`

/** Of a second body under a key that was seen before. */
export const otherBodyIdOf = (connection: string, key: string, body: string): string =>
  `msg_${digest(connection, key, body)}`

/** Of a command: what it does, where, and the key of the thing it is about. */
export const commandIdOf = (connection: string, name: string, key: string): string =>
  `cmd_${digest(connection, name, key)}`

/** Of a pull: the connection, what kind it is, and what tells it from others of the kind. */
export const pullIdOf = (connection: string, kind: string, key: string): string =>
  `pul_${digest(connection, kind, key)}`

/** Of an act a person enters: the order, who, and their Idempotency-Key (or a drawn one). */
export const actIdOf = (order: string, by: string, key: string): string => `act_${digest(order, by, key)}`
