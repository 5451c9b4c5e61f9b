import { onEachEngine } from '../kit/engines.ts'
import { storeSuite } from '../kit/store-suite.ts'

onEachEngine(({ name, open, waived }) => storeSuite(name, () => open(), waived))
