import { type Back, type Bought, type Parcel, products, totalOf, wordOf } from './sandbox-shop.ts'

/** A time as Flipkart writes it: in India, with milliseconds in answers and without them in notifications. */
export const ist = (ms: number, fraction = '.000'): string =>
  `${new Date(ms + 5.5 * 3_600_000).toISOString().slice(0, 19)}${fraction}+05:30`

const rupees = (paise: number): number => paise / 100

const itemOf = (item: Bought, parcel: Parcel): object => {
  const { title, sku, hsn } = products[item.product] ?? products[0]
  const { cancelled, given } = item
  const total = totalOf(item)
  return {
    orderItemId: item.id,
    orderId: parcel.order,
    cancellationGroupId: `grp${item.id}`,
    orderDate: ist(parcel.placedAt),
    ...(cancelled === undefined
      ? {}
      : {
          cancellationDate: ist(cancelled.at),
          cancellationReason: cancelled.reason,
          cancellationSubReason: cancelled.more,
        }),
    paymentType: parcel.payment,
    status: item.word,
    ...(parcel.courierReturn ? { courierReturn: true } : {}),
    quantity: item.quantity,
    fsn: `FSN${sku.replaceAll('-', '')}`,
    sku,
    listingId: `LST${sku.replaceAll('-', '')}`,
    hsn,
    title,
    packageIds: (products[item.product]?.packages ?? []).map((_, place) => `${item.id}-${place}`),
    priceComponents: {
      sellingPrice: rupees(item.selling),
      totalPrice: rupees(total),
      shippingCharge: rupees(item.shipping),
      customerPrice: rupees(total - given),
      flipkartDiscount: rupees(given),
    },
    serviceProfile: parcel.profile === 'FBF' ? 'Flipkart_Fulfilment' : 'Seller_Fulfilment',
    is_replacement: parcel.replacement,
  }
}

/** Packages bear the names that real notifications have, not those of the published schema. */
const subShipmentsOf = ({ items }: Parcel): readonly object[] => {
  const heavy = items.flatMap((item) =>
    (products[item.product]?.packages ?? []).map((title, place) => ({
      packageId: `${item.id}-${place}`,
      packageTitle: title,
      packageSku: products[item.product]?.sku,
      dimensions: { length: 200, breadth: 90, height: 20, weight: 18 },
    })),
  )
  if (heavy.length === 0) return [{ subShipmentId: 'SS-1', packages: [] }]
  return heavy.map((one, place) => ({ subShipmentId: `SS-${place + 1}`, packages: [one] }))
}

/** All of a shipment but its id, as the notification of a new one has it. */
export const attributesOf = (parcel: Parcel): object => ({
  dispatchByDate: ist(parcel.by),
  dispatchAfterDate: ist(parcel.after),
  updatedAt: ist(parcel.updatedAt),
  hold: parcel.hold,
  mps: parcel.packages.length > 1,
  packagingPolicy: 'DEFAULT',
  subShipments: subShipmentsOf(parcel),
  orderItems: parcel.items.map((item) => itemOf(item, parcel)),
  forms: wordOf(parcel) === 'FORM_FAILED' ? [{ name: 'FORM600TG', link: '', automated: true }] : [],
})

/** A shipment as the filter and GET /sellers/v3/shipments show it. */
export const shipmentOf = (parcel: Parcel): object => ({
  shipmentId: parcel.id,
  locationId: parcel.location,
  shipmentType: parcel.type,
  ...attributesOf(parcel),
})

const nobody = {
  firstName: null,
  lastName: null,
  addressLine1: null,
  city: null,
  state: null,
  pinCode: null,
  contactNumber: null,
}

/** The address view, GET /sellers/v3/shipments/{ids}: who the buyer is is told only where the seller ships. */
export const detailsOf = ({ id, order, location, type, buyer, items }: Parcel): object => {
  const address = type === 'SELF' ? { ...buyer, addressLine2: '', landmark: '' } : nobody
  return {
    orderId: order,
    shipmentId: id,
    locationId: location,
    orderItems: items.map((item) => ({ id: item.id, large: false, dangerous: false, fragile: false })),
    buyerDetails: { firstName: address.firstName, lastName: address.lastName },
    deliveryAddress: address,
    billingAddress: address,
  }
}

/** A return as GET /sellers/v2/returns shows it. */
export const returnOf = (back: Back, parcel: Parcel): object => ({
  returnId: back.id,
  orderItemId: back.item,
  orderId: parcel.order,
  shipmentId: parcel.id,
  locationId: parcel.location,
  quantity: back.quantity,
  orderDate: ist(back.placedAt),
  createdDate: ist(back.createdAt),
  updatedDate: ist(back.updatedAt),
  status: back.word,
  type: back.kind,
  reason: back.reason,
  ...(back.tracking === undefined
    ? {}
    : { courierName: 'E-Kart Logistics', trackingId: back.tracking, shipmentStatus: moves[back.word] }),
  serviceProfile: parcel.profile === 'FBF' ? 'Flipkart_Fulfilment' : 'Seller_Fulfilment',
  services: [],
})

const moves = {
  CREATED: 'OUT_FOR_PICKUP',
  PICKED_UP: 'IN_TRANSIT',
  COMPLETED: 'DELIVERED',
  CANCELLED: 'CANCELLED',
} as const
