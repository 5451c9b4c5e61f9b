import nock from 'nock'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { mailboxFaults, openMailboxes } from '../../../src/connector/mailbox.ts'
import { acmeQueued, queuedAccount } from '../../flow/acme-mailbox.ts'
import { errorOf } from '../../kit/prove-connector-outside.ts'
import { openPlayedQueue } from '../../kit/queues.ts'

const host = 'https://sqs.eu-west-1.amazonaws.com'
const url = `${host}/123456789012/orders`
const never = new AbortController().signal

const receiveFrom = (queueUrl: string, signal = never) => openMailboxes()(queuedAccount(queueUrl)).receive(signal)

/** The cloud as it answers one call. */
const cloud = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
  nock(host)
    .post('/')
    .reply(status, JSON.stringify(body), { 'content-type': 'application/x-amz-json-1.0', ...headers })
}

const refusedAs = (type: string, older?: string) =>
  [
    400,
    { __type: `com.amazonaws.sqs#${type}`, message: 'As the cloud says it.' },
    older === undefined ? {} : { 'x-amzn-query-error': `${older};Sender` },
  ] as const

afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})

describe('the queue in the cloud', () => {
  it('is asked for ten messages with a long wait, under our own key whatever the environment says', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAENVIRONMENT'
    process.env['AWS_SECRET_ACCESS_KEY'] = 'another'
    process.env['AWS_ENDPOINT_URL'] = 'https://elsewhere.example'
    onTestFinished(() => {
      for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ENDPOINT_URL']) delete process.env[name]
    })
    nock(host, {
      reqheaders: {
        'x-amz-target': 'AmazonSQS.ReceiveMessage',
        'content-type': 'application/x-amz-json-1.0',
        authorization:
          /^AWS4-HMAC-SHA256 Credential=AKIACORNERSHOP\/\d{8}\/eu-west-1\/sqs\/aws4_request, .*Signature=[0-9a-f]{64}$/,
      },
    })
      .post('/', { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 20, VisibilityTimeout: 60 })
      .reply(200, {
        Messages: [{ MessageId: 'a', ReceiptHandle: 'r', Body: 'tea', MD5OfBody: '7239ea2b5dc943f61f3c0a0276c20974' }],
      })

    const [message] = await receiveFrom(url)

    expect(message).toMatchObject({ id: 'a', receipt: 'r' })
    expect(new TextDecoder().decode(message?.body)).toBe('tea')
  })

  it('removes by receipt, and says what it could not remove', async () => {
    const [one, two] = ['1', '2'].map((name) => ({ id: name, receipt: `r-${name}`, body: new Uint8Array() }))
    if (one === undefined || two === undefined) throw new Error('two messages')
    nock(host, { reqheaders: { 'x-amz-target': 'AmazonSQS.DeleteMessageBatch' } })
      .post('/', {
        QueueUrl: url,
        Entries: [
          { Id: '0', ReceiptHandle: 'r-1' },
          { Id: '1', ReceiptHandle: 'r-2' },
        ],
      })
      .reply(200, {
        Successful: [{ Id: '0' }],
        Failed: [{ Id: '1', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }],
      })

    expect(await openMailboxes()(queuedAccount(url)).remove([one, two], never)).toEqual([two])
  })

  it.each([
    ['http://sqs.eu-west-1.amazonaws.com/1/orders'],
    ['https://sqs.eu-west-1.amazonaws.com.example/1/orders'],
    ['https://amazonaws.com/1/orders'],
    ['https://sqs.eu-west-1.amazonaws.com:8443/1/orders'],
    ['https://me:you@sqs.eu-west-1.amazonaws.com/1/orders'],
    ['https://127.0.0.1/1/orders'],
    ['no address'],
  ])('is not called at %s', async (address) => {
    expect((await errorOf(() => receiveFrom(address))).code).toBe('HOST_REFUSED')
    expect(mailboxFaults(acmeQueued, { queueUrl: address })).toEqual([expect.stringContaining('must be https')])
  })

  it('is found faulty before the start where it is not called, and only there', () => {
    expect(mailboxFaults(acmeQueued, { queueUrl: url })).toEqual([])
    expect(mailboxFaults(acmeQueued, {})).toEqual([])
  })

  it('is not called at a sandbox that is not on this machine', async () => {
    const account = queuedAccount(url, { sandboxUrl: 'http://sandbox.example' })
    expect((await errorOf(() => openMailboxes()(account).receive(never))).code).toBe('HOST_REFUSED')
  })

  it.each([
    ['CHANNEL_SLOW_DOWN', ...refusedAs('RequestThrottled', 'RequestThrottled')],
    ['CHANNEL_SLOW_DOWN', ...refusedAs('OverLimit', 'OverLimit')],
    ['CHANNEL_SLOW_DOWN', ...refusedAs('ThrottlingException')],
    ['CONNECTION_STOPPED', ...refusedAs('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue')],
    ['CHANNEL_DENIED', ...refusedAs('AccessDeniedException', 'AccessDenied')],
    ['CHANNEL_DENIED', ...refusedAs('InvalidSignatureException')],
    ['CHANNEL_DENIED', ...refusedAs('KmsAccessDenied', 'KMS.AccessDeniedException')],
    ['CHANNEL_DENIED', 403, { message: 'Forbidden' }, {}],
    ['CHANNEL_REFUSED', ...refusedAs('InvalidParameterValueException')],
    ['CHANNEL_AWAY', 500, { __type: 'InternalFailure', message: 'sorry' }, {}],
    ['CHANNEL_AWAY', 503, 'no JSON', {}],
  ])('is understood as %s where it answers %i %o', async (code, status, body, headers) => {
    cloud(status, body, headers)
    expect((await errorOf(() => receiveFrom(url))).code).toBe(code)
  })

  it('is called once: the time of the next call is ours to choose', async () => {
    cloud(500, { message: 'sorry' })
    expect((await errorOf(() => receiveFrom(url))).message).toContain('sqs.eu-west-1.amazonaws.com answered 500')
  })

  it('is not away for good where only our clock is wrong: the next call goes by its clock', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString()
    const [status, body] = refusedAs('InvalidSignatureException')
    cloud(status, body, { date })
    const mailbox = openMailboxes()(queuedAccount(url))
    expect((await errorOf(() => mailbox.receive(never))).code).toBe('CHANNEL_AWAY')
    cloud(status, body, { date })
    expect((await errorOf(() => mailbox.receive(never))).code).toBe('CHANNEL_DENIED')
  })

  it('tells nothing secret', async () => {
    cloud(400, { __type: 'AccessDenied', message: 'AKIACORNERSHOP may not, with open sesame, read this' })
    expect(JSON.stringify(await errorOf(() => receiveFrom(url)))).not.toMatch(/AKIA|sesame/)
  })

  it('whose message is not whole gives none', async () => {
    cloud(200, { Messages: [{ MessageId: 'a', ReceiptHandle: 'r', Body: 'tea', MD5OfBody: '0'.repeat(32) }] })
    expect((await errorOf(() => receiveFrom(url))).code).toBe('CHANNEL_AWAY')
  })

  it('is waited for no longer than its caller wants', async () => {
    const queue = await openPlayedQueue()
    onTestFinished(queue.close)
    const leaving = new AbortController()
    const account = queuedAccount(queue.url, { sandboxUrl: queue.sandboxUrl })
    const waiting = errorOf(() => openMailboxes()(account).receive(leaving.signal))

    leaving.abort()

    expect((await waiting).code).toBe('CHANNEL_AWAY')
  })
})
