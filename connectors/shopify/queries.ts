/**
 * What we send to the GraphQL Admin API, version 2026-07. Each was checked against the schema; the pages are those of
 * https://shopify.dev/docs/api/admin-graphql/latest (objects/Order, objects/FulfillmentOrder, mutations/fulfillmentCreate), read 2026-11-24.
 */

/** How many of each thing of an order one read takes. Webhooks know no such bound. */
export const pageSizes = {
  lines: 100,
  fulfilmentOrders: 20,
  parcels: 50,
  trackings: 10,
  refunds: 50,
  charges: 10,
  discounts: 25,
  transactions: 20,
} as const

/**
 * As many as most orders have; an order with more is only named by the list, and read by itself. What 20 of them ask for may cost 1,000 points.
 * An object costs one, and money in a bag none of its own; of a connection, what is in it once and a half for 3, thrice for 10, five times for
 * 20, and two: so the costs run that were measured at version 2025-07, https://github.com/microsoft/BCApps/pull/5926, read 24 Nov 2026 (68
 * points for 25 orders of 12 objects). The order itself 18, lines 3 x 8 + 2, shipping 1.5 x 7 + 2, discounts 2 x 1 + 2, parcels 1.5 x 11, refunds
 * 1.5 x 24 + 2: about 112, and 20 of them about 560 (tests/connectors/shopify-queries.test.ts adds it up).
 */
export const listSizes = {
  orders: 20,
  lines: 10,
  parcels: 3,
  trackings: 3,
  refunds: 3,
  charges: 3,
  discounts: 5,
  transactions: 3,
} as const
type Sizes = Readonly<Record<Exclude<keyof typeof listSizes, 'orders'>, number>>

const address = '{ name company address1 address2 city province provinceCode zip countryCodeV2 phone }'
const shop = '{ shopMoney { amount currencyCode } }'
const both = '{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }'
const tax = `taxLines { title rate channelLiable priceSet ${shop} }`
const allocations = `discountAllocations { allocatedAmountSet ${shop} discountApplication { index } }`
const page = 'pageInfo { hasNextPage }'

/** An order in the same breadth as a webhook's body. */
const orderOf = ({ lines, parcels, trackings, refunds, charges, discounts, transactions }: Sizes): string => `{
    legacyResourceId name createdAt updatedAt processedAt cancelledAt cancelReason closedAt test
    displayFinancialStatus displayFulfillmentStatus currencyCode presentmentCurrencyCode taxesIncluded dutiesIncluded
    sourceName sourceIdentifier poNumber email phone customerLocale note tags paymentGatewayNames
    retailLocation { id }
    customer { id firstName lastName }
    purchasingEntity { ... on PurchasingCompany { company { id } } }
    paymentTerms { paymentTermsType dueInDays paymentSchedules(first: 1) { nodes { dueAt } } }
    billingAddress ${address}
    shippingAddress ${address}
    totalPriceSet ${both}
    totalDiscountsSet ${shop}
    totalTaxSet ${shop}
    totalOutstandingSet ${shop}
    totalTipReceivedSet ${shop}
    originalTotalDutiesSet ${shop}
    originalTotalAdditionalFeesSet ${shop}
    lineItems(first: ${lines}) { nodes {
      id sku title variantTitle quantity currentQuantity isGiftCard requiresShipping
      originalUnitPriceSet ${shop}
      customAttributes { key value }
      ${tax} ${allocations}
    } ${page} }
    shippingLines(first: ${charges}) { nodes { id title originalPriceSet ${shop} ${tax} ${allocations} } ${page} }
    discountApplications(first: ${discounts}) { nodes { index targetType allocationMethod
      ... on DiscountCodeApplication { code }
      ... on ManualDiscountApplication { title }
      ... on AutomaticDiscountApplication { title }
      ... on ScriptDiscountApplication { title }
    } ${page} }
    fulfillments(first: ${parcels}) {
      legacyResourceId status displayStatus createdAt updatedAt
      trackingInfo(first: ${trackings}) { company number url }
      fulfillmentLineItems(first: ${lines}) { nodes { quantity lineItem { id } } ${page} }
    }
    refunds(first: ${refunds}) {
      legacyResourceId createdAt note
      refundLineItems(first: ${lines}) { nodes { quantity restockType subtotalSet ${shop} lineItem { id fulfillmentStatus } } ${page} }
      refundShippingLines(first: ${charges}) { nodes { shippingLine { title } subtotalAmountSet ${shop} } ${page} }
      transactions(first: ${transactions}) { nodes { kind status amountSet ${both} } ${page} }
    }
  }`

/** One order as it stands. */
export const readOrder = `query ReadOrder($id: ID!) {
  order(id: $id) ${orderOf(pageSizes)}
}`

/** The orders of a window, oldest first. */
export const listOrders = `query ListOrders($query: String!, $by: OrderSortKeys!, $after: String) {
  orders(first: ${listSizes.orders}, after: $after, query: $query, sortKey: $by) {
    nodes ${orderOf(listSizes)}
    pageInfo { hasNextPage endCursor }
  }
}`

/** What is still to be sent, from where, and what Shopify holds as sent already. */
export const lookAtFulfilments = `query LookAtFulfilments($id: ID!) {
  order(id: $id) {
    fulfillmentOrders(first: ${pageSizes.fulfilmentOrders}) { nodes {
      id status fulfillAt fulfillmentHolds { reason reasonNotes } assignedLocation { name location { id } }
      lineItems(first: ${pageSizes.lines}) { nodes { id remainingQuantity lineItem { id } } ${page} }
    } ${page} }
    fulfillments(first: ${pageSizes.parcels}) {
      id status trackingInfo(first: ${pageSizes.trackings}) { number }
      fulfillmentLineItems(first: ${pageSizes.lines}) { nodes { quantity lineItem { id } } ${page} }
    }
  }
}`

/** Marks units of one location as shipped. It takes no idempotency key, so the look above comes before it. */
export const markShipped = `mutation MarkShipped($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id }
    userErrors { field message }
  }
}`
