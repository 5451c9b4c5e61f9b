import { randomUUID } from 'node:crypto'
import type { SandboxReply } from '../connector/sandbox.ts'
import { HubError } from '../kernel/errors.ts'
import { type Json, readJson } from '../kernel/json.ts'
import type { QueueCall, SandboxQueueOptions } from './sandbox-queue.ts'

/** A refusal by its two names: that of the JSON protocol, and the older one. `status`: 400 where absent. */
export interface Fault {
  readonly fault: string
  readonly older: string
  readonly status?: number
  readonly message?: string
}

/** The fields of a call, or of one entry of a batch. */
interface Fields {
  text(name: string): string
  /** @throws REQUEST_INVALID where it is outside its bounds, or missing without a usual value */
  number(name: string, bounds: { readonly least: number; readonly most: number; readonly usual?: number }): number
}

export interface Asked extends Fields {
  readonly action: string
  entries(): readonly Fields[]
}

/**
 * A call of AWS JSON 1.0: the action stands in a header, the fields in the body.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html (read 24 Nov 2026)
 */
export const askedOf = (
  { target, authorization, body }: QueueCall,
  { accessKeyId, name }: SandboxQueueOptions,
): Asked | Fault => {
  const key = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[a-z0-9-]+\/sqs\/aws4_request,/.exec(authorization)?.[1]
  if (key === undefined)
    return { fault: 'MissingAuthenticationToken', older: 'MissingAuthenticationToken', status: 403 }
  if (accessKeyId !== undefined && key !== accessKeyId) return strange
  const payload = readJson(body)
  const fields = fieldsOf(payload)
  const queue = fields.text('QueueUrl').split('/').at(-1) ?? ''
  if (name !== undefined && queue !== '' && queue !== name) return noQueue
  return {
    ...fields,
    action: /^AmazonSQS\.(\w+)$/.exec(target)?.[1] ?? '',
    entries: () => {
      const list = memberOf(payload, 'Entries')
      return Array.isArray(list) ? list.map(fieldsOf) : []
    },
  }
}

const strange: Fault = {
  fault: 'InvalidClientTokenId',
  older: 'InvalidClientTokenId',
  status: 403,
  message: 'The security token included in the request is invalid.',
}

const noQueue: Fault = {
  fault: 'QueueDoesNotExist',
  older: 'AWS.SimpleQueueService.NonExistentQueue',
  message: 'The specified queue does not exist.',
}

/** What a call that is not understood is answered. */
export const invalid = (message: string): Fault => ({
  fault: 'InvalidParameterValue',
  older: 'InvalidParameterValue',
  message,
})

const memberOf = (value: Json, name: string): Json | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? new Map(Object.entries(value)).get(name)
    : undefined

const fieldsOf = (payload: Json): Fields => ({
  text: (name) => {
    const value = memberOf(payload, name)
    return typeof value === 'string' ? value : ''
  },
  number: (name, { least, most, usual }) => {
    const value = memberOf(payload, name) ?? usual
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    throw new HubError(
      'REQUEST_INVALID',
      `Value ${value} for parameter ${name} is invalid. Must be ${least} to ${most}.`,
    )
  },
})

/**
 * The answer, or the refusal with both its names.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html (read 24 Nov 2026)
 */
export const replyOf = (answer: unknown): SandboxReply => {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() }
  if (!isFault(answer)) return { status: 200, headers, body: JSON.stringify(answer) }
  const { fault, older, status = 400, message = fault } = answer
  return {
    status,
    headers: { ...headers, 'x-amzn-query-error': `${older};Sender` },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${fault}`, message }),
  }
}

const isFault = (answer: unknown): answer is Fault =>
  typeof answer === 'object' && answer !== null && 'fault' in answer && 'older' in answer
