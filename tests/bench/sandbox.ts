import { hostSandbox } from '../../src/cli/sandbox.ts'
import { answerParent } from './processes.ts'

/** The other side of the push row, a process of its own. Arguments: its port, and where its messages go. */
const [, , port, hook = ''] = process.argv
await hostSandbox({ connector: 'shopify', port: Number(port), hook, seed: 7 })
answerParent({})
