import type { SideSpec } from '../../src/cli/demo-stage.ts'
import { type Hosted, hostSandbox } from '../../src/cli/sandbox.ts'

interface Asked {
  readonly id: number
  readonly open?: SideSpec
  readonly close?: string
}

interface Said {
  readonly id: number
  readonly address?: string
  readonly error?: string
}

const hasId = (message: unknown): message is { readonly id: number } =>
  typeof message === 'object' && message !== null && 'id' in message
const isAsked = (message: unknown): message is Asked => hasId(message)
export const isSaid = (message: unknown): message is Said => hasId(message)

const hosted = new Map<string, Hosted>()

const answer = async ({ open, close = '' }: Asked): Promise<Omit<Said, 'id'>> => {
  if (open === undefined) {
    await hosted.get(close)?.close()
    hosted.delete(close)
    return {}
  }
  const side = await hostSandbox({ ...open, port: 0 })
  hosted.set(side.address, side)
  return { address: side.address }
}

// Loaded by who forks it too, who has nobody to answer.
process.on('message', (message) => {
  if (!isAsked(message)) return
  void answer(message)
    .catch((error: unknown) => ({ error: String(error) }))
    .then((said) => process.send?.({ id: message.id, ...said }))
})
