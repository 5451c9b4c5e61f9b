import type { Placing } from '../../src/connector/contract.ts'
import { type Code, HubError } from '../../src/kernel/errors.ts'
import type { Json } from '../../src/kernel/json.ts'
import { checkerOf, faultText } from '../../src/kernel/schema.ts'
import { DirectOrder } from './payloads.ts'

const checker = checkerOf(DirectOrder)

/**
 * The order in a payload, held to its shape and to what a shape cannot say: ids of lines and payments differ, each line is named.
 * @throws `code` naming every field that is wrong
 */
export const readOrder = (payload: unknown, code: Code): DirectOrder => {
  if (!checker.is(payload)) {
    const faults = checker.faults(payload).slice(0, 20)
    const list = faults.map((fault) => `${fault.path === '' ? 'the order' : fault.path} ${faultText(fault)}`)
    throw new HubError(code, `the order does not have the shape of the direct door: ${list.join('; ')}`, { faults })
  }
  const faults = [
    ...twins('/lines', payload.lines),
    ...twins('/payments', payload.payments ?? []),
    ...payload.lines.flatMap((line, at) =>
      (line.title ?? line.sku ?? '') === ''
        ? [{ path: `/lines/${at}/title`, expected: 'must be given where there is no sku' }]
        : [],
    ),
  ]
  if (faults.length === 0) return payload
  throw new HubError(code, faults.map(({ path, expected }) => `${path} ${expected}`).join('; '), { faults })
}

interface Fault {
  readonly path: string
  readonly expected: string
}

const twins = (path: string, members: readonly { readonly id: string | number }[]): readonly Fault[] => {
  const places = new Map<string, number>()
  return members.flatMap(({ id }, at): readonly Fault[] => {
    const first = places.get(String(id))
    if (first === undefined) places.set(String(id), at)
    return first === undefined ? [] : [{ path: `${path}/${at}/id`, expected: `must differ from ${path}/${first}/id` }]
  })
}

/** External id and version: the same order in the same version is the same message, by whichever door it comes. */
export const identityOf = (payload: Json, code: Code): { readonly key: string; readonly order: string } => {
  const { externalId, version = 1 } = readOrder(payload, code)
  return { key: `${externalId}@${version}`, order: String(externalId) }
}

/** `POST /v1/orders`: the API key stands for the signature. */
export const placing: Placing = {
  topic: 'order',
  schema: DirectOrder,
  identify: (payload) => identityOf(payload, 'REQUEST_INVALID'),
}
