import { join } from 'node:path'
import type { Topic } from '../../src/connector/contract.ts'
import { differencesOf, type NamedCase, readCases } from './cases.ts'
import type { Bench } from './prove-connector-bench.ts'
import type { Rule } from './prove-connector-options.ts'

/** Cases that every connector has for what it maps; a file's name is one of these, or ends in it: `order-one-line.json`. */
export const usualCases = [
  'one-line',
  'several-lines',
  'discount-tax-shipping',
  'missing-optional',
  'missing-required',
  'cancelled',
] as const

/** What holds for the translations of a connector that has any. */
export const mappingRules = (bench: Bench): readonly Rule[] => {
  const wanted = [...new Set(Object.values(bench.connector.topics).flatMap(mappingOf))]
  if (wanted.length === 0) return []
  const cases = (): readonly NamedCase[] => readCases(join(bench.root, 'tests/cases', bench.connector.id))
  return [
    {
      name: 'its mappings compile',
      check: () => none(bench.mappings().faults.map(({ file, line, sentence }) => `${file}:${line}: ${sentence}`)),
    },
    {
      name: 'every topic has its mapping',
      check: () =>
        none(
          wanted
            .filter((name) => !bench.mappings().mappings.has(name))
            .map((name) => `there is no ${fileOf(bench, name)}`),
        ),
    },
    {
      name: 'no mapping is orphaned',
      check: () => none(orphans(bench, wanted).map((name) => `no topic maps by ${fileOf(bench, name)}`)),
    },
    ...[...usualCases, ...(bench.options.cases ?? [])].map((name) => ({
      name: `there is a case ${name}`,
      check: () =>
        none(cases().some((one) => isNamed(one, name)) ? [] : [`write tests/cases/${bench.connector.id}/${name}.json`]),
    })),
    {
      name: 'every mapping has a case',
      check: () =>
        none(untried(bench, wanted, cases()).map((name) => `no case has a topic that maps by ${fileOf(bench, name)}`)),
    },
    { name: 'every case holds', check: () => none(cases().flatMap((one) => run(bench, one))) },
  ]
}

const none = (faults: readonly string[]): void => {
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

const fileOf = ({ connector }: Bench, name: string): string => `mappings/${connector.id}/${name}.yaml`

const mappingOf = (topic: Topic | undefined): readonly string[] =>
  topic !== undefined && 'maps' in topic ? [topic.maps] : []

const isNamed = ({ name }: NamedCase, wanted: string): boolean => name === wanted || name.endsWith(`-${wanted}`)

const orphans = (bench: Bench, wanted: readonly string[]): readonly string[] =>
  [...bench.mappings().mappings.keys()].filter(
    (name) =>
      !wanted.includes(name) && !bench.files().some(({ text }) => new RegExp(`\\buse:?\\s+${name}\\b`).test(text)),
  )

const untried = ({ connector }: Bench, wanted: readonly string[], cases: readonly NamedCase[]): readonly string[] => {
  const tried = cases.flatMap(({ topic }) => mappingOf(connector.topics[topic]))
  return wanted.filter((name) => !tried.includes(name))
}

const run = (bench: Bench, one: NamedCase): readonly string[] => {
  const { name, why, topic, given, headers, settings, timezone, observed } = one
  const around = {
    ...(headers === undefined ? {} : { headers }),
    ...(settings === undefined ? {} : { settings: { ...bench.account.settings, ...settings } }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(observed === undefined ? {} : { observed }),
  }
  return differencesOf(one, () => bench.map(topic, given, around)).map((difference) => `${name} (${why}) ${difference}`)
}
