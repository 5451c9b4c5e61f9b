import { isMap, isSeq, type Node } from 'yaml'
import type { Fault } from '../kernel/schema.ts'
import { didYouMean } from '../kernel/suggest.ts'
import { type Env, emptyAt, faultAt, type Make, type Variable } from './env.ts'
import {
  type Args,
  type Binding,
  type Compiled,
  Expressions,
  type Operator,
  type Program,
  type Site,
  type Table,
} from './grammar.ts'
import { checkOf } from './operators.ts'
import { surroundings } from './path.ts'
import { isNode, membersOf } from './read.ts'
import { unquoted } from './scalar.ts'

/** Where an argument comes from: a node of the file, the words after a pipe's operator, or what is piped in. */
export type Source =
  | { readonly node: Node | undefined }
  | { readonly words: readonly string[] }
  | { readonly compiled: Compiled }

export type Sources = Readonly<Record<string, Source>>

interface Place {
  readonly env: Env
  readonly site: Site
  readonly make: Make
}

/** The arguments of one use of an operator, checked against its row; `parts` gathers the expressions as they are taken, `used` those of other mappings. */
export const argsOf = (
  operator: Operator,
  sources: Sources,
  place: Place,
): { readonly args: Args; readonly parts: readonly Compiled[]; readonly used: readonly Compiled[] } => {
  const { env, site } = place
  lint(operator, sources, place)
  const parts: Compiled[] = []
  const used: Compiled[] = []
  const keep = (compiled: Compiled): Compiled => {
    parts.push(compiled)
    return compiled
  }
  const inner: Place = { ...place, env: { ...env, depth: env.depth + 1 } }
  const text = (name: string, otherwise: string): string => plainOf(sources[name]) ?? otherwise
  const args: Args = {
    ...site,
    has: (name) => sources[name] !== undefined,
    here: (name) => keep(compileSource(sources[name], place)),
    inside: (name) => keep(compileSource(sources[name], inner)),
    list: (name) => listOf(sources[name], place).map(keep),
    text,
    currency: () => (sources['in'] === undefined ? nearestCurrency(place) : compileSource(sources['in'], place)),
    bindings: (name, body) => {
      const bound = bind(sources[name], place)
      return { slots: bound.slots, give: keep(compileSource(sources[body], { ...place, env: bound.env })) }
    },
    table: (name): Table => env.folder.table(text(name, ''), site) ?? { name: '', rows: new Map(), otherwise: null },
    mapping: (name): Program => {
      const program = env.folder.program(text(name, ''), site) ?? { give: emptyAt(site), slots: 0 }
      used.push(program.give)
      return program
    },
  }
  return { args, parts, used }
}

const plainOf = (source: Source | undefined): string | undefined => {
  if (source === undefined || 'compiled' in source) return undefined
  if ('words' in source) return unquoted(source.words[0] ?? '')
  const held: unknown = source.node?.toJSON()
  return typeof held === 'string' ? held : undefined
}

const compileSource = (source: Source | undefined, { env, site, make }: Place): Compiled => {
  if (source === undefined) return emptyAt(site)
  if ('compiled' in source) return source.compiled
  return 'words' in source ? make.word(source.words[0] ?? '', env, site) : make.node(source.node, env)
}

const listOf = (source: Source | undefined, place: Place): readonly Compiled[] => {
  const { env, site, make } = place
  if (source !== undefined && 'words' in source) return source.words.map((word) => make.word(word, env, site))
  if (source === undefined || 'compiled' in source || !isSeq(source.node)) return [compileSource(source, place)]
  return source.node.items.map((item) => make.node(isNode(item) ? item : undefined, env))
}

const nearestCurrency = ({ env, site, make }: Place): Compiled =>
  env.names.has('currency')
    ? make.word('$currency', env, site)
    : faultAt(env, site, 'an amount has no currency here: name it with `in`, or bind `currency` in a let')

/** Binds names in order: each sees those before it. */
const bind = (
  source: Source | undefined,
  { env, make }: Place,
): { readonly env: Env; readonly slots: readonly Binding[] } => {
  const node = source !== undefined && 'node' in source ? source.node : undefined
  const names = new Map<string, Variable>(env.names)
  const slots: Binding[] = []
  const within: Env = { ...env, names }
  for (const { name, key, value } of isMap(node) ? membersOf(node) : []) {
    const line = env.lineOf(key)
    if (name in surroundings)
      faultAt(env, { file: env.file, line }, `$${name} has a meaning of its own; choose another name`)
    const compiled = make.node(value, within)
    const slot = env.frame.slots
    env.frame.slots += 1
    names.set(name, { slot, depth: env.depth, value: compiled })
    slots.push({ slot, value: compiled })
  }
  return { env: within, slots }
}

const lint = (operator: Operator, sources: Sources, { env, site }: Place): void => {
  const given: Record<string, unknown> = {}
  for (const [name, source] of Object.entries(sources)) given[name] = shapeOf(source, operator, name)
  for (const fault of checkOf(operator).faults(given)) {
    const source = sources[fault.path.split('/')[1] ?? '']
    const node = source !== undefined && 'node' in source ? source.node : undefined
    faultAt(
      env,
      { file: site.file, line: node === undefined ? site.line : env.lineOf(node) },
      sentenceOf(operator, fault),
    )
  }
}

/** What lint sees of an argument: a node as its plain value, words as text. */
const shapeOf = (source: Source, { args, pipe }: Operator, name: string): unknown => {
  if ('node' in source) return source.node?.toJSON() ?? null
  if ('words' in source) return pipe?.rest === true ? source.words : unquoted(source.words[0] ?? '')
  return args[name] === Expressions ? ['piped'] : 'piped'
}

const sentenceOf = ({ name, args }: Operator, { path, expected }: Fault): string => {
  const [, verb, argument = ''] = /^must (not have|have) the field "(.*?)"/.exec(expected) ?? []
  if (verb === 'have') return `${name} needs the argument ${JSON.stringify(argument)}`
  if (verb !== undefined)
    return `${name} has no argument ${JSON.stringify(argument)}${didYouMean(argument, Object.keys(args))}`
  return `${name}${path === '' ? '' : `: ${path.slice(1)}`} ${expected}`
}
