import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Json, readJson } from '../../src/kernel/json.ts'

const root = process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures')

/** The published payloads of one channel, where they are; else it says in a line that its tests are skipped. */
export const corpusOf = (channel: string, connector: string) => {
  const folder = join(root, channel)
  const here = existsSync(folder)
  if (!here) process.stdout.write(`${connector} corpus: skipped, ${folder} is not there\n`)
  return { folder, here, read: (file: string): Json => readJson(readFileSync(join(folder, file))) }
}

/** A JSON object. */
export type Fields = { readonly [key: string]: Json }

export const isFields = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The objects of a list; none where it is no list. */
export const listOf = (value: Json | undefined): readonly Fields[] =>
  Array.isArray(value) ? value.filter(isFields) : []

/** What lies at a path of names and places. */
export const at = (value: Json | undefined, ...steps: readonly string[]): Json | undefined =>
  steps.reduce<Json | undefined>(
    (held, step) => (isFields(held) ? held[step] : Array.isArray(held) ? held[Number(step)] : undefined),
    value,
  )

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
