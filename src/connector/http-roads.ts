import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent'

/** How one call leaves the house; `sent` tells whether any of it may have. */
export interface Road {
  readonly agents: { readonly http: http.Agent; readonly https: https.Agent }
  readonly transport: { readonly request: Request }
  readonly sent: () => boolean
}

/** Connections that stay open between calls: one set for the world, one that admits this machine and is used for sandboxes only. */
export const openRoads = (): ((url: URL, admitsLoopback: boolean) => Road) => {
  const outside = agentsOf([])
  const loopback = agentsOf(['127.0.0.1', '::1'])
  return (url, admitsLoopback) => roadOf(url, admitsLoopback ? loopback : outside)
}

const agentsOf = (allowIPAddressList: string[]): Road['agents'] => {
  const options = { keepAlive: true, maxFreeSockets: 16, allowIPAddressList }
  return { http: new RequestFilteringHttpAgent(options), https: new RequestFilteringHttpsAgent(options) }
}

type Request = (options: https.RequestOptions, answered?: (answer: http.IncomingMessage) => void) => http.ClientRequest

const roadOf = (url: URL, agents: Road['agents']): Road => {
  const secure = url.protocol === 'https:'
  let sent = false
  const request: Request = (options, answered) => {
    const made = (secure ? https : http).request(options, answered)
    const left = () => {
      sent = true
    }
    // A kept connection is ready when it is given; on a new one nothing of ours leaves before it stands, TLS included.
    made.once('socket', (socket: Socket) => {
      if (made.reusedSocket) left()
      else socket.once(secure ? 'secureConnect' : 'connect', left)
    })
    made.once('finish', left)
    return made
  }
  return { agents, transport: { request }, sent: () => sent }
}
