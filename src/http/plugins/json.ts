import { HubError } from '../../kernel/errors.ts'
import { readJson } from '../../kernel/json.ts'
import { checkerOf, type Fault, faultText, type TSchema, Type } from '../../kernel/schema.ts'
import type { App } from '../deps.ts'

/** Bodies come as bytes; what they are is for the routes to say. */
export const takeBytes = (app: App): void => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** Bodies are JSON, read strictly and exactly; a route that may do without a body is handed an empty object. */
export const takeJson = (app: App): void => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(/^application\/([\w.-]+\+)?json\b/, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, typeof body === 'string' || body.length === 0 ? undefined : readJson(body))
    } catch (error) {
      done(error instanceof Error ? error : new HubError('UNEXPECTED', 'the body could not be read'))
    }
  })
  app.addHook('onRequest', (request, _reply, done) => done(compressed(request.headers['content-encoding'])))
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {}
    done()
  })
}

/** @returns the refusal of a body that is compressed */
export const compressed = (encoding: string | undefined): HubError | undefined =>
  encoding === undefined || encoding === 'identity'
    ? undefined
    : new HubError('BODY_COMPRESSED', `expected the body as it is, got Content-Encoding: ${encoding.slice(0, 40)}`)

const unused = (): never => {
  throw new HubError('UNEXPECTED', 'the server wants a compiler of its own')
}

/** For the making of a server that is then told `useChecker`: it loads no compilers of its own. */
export const noCompilers = { compilersFactory: { buildSerializer: unused, buildValidator: unused } }

/** Checks requests with the program's own checker, so that faults read the same everywhere; answers are not checked again. */
export const useChecker = (app: App): void => {
  app.setSerializerCompiler(() => JSON.stringify)
  app.setValidatorCompiler<TSchema>(({ schema, httpPart = 'body' }) => {
    const checker = checkerOf(schema)
    const integers = httpPart === 'body' ? [] : integersOf(schema)
    return (given: unknown) => {
      const value = withIntegers(given, integers)
      if (checker.is(value)) return { value }
      return { error: invalid(httpPart, checker.faults(value)) }
    }
  })
}

/** The fields that are whole numbers. */
const integersOf = (schema: TSchema): readonly string[] =>
  Type.IsObject(schema) ? Object.keys(schema.properties).filter((name) => Type.IsInteger(schema.properties[name])) : []

/** Queries, addresses and headers are text: what is written as a whole number is read as one where one is expected. */
const withIntegers = (given: unknown, integers: readonly string[]): unknown => {
  if (integers.length === 0 || typeof given !== 'object' || given === null) return given
  const read = Object.entries(given).map(([name, text]) =>
    integers.includes(name) && typeof text === 'string' && /^-?\d{1,15}$/.test(text)
      ? [name, Number(text)]
      : [name, text],
  )
  return Object.fromEntries(read)
}

const parts: Readonly<Record<string, string>> = {
  body: 'the body',
  querystring: 'the query',
  params: 'the address',
  headers: 'the headers',
}

const invalid = (part: string, all: readonly Fault[]): HubError => {
  const faults = all.slice(0, 20)
  const where = parts[part] ?? part
  const list = faults.map(
    (fault) => `${fault.path === '' ? where : fault.path.slice(1).replaceAll('/', '.')} ${faultText(fault)}`,
  )
  return new HubError('REQUEST_INVALID', list.join('; '), { in: part, faults })
}
