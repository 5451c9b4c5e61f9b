import { mappedSchemas } from '../canonical/telling.ts'
import type { TSchema } from '../kernel/schema.ts'

const gather = (schema: TSchema, names: Set<string>): Set<string> => {
  if ('properties' in schema) {
    const held = asSchemas(schema.properties)
    if ('minor' in held) return names
    for (const [name, inner] of Object.entries(held)) {
      names.add(name)
      gather(inner, names)
    }
  }
  if ('items' in schema && isSchema(schema.items)) gather(schema.items, names)
  return names
}

const isSchema = (held: unknown): held is TSchema => typeof held === 'object' && held !== null
const asSchemas = (held: unknown): Record<string, TSchema> => {
  const schemas: Record<string, TSchema> = {}
  if (!isSchema(held)) return schemas
  for (const [name, schema] of Object.entries(held)) if (isSchema(schema)) schemas[name] = schema
  return schemas
}

/** Every field name of the canonical order: what an object in a mapping may be made of. Money is made by operators only. */
export const fieldNames: ReadonlySet<string> = Object.values(mappedSchemas).reduce<Set<string>>(
  (names, schema) => gather(schema, names),
  new Set(),
)
