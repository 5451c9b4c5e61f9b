import Fastify from 'fastify'
import { answerParent, portOf } from './processes.ts'

/** The baseline: bare Fastify that reads the same raw bodies and answers as many bytes. */
const app = Fastify({ logger: false, bodyLimit: 1024 * 1024 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/webhooks/:connection', async () => ({ message: 'msg_00000000000000000000000000000000', state: 'kept' }))
await app.listen({ port: 0, host: '127.0.0.1' })
answerParent({ hello: () => ({ port: portOf(app.server.address()) }) })
