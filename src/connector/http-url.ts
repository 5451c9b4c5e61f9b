import { HubError } from '../kernel/errors.ts'
import type { Ask } from './contract.ts'

interface Place {
  /** Scheme and host of the connector, or of who else is called. */
  readonly base: string | undefined
  readonly sandboxUrl: string | undefined
  readonly ask: Ask
}

/**
 * The address of a call: the host comes from the connector alone, and no path can lead away from it.
 * @throws HOST_REFUSED
 */
export const urlOf = (connector: string, { base, sandboxUrl, ask }: Place): URL => {
  const root = sandboxUrl === undefined ? baseUrl(connector, base) : loopback(connector, sandboxUrl)
  if (!isPlain(ask.path)) {
    throw refused(
      connector,
      `${JSON.stringify(ask.path.slice(0, 80))} is no plain path: it begins with one '/', and an id in it is encoded and never '.' or '..'`,
    )
  }
  const url = new URL(`${root.origin}${root.pathname.replace(/\/$/, '')}${ask.path}`)
  for (const [name, value] of Object.entries(ask.query ?? {})) url.searchParams.append(name, value)
  if (url.origin !== root.origin) throw refused(connector, `the path leads to ${url.host} instead of ${root.host}`)
  return url
}

/** Printable ASCII without what a URL parser treats as another host, a query or a fragment; no step upwards. */
const plain = /^\/(?!\/)[!-~]*$/
const dots = /^(\.|%2e){1,2}$/i

const isPlain = (path: string): boolean =>
  plain.test(path) && !/[\\?#]/.test(path) && !path.split('/').some((step) => dots.test(step))

const baseUrl = (connector: string, base: string | undefined): URL => {
  const url = base === undefined ? null : URL.parse(base)
  if (url !== null && /^https?:$/.test(url.protocol) && base?.replace(/\/$/, '') === url.origin) return url
  throw refused(connector, 'it names no base of scheme and host alone')
}

/** The address of a sandbox: this machine's, and no other. @throws HOST_REFUSED */
export const loopback = (connector: string, sandboxUrl: string): URL => {
  const url = URL.parse(sandboxUrl)
  if (url?.protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)) return url
  throw refused(connector, 'its sandboxUrl must be http and a loopback address')
}

const refused = (connector: string, why: string): HubError =>
  new HubError('HOST_REFUSED', `connector ${connector}: ${why}`, { sent: false })
