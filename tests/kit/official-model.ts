import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'

/** A call to the other side, as a vendor's model describes it. `body`: the JSON value, absent where there is none. */
export interface ModelCall {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What the other side answers to such a call. */
export interface ModelAnswer extends Pick<ModelCall, 'method' | 'path' | 'body'> {
  readonly status: number
}

/** A vendor's official model (Swagger 2.0 or OpenAPI 3.0) that calls and answers are held to. Empty: they hold. */
export interface OfficialModel {
  faultsOfRequest(call: ModelCall): readonly string[]
  faultsOfAnswer(answer: ModelAnswer): readonly string[]
}

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldsAt = (value: unknown, ...steps: readonly string[]): Fields => {
  const found = steps.reduce<unknown>((held, step) => (isFields(held) ? held[step] : undefined), value)
  return isFields(found) ? found : {}
}

/**
 * Reads a vendor's model. It is held strictly: a field that the model does not know is a fault too.
 * @throws where the file is no model
 */
export const openModel = (file: string): OfficialModel => {
  const model: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!isFields(model) || !isFields(model['paths'])) throw new Error(`${file} is no Swagger or OpenAPI model`)
  const ajv = formats.default(
    new Ajv({
      strict: false,
      allErrors: true,
      validateSchema: false,
      formats: { int32: true, double: true, float: true },
    }),
  )
  ajv.addSchema({ $id: 'model', ...closed(model) })
  const operations = operationsOf(model)
  const compiled = new Map<string, ValidateFunction>()
  const faultsOf = (pointer: string, value: unknown, what: string): readonly string[] => {
    const check = compiled.get(pointer) ?? ajv.compile({ $ref: `model#${pointer}` })
    compiled.set(pointer, check)
    if (check(value)) return []
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${what}${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
  return {
    faultsOfRequest: (call) => {
      const found = operations.find((one) => one.fits(call))
      if (found === undefined) return [`${call.method} ${call.path}: the model has no such operation`]
      return [
        ...parameterFaults(found, call, faultsOf),
        ...(found.body === undefined
          ? call.body === undefined
            ? []
            : [`${call.method} ${call.path}: the model has no body`]
          : faultsOf(found.body, call.body, 'body')),
      ]
    },
    faultsOfAnswer: (answer) => {
      const found = operations.find((one) => one.fits(answer))
      if (found === undefined) return [`${answer.method} ${answer.path}: the model has no such operation`]
      const pointer = found.answers[String(answer.status)]
      if (pointer === undefined) return [`${answer.method} ${answer.path}: the model knows no status ${answer.status}`]
      if (pointer === 'nothing')
        return answer.body === undefined ? [] : [`status ${answer.status}: the model has no body`]
      return faultsOf(pointer, answer.body, `answer ${answer.status} `)
    },
  }
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  /** Several values in one, with commas between. */
  readonly list: boolean
  readonly type: string
  readonly pointer: string
}

interface Operation {
  fits(call: Pick<ModelCall, 'method' | 'path'>): boolean
  readonly parameters: readonly Parameter[]
  readonly body?: string
  /** Where the schema of each status lies; 'nothing': it has no body. */
  readonly answers: Readonly<Record<string, string>>
}

const stepOf = (step: string): string => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))
const methods = ['get', 'post', 'put', 'patch', 'delete']

const operationsOf = (model: Fields): readonly Operation[] => {
  const prefix = typeof model['basePath'] === 'string' ? model['basePath'].replace(/\/$/, '') : ''
  const paths = Object.entries(fieldsAt(model, 'paths')).toSorted(([a], [b]) => variables(a) - variables(b))
  return paths.flatMap(([path, item]) =>
    methods
      .filter((method) => isFields(fieldsAt(item)[method]))
      .map((method): Operation => {
        const pattern = new RegExp(
          `^${`${prefix}${path}`.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`,
        )
        const at = `/paths/${stepOf(path)}/${method}`
        const operation = fieldsAt(item, method)
        const parameters = parametersOf(model, operation, at)
        const inBody = parameters.find((one) => one.in === 'body')?.pointer
        const body = 'requestBody' in operation ? schemaOf(operation['requestBody'], `${at}/requestBody`) : inBody
        return {
          fits: (call) => call.method.toLowerCase() === method && pattern.test(call.path),
          parameters: parameters.filter((one) => one.in === 'query'),
          ...(body === undefined || body === 'nothing' ? {} : { body }),
          answers: Object.fromEntries(
            Object.entries(fieldsAt(operation, 'responses')).map(([status, response]) => [
              status,
              schemaOf(response, `${at}/responses/${status}`),
            ]),
          ),
        }
      }),
  )
}

