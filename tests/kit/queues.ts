import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { describe, inject } from 'vitest'
import { openSandboxQueue, type SandboxQueueOptions } from '../../src/cli/sandbox-queue.ts'
import { withServers } from './engines.ts'

/** A queue of a test's own, as its channel and its cloud see it. */
export interface TestQueue {
  /** As the connection's settings name it. */
  readonly url: string
  /** The loopback address that stands for the cloud. */
  readonly sandboxUrl: string
  send(...bodies: readonly string[]): Promise<void>
  /** How many lie in it, hidden ones too. */
  size(): Promise<number>
  close(): Promise<void>
}

type OpenQueue = (more?: SandboxQueueOptions) => Promise<TestQueue>

const urlOf = (name: string): string => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`

/** The sandbox's own queue, on a port. */
export const openPlayedQueue: OpenQueue = async (more = {}) => {
  const name = `orders-${randomUUID()}`
  const queue = openSandboxQueue({ name, ...more })
  const server = createServer(async (request, reply) => {
    const gone = new AbortController()
    reply.once('close', () => gone.abort())
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const { 'x-amz-target': target, authorization = '' } = request.headers
    const body = Buffer.concat(chunks)
    const answer = await queue.answer({ target: String(target), authorization, body, gone: gone.signal })
    reply.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: urlOf(name),
    sandboxUrl: `http://127.0.0.1:${port}`,
    send: async (...bodies) => {
      for (const body of bodies) void queue.put(body)
    },
    size: async () => queue.size(),
    close: async () => {
      queue.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A queue of moto's: another's word for how the cloud speaks. */
const openMotoQueue: OpenQueue = async () => {
  const endpoint = inject('servers').moto ?? ''
  const credentials = { accessKeyId: 'channel', secretAccessKey: 'channel' }
  const client = new SQSClient({ endpoint, region: 'eu-west-1', credentials })
  const name = `orders-${randomUUID()}`
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name }))
  return {
    url: urlOf(name),
    sandboxUrl: endpoint,
    send: async (...bodies) => {
      for (const MessageBody of bodies) await client.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    },
    size: async () => {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      )
      const { ApproximateNumberOfMessages: seen, ApproximateNumberOfMessagesNotVisible: hidden } = Attributes
      return Number(seen) + Number(hidden)
    },
    close: async () => {
      await client.send(new DeleteQueueCommand({ QueueUrl }))
      client.destroy()
    },
  }
}

/** Runs the same tests on the sandbox's queue, and on moto's where there is one. */
export const onEachQueue = (tests: (open: OpenQueue) => void): void => {
  describe("out of the sandbox's queue", () => tests(openPlayedQueue))
  withServers('moto')("out of moto's queue", () => tests(openMotoQueue))
}
