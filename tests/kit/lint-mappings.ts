import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileMappings } from '../../src/mapping/compile.ts'

/** Compiles every mapping of every connector and lists what is wrong, each with file and line. */
const root = join(import.meta.dirname, '../../mappings')
const folders = readdirSync(root).sort()
const faults = folders.flatMap((folder) => {
  const names = readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
  const files = names.map((name) => ({
    path: `mappings/${folder}/${name}`,
    text: readFileSync(join(root, folder, name), 'utf8'),
  }))
  return compileMappings(files).faults
})
for (const { file, line, sentence } of faults) process.stdout.write(`${file}:${line}: ${sentence}\n`)
process.stdout.write(
  faults.length === 0 ? `The mappings of ${folders.join(', ')} are fine.\n` : `${faults.length} faults.\n`,
)
process.exitCode = faults.length === 0 ? 0 : 1
