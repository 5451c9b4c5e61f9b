import type { Secrets } from './contract.ts'

/** Where secrets are to be found: 'env:NAME' or 'file:/path', one or several, newest first. Never a value. */
export type SecretRefs = Readonly<Record<string, string | readonly string[]>>

/** A secret that cannot be had. The sentence never holds what was written in its place. */
export interface SecretFault {
  readonly name: string
  readonly sentence: string
}

export interface SecretDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  /** @throws where the file cannot be read */
  readonly readFile: (path: string) => string
}

/** Reads secrets from where they are kept. Lists every fault at once; what has a fault is absent from `secrets`. */
export const resolveSecrets = (
  refs: SecretRefs,
  deps: SecretDeps,
): { readonly secrets: Secrets; readonly faults: readonly SecretFault[] } => {
  const faults: SecretFault[] = []
  const secrets: Record<string, readonly string[]> = {}
  for (const [name, given] of Object.entries(refs)) {
    const found = [given].flat().map((ref) => lookUp(ref, deps))
    const values = found.flatMap((one) => ('value' in one ? [one.value] : []))
    faults.push(...found.flatMap((one) => ('fault' in one ? [{ name, sentence: `secret ${name}: ${one.fault}` }] : [])))
    if (values.length > 0) secrets[name] = values
  }
  return { secrets, faults }
}

type Found = { readonly value: string } | { readonly fault: string }

const lookUp = (ref: string, deps: SecretDeps): Found => {
  const [, kind, place = ''] = /^(env|file):(.+)$/s.exec(ref) ?? []
  if (kind === 'env' && /^\w+$/.test(place)) return fromEnv(place, deps)
  if (kind === 'file' && place.startsWith('/')) return fromFile(place, deps)
  return {
    fault: 'expected env:NAME or file:/path, got something else, which is not shown as it may be the secret itself',
  }
}

const fromEnv = (name: string, { env }: SecretDeps): Found => {
  if (name.startsWith('CROSSDOCK_')) return { fault: `${name} is the hub's own and no secret of a connection` }
  const value = env[name]?.trim() ?? ''
  return value === '' ? { fault: `the environment variable ${name} is not set` } : { value }
}

const fromFile = (path: string, { readFile }: SecretDeps): Found => {
  const text = contentOf(path, readFile)
  if (text === undefined) return { fault: `the file ${path} cannot be read` }
  // An editor ends a file with a line break, which is no part of the secret.
  return text.trim() === '' ? { fault: `the file ${path} is empty` } : { value: text.trim() }
}

const contentOf = (path: string, readFile: SecretDeps['readFile']): string | undefined => {
  try {
    return readFile(path)
  } catch {
    return undefined
  }
}