const variables = (path: string): number => path.split('{').length

const schemaOf = (holder: unknown, at: string): string => {
  if ('schema' in fieldsAt(holder)) return `${at}/schema`
  const [kind] = Object.keys(fieldsAt(holder, 'content'))
  return kind === undefined ? 'nothing' : `${at}/content/${stepOf(kind)}/schema`
}

const parametersOf = (model: Fields, operation: Fields, at: string): readonly Parameter[] => {
  const list: readonly unknown[] = Array.isArray(operation['parameters']) ? operation['parameters'] : []
  return list.filter(isFields).map((written, index) => {
    const ref = typeof written['$ref'] === 'string' ? written['$ref'].slice(2).split('/') : undefined
    const parameter = ref === undefined ? written : fieldsAt(model, ...ref)
    const place = ref === undefined ? `${at}/parameters/${index}` : `/${ref.map(stepOf).join('/')}`
    const inSchema = 'schema' in parameter
    const schema = inSchema ? fieldsAt(parameter, 'schema') : parameter
    return {
      name: String(parameter['name']),
      in: String(parameter['in']),
      required: parameter['required'] === true,
      list: schema['type'] === 'array',
      type: String(schema['type']),
      pointer: inSchema ? `${place}/schema` : place,
    }
  })
}

type FaultsOf = (pointer: string, value: unknown, what: string) => readonly string[]

const parameterFaults = (
  { parameters }: Operation,
  { query = {} }: ModelCall,
  faultsOf: FaultsOf,
): readonly string[] => [
  ...Object.keys(query)
    .filter((name) => !parameters.some((one) => one.name === name))
    .map((name) => `query ${name}: the model has no such parameter`),
  ...parameters.flatMap(({ name, required, list, type, pointer }) => {
    const came = query[name]
    if (came === undefined) return required ? [`query ${name} is missing`] : []
    return faultsOf(pointer, list ? came.split(',') : plain(type, came), `query ${name}`)
  }),
]

const plain = (type: string, came: string): unknown => {
  if (type === 'integer' || type === 'number') return came === '' ? came : Number(came)
  return type === 'boolean' ? { true: true, false: false }[came] : came
}

/**
 * The same model, where an object may only have the fields that it names, and examples are left out. A parameter's own `required`
 * and `in` are no part of a schema.
 */
const closed = (value: Fields): Fields => {
  // what stands beside a reference counts for nothing: OpenAPI 3.0, Reference Object
  if (typeof value['$ref'] === 'string') return { $ref: value['$ref'] }
  const entries = Object.entries(value)
    .filter(([name, held]) => !(name === 'example' || name === 'examples' || name.startsWith('x-')) || isSchema(held))
    .filter(([name, held]) => !(name === 'required' && typeof held === 'boolean'))
    .map(([name, held]): [string, unknown] => [name, closedValue(held)])
  const object = Object.fromEntries(entries)
  return isFields(object['properties']) && object['additionalProperties'] === undefined && !('allOf' in object)
    ? { ...object, additionalProperties: false }
    : object
}
const closedValue = (held: unknown): unknown =>
  Array.isArray(held) ? held.map(closedValue) : isFields(held) ? closed(held) : held
/** A property may be called `example`. */
const isSchema = (held: unknown): boolean => isFields(held) && (typeof held['type'] === 'string' || '$ref' in held)
