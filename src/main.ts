import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CliDeps } from './cli/deps.ts'
import { runProgram } from './cli/program.ts'
import { openTerminal } from './cli/terminal.ts'

/** For what was said last to be written. */
const lastWordsMs = 50

const checkout = join(import.meta.dirname, '..')

/** The command line: the words after the program's name; resolves with the exit code. What a verb needs is loaded when it asks. */
export const main = (argv: readonly string[]): Promise<number> => {
  const { stdout, stderr, env } = process
  const version = versionOf(readFileSync(join(checkout, 'package.json'), 'utf8'))
  const deps: CliDeps = {
    terminal: openTerminal({ stdout, stderr, env }),
    env,
    now: () => new Date(),
    version,
    program: join(checkout, 'bin/crossdock.js'),
    connectors: async () => (await import('./wire.ts')).allConnectors,
    compile: async (connector) => {
      const [{ mappingFilesOf }, { compileMappings }] = await Promise.all([
        import('./setup.ts'),
        import('./mapping/compile.ts'),
      ])
      return compileMappings(mappingFilesOf(connector))
    },
    readSetup: async (sandbox) => (await import('./wire.ts')).setUp({ env, sandbox }),
    openServer: async (setup, part) => (await import('./serve.ts')).openServer(setup, version, part),
    openInProcess: async (setup, make) => (await import('./serve.ts')).openInProcess(setup, version, make),
    upkeep: () => import('./upkeep.ts'),
    stopped: untilStopped,
    leave: () => void setTimeout(() => process.exit(), lastWordsMs).unref(),
    standardInput: async () => {
      const pieces: Buffer[] = []
      for await (const piece of process.stdin) pieces.push(Buffer.from(piece))
      return Buffer.concat(pieces)
    },
  }
  return runProgram(deps, argv)
}

const versionOf = (manifest: string): string => {
  const read: unknown = JSON.parse(manifest)
  return typeof read === 'object' && read !== null && 'version' in read ? String(read.version) : 'unknown'
}

/** The first signal asks; who sends a second one does not want to wait. */
const untilStopped = (): Promise<string> =>
  new Promise((resolve) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(1)
        asked = true
        resolve(signal)
      })
    }
  })
