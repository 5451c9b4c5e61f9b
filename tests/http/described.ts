import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import { type Checker, checkerOf, Type } from '../../src/kernel/schema.ts'

interface Exchange {
  readonly method: string
  readonly url: string
  readonly status: number
  readonly body: unknown
}

const checkers = new WeakMap<App, Map<string, Checker<unknown> | undefined>>()

/** An answer of the API has one of the shapes that /openapi.json gives for it. */
export const expectAsDescribed = (app: App, { method, url, status, body }: Exchange): void => {
  const path = url.split('?', 1)[0] ?? ''
  if (!path.startsWith('/v1') || status === 404 || status === 405 || status === 204) return
  const name = `${method} ${path} ${status}`
  const held = checkers.get(app) ?? new Map<string, Checker<unknown> | undefined>()
  checkers.set(app, held)
  if (!held.has(name)) held.set(name, checkerFor(app.swagger(), { method, path, status }))
  const checker = held.get(name)
  expect(checker, `${name} is not in the description`).toBeDefined()
  expect(checker?.faults(body), name).toEqual([])
}

const checkerFor = (
  document: object,
  { method, path, status }: { readonly method: string; readonly path: string; readonly status: number },
): Checker<unknown> | undefined => {
  const paths = Object.entries(fieldsOf(fieldsOf(document)['paths']))
  const operations = paths
    .filter(([template]) => patternOf(template).test(path))
    .map(([, of]) => fieldsOf(of)[method.toLowerCase()])
  const content = fieldsOf(
    fieldsOf(fieldsOf(fieldsOf(operations.find(isFields))['responses'])[String(status)])['content'],
  )
  const [media] = Object.values(content)
  const schema = inlined(fieldsOf(media)['schema'], document)
  return isFields(schema) ? checkerOf(Type.Unsafe(schema)) : undefined
}

const patternOf = (template: string): RegExp => new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`)

/** The schema with each reference replaced by what it names. */
const inlined = (value: unknown, document: object): unknown => {
  if (Array.isArray(value)) return value.map((one) => inlined(one, document))
  if (!isFields(value)) return value
  const ref = value['$ref']
  if (typeof ref === 'string') {
    const held = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, step) => fieldsOf(at)[step], document)
    return inlined(held, document)
  }
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, inlined(held, document)]))
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldsOf = (value: unknown): Record<string, unknown> => (isFields(value) ? value : {})
