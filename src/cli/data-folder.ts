import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { configFileOf, type Lying, withEnvironment } from '../../config/environment.ts'
import { readConfig } from '../../config/read.ts'

/**
 * Where the data lie, by config and environment alone: enough to find a hub that runs on them, and much quicker than to check
 * connections and mappings. What is faulty counts as not said: the hub that runs was started without a fault.
 */
export const dataFolderOf = (env: Readonly<Record<string, string | undefined>>): string => {
  const { file } = configFileOf(env, lies)
  const files = [join(import.meta.dirname, '../../config/default.yaml'), ...(file === undefined ? [] : [file])]
  const read = readConfig(files.map((name) => ({ file: name, text: readFileSync(name, 'utf8') })))
  return withEnvironment(read.config, env).config.data.folder
}

/** What lies at a path of this machine. */
export const lies = (path: string): Lying => {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  return found.isDirectory() ? 'folder' : 'file'
}
