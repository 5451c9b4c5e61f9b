import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../kernel/errors.ts'
import type { CliDeps } from './deps.ts'
import { hostSandbox, type SandboxOptions } from './sandbox.ts'
import { exits } from './verb.ts'

export interface SandboxVerbOptions extends SandboxOptions {
  /** Happenings a second that it plays by itself. */
  readonly rate?: number
}

/** Hosts a connector's other side until it is told to stop. */
export const playSandbox = async (
  { terminal, stopped }: Pick<CliDeps, 'terminal' | 'stopped'>,
  { rate, ...options }: SandboxVerbOptions,
): Promise<number> => {
  if (!/^https?:$/.test(URL.parse(options.hook)?.protocol ?? ''))
    throw new HubError('USAGE', `expected --hook as http://127.0.0.1:8080/webhooks/CONNECTION, got "${options.hook}"`)
  const side = await hostSandbox(options)
  const end = stopped()
  terminal.say(
    [
      `The other side of ${options.connector} listens on ${side.address}`,
      `  Its messages go to ${options.hook}`,
      `  POST ${side.address}/-/play {"steps":1}   plays happenings`,
      `  GET  ${side.address}/-/books              its own books`,
      `  GET  ${side.address}/-/sent               what it sent, and how that was answered`,
      'Ctrl-C ends it.',
    ].join('\n'),
  )
  try {
    await (rate === undefined ? end : playOn(side.address, rate, end))
  } finally {
    await side.close()
  }
  return exits.done
}

const playOn = async (address: string, rate: number, end: Promise<string>): Promise<void> => {
  let open = true
  void end.then(() => {
    open = false
  })
  while (open) {
    await fetch(`${address}/-/play`, { method: 'POST', body: JSON.stringify({ steps: 1 }) }).then((answer) =>
      answer.arrayBuffer(),
    )
    await Promise.race([sleep(1000 / rate), end])
  }
}
