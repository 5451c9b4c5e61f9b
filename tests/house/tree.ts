import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Files of the project, tracked or not yet, relative to its root. */
export const files = (...patterns: readonly string[]): readonly string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...patterns], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '')

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

export interface Import {
  readonly from: string
  /** Relative to the root, or a package's name. */
  readonly to: string
  readonly typeOnly: boolean
}

const statement = /^(?:import|export)\s+(type\s+)?(?:[\s\S]*?\sfrom\s+)?'([^']+)'/gm

/** Every import of a file. */
export const importsOf = (path: string): readonly Import[] =>
  [...textOf(path).matchAll(statement)].map(([, type, to = '']) => ({
    from: path,
    to: to.startsWith('.') ? relative(root, join(root, dirname(path), to)) : to,
    typeOnly: type !== undefined,
  }))
