import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from './house.ts'
import { inLanes } from './lanes.ts'
import { faults } from './rows.ts'
import { type Sabotage, sabotages } from './sabotages.ts'

const root = join(import.meta.dirname, '../..')

/** Text of a file with its line disabled. @throws Error where the line is not there once: the table is stale */
export const disabled = ({ name, file, from, to }: Sabotage): string => {
  const text = readFileSync(join(root, file), 'utf8')
  if (text.split(from).length !== 2) throw new Error(`sabotage ${name}: ${file} has not exactly one "${from}"`)
  return text.replace(from, () => to)
}

export interface SabotageDeps {
  say(text: string): void
  wrong(sentence: string): never
  readonly engines: readonly Engine[]
}

/** Tries each sabotage in a copy of the checkout: its row must fail. @returns the exit code */
export const trySabotage = async (name: string, { say, wrong, engines }: SabotageDeps): Promise<number> => {
  const chosen = sabotages.filter((one) => (name === 'all' || one.name === name) && engines.includes(one.engine))
  if (chosen.length === 0) return wrong(`there is no sabotage "${name}"`)
  let failed = 0
  const rows = chosen.flatMap((sabotage) =>
    faults.filter((row) => row.name === sabotage.fault).map((fault) => ({ sabotage, fault })),
  )
  await inLanes(rows, async ({ sabotage }) => {
    const { code, text } = await runCopy(sabotage)
    const bit = code === 1 && text.includes('FAILS')
    if (!bit) failed += 1
    say(`${bit ? 'bites ' : 'SILENT'} ${sabotage.name.padEnd(24)} ${sabotage.fault} on ${sabotage.engine}`)
    if (!bit) say(text)
  })
  say(`\n${chosen.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

const copied = ['bin', 'config', 'connectors', 'mappings', 'src', 'tests', 'workers', 'package.json']

const runCopy = async (sabotage: Sabotage): Promise<{ readonly code: number | null; readonly text: string }> => {
  const copy = mkdtempSync(join(tmpdir(), 'crossdock-sabotage-'))
  try {
    for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    writeFileSync(join(copy, sabotage.file), disabled(sabotage))
    const words = ['tests/faults/main.ts', '--only', sabotage.fault, '--engine', sabotage.engine]
    return await run(copy, words)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

const run = (cwd: string, words: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
    })
    child.once('error', reject)
    child.once('exit', (code) => resolve({ code, text }))
  })
