import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectors } from '../../connectors/index.ts'
import type { Connector } from '../../src/connector/contract.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import { readCases } from '../kit/cases.ts'
import { figure, median, type Row } from './rows.ts'

const root = join(import.meta.dirname, '../..')

/** Rounds, and how often an order is mapped in one of them. */
const sizes = { quick: { rounds: 3, times: 500 }, full: { rounds: 9, times: 3_000 } } as const

/** An order of several lines of each channel, mapped by its connector's own mapping: orders a second. */
export const mappingOfChannels = async (quick: boolean): Promise<readonly Row[]> =>
  connectors.map((connector) => rowOf(connector, sizes[quick ? 'quick' : 'full']))

const rowOf = (connector: Connector, { rounds, times }: (typeof sizes)['quick' | 'full']): Row => {
  const once = mapperOf(connector)
  const rates: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const start = performance.now()
    for (let time = 0; time < times; time += 1) once()
    // The first round warms it up.
    if (round > 0) rates.push((times * 1000) / (performance.now() - start))
  }
  return {
    name: `mapping.${connector.id}`,
    value: median(rates),
    unit: 'orders/s',
    better: 'more',
    detail: `an order of several lines, ${figure(1e6 / median(rates))} µs`,
  }
}

const mapperOf = ({ id, topics, sandbox }: Connector): (() => unknown) => {
  const folder = join(root, 'mappings', id)
  const files = readdirSync(folder).map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') }))
  const found = readCases(join(root, 'tests/cases', id)).find(({ name }) => name === 'several-lines')
  const topic = topics[found?.topic ?? '']
  if (found === undefined || topic === undefined || !('maps' in topic))
    throw new Error(`${id} has no case of several lines`)
  const mapping = compileMappings(files).mappings.get(topic.maps)
  if (mapping === undefined) throw new Error(`${id} has no mapping ${topic.maps}`)
  const { given, headers = {}, settings = sandbox.example.settings, timezone = 'UTC' } = found
  return () => {
    const mapped = mapping.apply({ payload: topic.prepare?.(given) ?? given, headers, settings, timezone })
    if (mapped.kind !== 'snapshot') throw new Error(`the case of ${id} is mapped to ${mapped.kind}`)
    return mapped
  }
}
