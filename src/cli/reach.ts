import { faultLine, inOrder } from '../../config/yaml.ts'
import { HubError } from '../kernel/errors.ts'
import type { Api } from './api.ts'
import { dataFolderOf } from './data-folder.ts'
import type { Checked, CliDeps } from './deps.ts'
import { openApi } from './open-api.ts'
import { counted } from './text.ts'
import { exits } from './verb.ts'

/** What a verb needs of the hub. */
export interface Need {
  /** It may send something to a channel: a sandbox in the config is then taken only where it was asked for. */
  readonly sends?: { readonly sandbox: boolean }
  /** It may begin the data where there are none yet. */
  readonly makes?: true
}

/**
 * Does a verb's work with the API of the hub that runs on the configured data, or of one in this process where none runs; what that
 * leaves undone is told, and then the verb has failed.
 * @throws CONFIG_INVALID with every fault, where no hub runs · STORE_LOCKED · NOT_FOUND there are no data yet
 */
export const withApi = async (
  deps: Pick<CliDeps, 'env' | 'readSetup' | 'openInProcess' | 'terminal'>,
  need: Need,
  work: (api: Api) => Promise<number>,
): Promise<number> => {
  const api = await openApi({
    folder: dataFolderOf(deps.env),
    openInProcess: async () => {
      const setup = await deps.readSetup(need.sends?.sandbox ?? true)
      refuseFaults(setup)
      return deps.openInProcess(setup, need.makes === true)
    },
  })
  let left = 0
  const settle = async (): Promise<number> => {
    left = await api.settle()
    return left
  }
  try {
    const exit = await work({ ...api, settle })
    if (left === 0) return exit
    deps.terminal.note(`crossdock: ${counted(left, 'piece')} of work could not be done yet\n  ${goesOn}`)
    return exits.failed
  } finally {
    await api.close()
  }
}

const goesOn = 'Start the hub with `crossdock start`: it goes on with them.'

/** @throws CONFIG_INVALID with every fault, a line each */
export const refuseFaults = ({ faults }: Pick<Checked, 'faults'>): void => {
  if (faults.length === 0) return
  const ordered = inOrder(faults)
  throw new HubError('CONFIG_INVALID', ordered.map(faultLine).join('\n'), { faults: ordered })
}
