import { createServer, type Server, Socket } from 'node:net'

/** How the road behaves. `slow`: each piece arrives later; `cut`: every road breaks in the midst of the next answer, and none opens; `hold`: nothing passes, nothing ends. */
export type Road = 'open' | 'slow' | 'cut' | 'hold'

/** A road over TCP that can be made slow, be cut, or be held. */
export interface TcpProxy {
  readonly port: number
  set(road: Road): void
  /** How many roads were opened so far. */
  opened(): number
  close(): Promise<void>
}

export interface TcpProxyOptions {
  readonly to: number
  /** ms by which a piece is late on a slow road. */
  readonly delayMs: number
}

/** Opens a road to a port of this machine. */
export const openTcpProxy = async ({ to, delayMs }: TcpProxyOptions): Promise<TcpProxy> => {
  let road: Road = 'open'
  const sockets = new Set<Socket>()
  let opened = 0
  const pass = (from: Socket, into: Socket, answers: boolean): void => {
    from.on('data', (piece: Buffer) => {
      if (road === 'open') into.write(piece)
      else if (road === 'slow') setTimeout(() => into.writable && into.write(piece), delayMs)
      else if (road === 'cut' && answers) {
        // The other end hears half of it, and then nothing more.
        into.write(piece.subarray(0, Math.floor(piece.length / 2)), () => into.destroy())
        from.destroy()
      }
    })
    from.on('error', () => into.destroy())
    from.on('close', () => {
      sockets.delete(from)
      into.destroy()
    })
    sockets.add(from)
  }
  const server = createServer((near) => {
    if (road === 'cut') return void near.destroy()
    opened += 1
    const far = new Socket()
    pass(near, far, false)
    pass(far, near, true)
    far.connect(to, '127.0.0.1')
  })
  return {
    port: await listening(server),
    set: (next) => {
      road = next
    },
    opened: () => opened,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const at = server.address()
      resolve(typeof at === 'object' && at !== null ? at.port : 0)
    })
  })
