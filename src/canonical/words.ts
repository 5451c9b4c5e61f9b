/**
 * The closed lists of the canonical order. A channel's word that no table of its mapping knows parks the message;
 * a word of ours that is not handled somewhere does not compile.
 */
export const originKinds = [
  'marketplace',
  'storefront',
  'till',
  'voice',
  'phone',
  'agent',
  'manual',
  'purchase-order',
  'import',
  'api',
] as const
export const relationKinds = ['replaces', 'exchange-of', 'return-of', 'renewal-of', 'split-of'] as const
export const lineKinds = ['goods', 'gift-card', 'service', 'custom'] as const
export const lineRoles = ['single', 'bundle', 'component'] as const
export const deliveries = ['ship', 'pickup', 'local', 'in-person', 'digital'] as const
export const sides = ['merchant', 'channel'] as const
export const chargeKinds = [
  'shipping',
  'handling',
  'cod-fee',
  'gift-wrap',
  'tip',
  'duty',
  'service',
  'rounding',
  'fee',
  'other',
] as const
export const discountScopes = ['order', 'line', 'shipping'] as const
export const funders = ['seller', 'channel'] as const
export const paymentMethods = [
  'card',
  'wallet',
  'upi',
  'bank-transfer',
  'direct-debit',
  'pay-later',
  'cash',
  'cheque',
  'gift-card',
  'store-credit',
  'points',
  'convenience-store',
  'invoice',
  'marketplace',
  'other',
] as const
export const paymentTerms = ['prepaid', 'on-delivery', 'on-pickup', 'credit'] as const
export const paymentStates = ['pending', 'authorised', 'captured', 'voided', 'failed', 'expired', 'disputed'] as const
export const collectors = ['us', 'channel', 'carrier'] as const
export const refundStates = ['requested', 'granted', 'paid', 'rejected', 'failed'] as const
export const returnKinds = ['customer', 'courier'] as const
export const returnStates = [
  'requested',
  'approved',
  'travelling',
  'received',
  'closed',
  'declined',
  'cancelled',
] as const
export const returnOutcomes = ['refund', 'exchange', 'none'] as const
export const restocks = ['cancel', 'return', 'none'] as const
export const shipmentDirections = ['outbound', 'rto', 'return'] as const
export const trackingWords = [
  'unknown',
  'label_created',
  'picked_up',
  'in_transit',
  'out_for_delivery',
  'delivery_attempted',
  'available_for_pickup',
  'delivered',
  'exception',
  'returning',
  'returned',
  'lost',
  'cancelled',
] as const
export const holdKinds = [
  'payment',
  'preorder',
  'fraud',
  'address',
  'stock',
  'date',
  'upsell',
  'return',
  'document',
  'buyer-cancel',
  'unknown-item',
  'totals-differ',
  'reaction-failed',
  'channel',
  'manual',
] as const
export const stateWords = ['pending', 'held', 'open', 'completed', 'cancelled'] as const
export const paymentWords = [
  'not-due',
  'due',
  'pending',
  'authorised',
  'part-paid',
  'paid',
  'part-refunded',
  'refunded',
  'failed',
  'voided',
] as const
export const fulfilmentWords = [
  'not-needed',
  'open',
  'in-work',
  'ready',
  'part-shipped',
  'shipped',
  'part-delivered',
  'delivered',
  'undeliverable',
  'part-returned',
  'returned',
] as const
export const termKinds = ['receipt', 'net', 'fixed', 'on-fulfilment'] as const
export const buyerKinds = ['person', 'company'] as const

export type TrackingWord = (typeof trackingWords)[number]
export type HoldKind = (typeof holdKinds)[number]
export type StateWord = (typeof stateWords)[number]
export type PaymentWord = (typeof paymentWords)[number]
export type FulfilmentWord = (typeof fulfilmentWords)[number]
