/**
 * What we send to the GraphQL Admin API, version 2026-07. Each was checked against the schema; the pages are those of
 * https://shopify.dev/docs/api/admin-graphql/latest (objects/Order, objects/FulfillmentOrder, mutations/fulfillmentCreate), read 2026-11-24.
 */

/** Lines, parcels and charges that one read takes. Webhooks know no such bound. */
export const pageSizes = { lines: 100, fulfilmentOrders: 20, parcels: 50, refunds: 50 } as const

const address = '{ name company address1 address2 city province provinceCode zip countryCodeV2 phone }'
const shop = '{ shopMoney { amount currencyCode } }'
const both = '{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }'
const tax = `taxLines { title rate channelLiable priceSet ${shop} }`
const allocations = `discountAllocations { allocatedAmountSet ${shop} discountApplication { index } }`
const page = 'pageInfo { hasNextPage }'

/** One order as it stands, in the same breadth as a webhook's body. */
export const readOrder = `query ReadOrder($id: ID!) {
  order(id: $id) {
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
    lineItems(first: ${pageSizes.lines}) { nodes {
      id sku title variantTitle quantity currentQuantity isGiftCard requiresShipping
      originalUnitPriceSet ${shop}
      customAttributes { key value }
      ${tax} ${allocations}
    } ${page} }
    shippingLines(first: 10) { nodes { id title originalPriceSet ${shop} ${tax} ${allocations} } }
    discountApplications(first: 25) { nodes { index targetType allocationMethod
      ... on DiscountCodeApplication { code }
      ... on ManualDiscountApplication { title }
      ... on AutomaticDiscountApplication { title }
      ... on ScriptDiscountApplication { title }
    } }
    fulfillments(first: ${pageSizes.parcels}) {
      legacyResourceId status displayStatus createdAt updatedAt
      trackingInfo(first: 10) { company number url }
      fulfillmentLineItems(first: ${pageSizes.lines}) { nodes { quantity lineItem { id } } }
    }
    refunds(first: ${pageSizes.refunds}) {
      legacyResourceId createdAt note
      refundLineItems(first: ${pageSizes.lines}) { nodes { quantity restockType subtotalSet ${shop} lineItem { id fulfillmentStatus } } }
      refundShippingLines(first: 10) { nodes { shippingLine { title } subtotalAmountSet ${shop} } }
      transactions(first: 20) { nodes { kind status amountSet ${both} } }
    }
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
      id status trackingInfo(first: 10) { number }
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
