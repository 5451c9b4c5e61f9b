import { proveConnector } from '../../kit/prove-connector.ts'
import { acmePost } from './acme-post/index.ts'
import { acmeProof } from './acme-post/proof.ts'

proveConnector(acmePost, acmeProof)
