import type { CommandName, Receipt } from '../canonical/commands.ts'
import type { Asked, Page, PageWanted } from '../connector/carry.ts'
import type { Account } from './account.ts'

/** One command on its way. `command` is its id: idempotency key and reference on the other side. */
export interface Errand {
  readonly name: CommandName
  readonly wish: Readonly<Record<string, unknown>>
  readonly command: string
  readonly now: Date
}

/** What push needs of the outside: carry a command out, ask for an order, read a page of a list. All within the connection's budget. */
export interface Carrier {
  carry(account: Account, errand: Errand): Promise<Receipt>
  ask(account: Account, subject: string): Promise<Asked>
  list(account: Account, wanted: PageWanted): Promise<Page>
}
