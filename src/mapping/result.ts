import { type Mapped, mappedSchemas } from '../canonical/telling.ts'
import { HubError } from '../kernel/errors.ts'
import { type Checker, checkerOf, type Fault } from '../kernel/schema.ts'
import { shown } from './fail.ts'
import { type Compiled, isKeyed, type Value } from './grammar.ts'

const checkers: ReadonlyMap<string, Checker<Mapped>> = new Map<string, Checker<Mapped>>(
  Object.entries(mappedSchemas).map(([kind, schema]) => [kind, checkerOf(schema)]),
)

/** Holds what a mapping gave to the canonical schema of its kind. @throws MAPPING_FAILED naming the line and the path in the result */
export const checkResult = (give: Compiled, value: Value): Mapped => {
  const kind = isKeyed(value) ? value['kind'] : undefined
  const checker = checkers.get(String(kind))
  if (checker === undefined)
    throw broken(give, value, { path: '/kind', expected: `must be one of ${[...checkers.keys()].join(', ')}` })
  if (checker.is(value)) return value
  const [fault = { path: '', expected: 'must be whole' }] = checker.faults(value)
  throw broken(give, value, fault)
}

const broken = (give: Compiled, value: Value, { path, expected }: Fault): HubError => {
  const steps = path.split('/').slice(1)
  const { file, line } = sourceOf(give, steps) ?? give
  const came = shown(steps.reduce<Value>((held, step) => (isKeyed(held) ? held[step] : undefined), value))
  const place = steps.length === 0 ? 'the result' : steps.join('.')
  return new HubError('MAPPING_FAILED', `${file}:${line}: ${place} of the result ${expected}, got ${came}`, {
    file,
    line,
    path: place,
    came,
  })
}

/** The expression that made a part of the result, as far as the way leads there. */
const sourceOf = (compiled: Compiled, steps: readonly string[]): Compiled | undefined => {
  const [step, ...others] = steps
  if (step === undefined) return compiled
  const field = compiled.fields?.get(step)
  if (field !== undefined) return sourceOf(field, others) ?? field
  for (const part of compiled.parts ?? []) {
    const found = sourceOf(part, steps)
    if (found !== undefined) return found
  }
  return /^\d+$/.test(step) && others.length > 0 ? sourceOf(compiled, others) : undefined
}
