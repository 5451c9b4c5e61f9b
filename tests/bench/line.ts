import { connect, type Socket } from 'node:net'

/** A keep-alive connection of the load generator; answers come in the order of the requests. */
export interface Line {
  /** Whether the answer was 200. */
  send(request: Buffer): Promise<boolean>
  close(): void
}

/** Connects to a port of this machine. */
export const openLine = (port: number): Promise<Line> =>
  new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const waiting: ((good: boolean) => void)[] = []
    let held = ''
    socket.on('data', (chunk) => {
      held += chunk.toString('latin1')
      for (let end = endOf(held); end !== undefined; end = endOf(held)) {
        waiting.shift()?.(held.startsWith('HTTP/1.1 200'))
        held = held.slice(end)
      }
    })
    socket.on('error', reject)
    socket.on('close', () => {
      for (const answer of waiting.splice(0)) answer(false)
    })
    socket.once('connect', () =>
      resolve({
        send: (request) =>
          new Promise((answered) => {
            if (socket.destroyed) return answered(false)
            waiting.push(answered)
            socket.write(request)
          }),
        close: () => socket.end(),
      }),
    )
  })

/** Where the first whole answer ends; undefined while it is not all there. */
const endOf = (held: string): number | undefined => {
  const head = held.indexOf('\r\n\r\n')
  if (head === -1) return undefined
  const length = Number(/content-length: (\d+)/i.exec(held.slice(0, head))?.[1] ?? 0)
  const end = head + 4 + length
  return held.length < end ? undefined : end
}
