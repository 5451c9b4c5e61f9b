import { hash } from 'node:crypto'
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { HubError, refuse } from '../../kernel/errors.ts'
import type { Keys } from '../../store/keys.ts'
import { type ApiKey, type Role, roles } from '../../store/rows.ts'

/** Lets callers in by their API key. */
export interface Gate {
  /** A hook that lets in whoever has this role or a higher one. */
  needs(role: Role): onRequestAsyncHookHandler
  /** The key of a caller who was let in. */
  callerOf(request: object): ApiKey
  /** A key that was removed is not remembered any longer. */
  forget(id: string): void
}

interface GateDeps {
  readonly keys: Pick<Keys, 'find'>
  readonly now: () => Date
}

/** How long a key that was found is not looked up again: so long may another process take to notice its removal. */
const rememberMs = 30_000
const remembered = 1_000

/** Keys that were found are remembered for a while, by their hash. */
export const openGate = ({ keys, now }: GateDeps): Gate => {
  const known = new Map<string, { readonly key: ApiKey; readonly until: number }>()
  const callers = new WeakMap<object, ApiKey>()
  const find = async (text: string): Promise<ApiKey> => {
    const name = hash('sha256', text, 'hex')
    const held = known.get(name)
    if (held !== undefined && held.until > now().getTime()) return held.key
    known.delete(name)
    const key = (await keys.find(text)) ?? refuse('KEY_MISSING', 'this API key is not known here, or was removed')
    if (known.size >= remembered) known.clear()
    known.set(name, { key, until: now().getTime() + rememberMs })
    return key
  }
  return {
    needs: (role) => async (request) => {
      const key = await find(bearerOf(request))
      if (roles.indexOf(key.role) < roles.indexOf(role)) {
        throw new HubError('ROLE_TOO_LOW', `expected a key of role ${role} or higher, got ${key.role}`, { needs: role })
      }
      callers.set(request, key)
    },
    callerOf: (request) => callers.get(request) ?? refuse('KEY_MISSING', 'nobody was let in'),
    forget: (id) => {
      for (const [name, { key }] of known) if (key._id === id) known.delete(name)
    },
  }
}

const bearerOf = ({ headers }: FastifyRequest): string =>
  /^Bearer +([\x21-\x7e]{1,512})$/i.exec(headers.authorization ?? '')?.[1] ??
  refuse('KEY_MISSING', 'expected the header Authorization: Bearer and an API key')
