import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { get } from '../../src/cli/demo-api.ts'
import { openDice } from '../../src/cli/dice.ts'
import { hostOtherSide } from '../../src/cli/sandbox.ts'
import type { SandboxQueueOptions } from '../../src/cli/sandbox-queue.ts'
import type { Sent } from '../../src/cli/sandbox-send.ts'
import { type MailboxAccount, openMailboxes } from '../../src/connector/mailbox.ts'
import type { SandboxPost } from '../../src/connector/sandbox.ts'
import { acmeQueued, queuedAccount, queueSecrets } from '../flow/acme-mailbox.ts'
import { openClock } from '../flow/kit.ts'
import { openPlayedQueue } from '../kit/queues.ts'

/** The sandbox's queue through the vendor's own client. */
const openClient = async (more: SandboxQueueOptions = {}) => {
  const clock = openClock()
  const queue = await openPlayedQueue({ now: () => clock.now().getTime(), ...more })
  const credentials = { accessKeyId: 'channel', secretAccessKey: 'channel' }
  const client = new SQSClient({ endpoint: queue.sandboxUrl, region: 'eu-west-1', credentials, maxAttempts: 1 })
  onTestFinished(queue.close)
  onTestFinished(() => client.destroy())
  const QueueUrl = queue.url
  const receive = async (more: { VisibilityTimeout?: number; MaxNumberOfMessages?: number } = {}) =>
    (await client.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? []
  return { clock, queue, client, QueueUrl, receive }
}

describe("the sandbox's queue", () => {
  it('hands a message out, hides it for its time, and hands it out again until it is removed', async () => {
    const { clock, client, QueueUrl, receive } = await openClient()
    const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'tea für zwei' }))

    const [first] = await receive({ VisibilityTimeout: 60 })
    expect(first).toMatchObject({ MessageId: sent.MessageId, Body: 'tea für zwei', MD5OfBody: sent.MD5OfMessageBody })
    clock.pass(59)
    expect(await receive()).toEqual([])
    clock.pass(1)
    const [again] = await receive()
    expect(again?.ReceiptHandle).not.toBe(first?.ReceiptHandle)
    const ReceiptHandle = again?.ReceiptHandle
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    clock.pass(60)
    expect(await receive()).toEqual([])
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  })

  it('is told to hide a message longer, or no more', async () => {
    const { client, QueueUrl, queue, receive } = await openClient()
    await queue.send('tea')
    const [message] = await receive()
    const ReceiptHandle = message?.ReceiptHandle

    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))

    expect(await receive()).toHaveLength(1)
  })

  it('hands out ten at most, and removes a batch, saying which it could not', async () => {
    const { client, QueueUrl, queue, receive } = await openClient()
    await queue.send(...Array.from({ length: 12 }, (_, at) => `cup ${at}`))
    const all = await receive({ MaxNumberOfMessages: 10 })
    const entries = all.slice(0, 2).map(({ ReceiptHandle }, at) => ({ Id: `e${at}`, ReceiptHandle }))

    const answer = await client.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [...entries, { Id: 'odd', ReceiptHandle: 'none' }] }),
    )

    expect(all).toHaveLength(10)
    expect(answer.Successful).toEqual([{ Id: 'e0' }, { Id: 'e1' }])
    expect(answer.Failed).toEqual([{ Id: 'odd', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }])
    expect(await queue.size()).toBe(10)
  })

  it('refuses by both names that the cloud gives a refusal', async () => {
    const { client, QueueUrl, receive } = await openClient()
    const refused = (work: Promise<unknown>) => expect(work).rejects

    await refused(receive({ MaxNumberOfMessages: 11 })).toMatchObject({ name: 'InvalidParameterValue' })
    await refused(client.send(new ReceiveMessageCommand({ QueueUrl: `${QueueUrl}-elsewhere` }))).toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    })
    await refused(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'none' }))).toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    })
    await refused(client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [] }))).toMatchObject({
      name: 'EmptyBatchRequest',
    })
  })

  it('tells its address by its name', async () => {
    const { client, QueueUrl } = await openClient()
    const QueueName = QueueUrl.split('/').at(-1)
    expect((await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toContain(`/${QueueName}`)
  })

  it('may hand out in any order, and once more after the removal, when it is told to be unruly', async () => {
    const { client, QueueUrl, queue, receive } = await openClient({ unruly: { dice: openDice(3), againPercent: 100 } })
    const bodies = ['1', '2', '3', '4', '5', '6']
    await queue.send(...bodies)
    const all = await receive({ MaxNumberOfMessages: 10 })

    for (const { ReceiptHandle } of all) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))

    expect(all.map(({ Body }) => Body)).not.toEqual(bodies)
    expect(all.map(({ Body }) => Body).toSorted()).toEqual(bodies)
    expect(await receive({ MaxNumberOfMessages: 10 })).toHaveLength(6)
  })
})

describe('a hosted other side that fills a queue', () => {
  const url = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders'
  const post = (body: string): SandboxPost => ({ path: '', headers: {}, body, note: 'order', queued: true })
  const connector: typeof acmeQueued = {
    ...acmeQueued,
    sandbox: {
      ...acmeQueued.sandbox,
      example: { settings: { queueUrl: url }, secrets: queueSecrets },
      start: () => 0,
      play: (state) => ({ state: Number(state) + 1, posts: [post(`tea ${Number(state)}`)] }),
    },
  }
  const hosted = async () => {
    const side = await hostOtherSide(connector, { port: 0, hook: 'http://127.0.0.1:9/none', seed: 7 })
    onTestFinished(side.close)
    const account: MailboxAccount = { ...queuedAccount(url), sandboxUrl: side.address }
    await fetch(`${side.address}/-/play`, { method: 'POST', body: '{"steps":20}' })
    return { account, at: side.address }
  }
  const signal = new AbortController().signal

  it('puts into its queue what is not to be posted, and is idle when all of it was fetched', async () => {
    const { account, at } = await hosted()
    const mailbox = openMailboxes({ waitSeconds: 0 })(account)
    const met: string[] = []

    for (let batch = await mailbox.receive(signal); batch.length > 0; batch = await mailbox.receive(signal)) {
      met.push(...batch.map(({ body }) => new TextDecoder().decode(body)))
      await mailbox.remove(batch, signal)
    }

    expect(await get(`${at}/-/idle`)).toEqual({ idle: true })
    expect(new Set(met).size).toBe(20)
    expect(met.length).toBeGreaterThan(20)
    const sent = await get<readonly Sent[]>(`${at}/-/sent`)
    expect(sent.filter(({ queued, status }) => queued === true && status === 200)).toHaveLength(20)
  })

  it('lets nobody else empty it', async () => {
    const { account } = await hosted()
    const stranger = { ...account, secrets: { ...queueSecrets, accessKeyId: ['AKIASTRANGER'] } }
    await expect(openMailboxes()(stranger).receive(signal)).rejects.toMatchObject({ code: 'CHANNEL_DENIED' })
  })
})
