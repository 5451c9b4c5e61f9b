import { writeFileSync } from 'node:fs'
import { mappingPage } from '../../src/mapping/page.ts'

writeFileSync(new URL('../../docs/mapping-language.md', import.meta.url), mappingPage())
