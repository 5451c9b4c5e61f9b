import type { Connector } from '../src/connector/contract.ts'
import { amazonSp } from './amazon-sp/index.ts'
import { direct } from './direct/index.ts'
import { flipkartSeller } from './flipkart-seller/index.ts'
import { shopify } from './shopify/index.ts'
import { squarePos } from './square-pos/index.ts'
import { wooStore } from './woo-store/index.ts'

/** Every connector there is, sorted by id. */
export const connectors: readonly Connector[] = [amazonSp, direct, flipkartSeller, shopify, squarePos, wooStore]
