import { readdirSync, readFileSync } from 'node:fs'
import { compileMappings, type Mapping } from '../../src/mapping/compile.ts'

const folder = new URL('../../mappings/shopify/', import.meta.url)

/** Shopify's mapping files as they are shipped. */
export const shopifyFiles = readdirSync(folder).map((name) => ({
  path: `mappings/shopify/${name}`,
  text: readFileSync(new URL(name, folder), 'utf8'),
}))

/** One of them, compiled. */
export const shopifyMapping = (name: string): Mapping => {
  const mapping = compileMappings(shopifyFiles).mappings.get(name)
  if (mapping === undefined) throw new Error(`there is no mapping ${name}`)
  return mapping
}
