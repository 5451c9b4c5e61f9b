import jsonata from 'jsonata'
import type { Json } from '../../src/kernel/json.ts'

/** The same translation as measure/order.yaml for payloads such as fiveLines, as a JSONata expression: the other measure of speed. */
const text = `(
  $cur := currency;
  $inc := taxes_included;
  $minor := function($t) { $round($number($t) * 100) };
  $money := function($t) { { "minor": $minor($t), "currency": $cur } };
  $iso := function($t) { $fromMillis($toMillis($t)) };
  $some := function($v) { $v = null or $v = "" ? $undefined : $v };
  $total := function($list) { { "minor": $sum([0, $list.$minor($)]), "currency": $cur } };
  $origins := { "web": "storefront", "pos": "till", "shopify_draft_order": "manual" };
  $states := { "pending": "pending", "authorized": "authorised", "paid": "captured", "partially_refunded": "captured", "refunded": "captured" };
  $methods := { "shopify_payments": "card", "cash": "cash", "gift_card": "gift-card" };
  $restocks := { "cancel": "cancel", "return": "return", "no_restock": "none", "legacy_restock": "none" };
  $tracking := { "in_transit": "in_transit", "delivered": "delivered", "success": "picked_up" };
  $address := function($a) { {
    "name": $some($a.name), "company": $some($a.company), "lines": [$a.address1[$ != ""], $a.address2[$ != ""]], "city": $some($a.city),
    "region": $a.province_code != null ? $a.province_code : $some($a.province), "postcode": $some($a.zip), "country": $uppercase($a.country_code), "phone": $some($a.phone)
  } };
  {
    "kind": "snapshot", "order": $string(id), "rank": $toMillis(updated_at),
    "sections": {
      "about": {
        "number": name, "origin": { "kind": $lookup($origins, source_name), "name": source_name }, "placedAt": $iso(processed_at), "currency": $cur,
        "test": test, "tags": [$split(tags, ",").$trim($)], "note": $some(note)
      },
      "status": {
        "words": { "payment": financial_status, "fulfilment": $some(fulfillment_status) },
        "cancelled": cancelled_at != null, "shipped": fulfillment_status = "fulfilled"
      },
      "buyer": {
        "kind": "person", "externalId": $string(customer.id), "name": $join([customer.first_name, customer.last_name], " "),
        "email": $some(email), "phone": $some(customer.phone), "locale": $some(customer_locale)
      },
      "billTo": $address(billing_address), "shipTo": $address(shipping_address),
      "totals": {
        "items": { "minor": $sum(line_items.($minor(price) * quantity)), "currency": $cur },
        "discount": $total([line_items.discount_allocations.amount, shipping_lines.discount_allocations.amount]),
        "charges": $total([shipping_lines.price, total_tip_received]),
        "taxAdded": $inc ? $money("0") : $money(total_tax), "total": $money(total_price)
      }
    },
    "records": {
      "lines": [line_items.{ "key": $string(id), "value": {
        "externalId": $string(id), "kind": gift_card ? "gift-card" : product_id ? "goods" : "custom", "sku": $some(sku), "title": title,
        "variant": $some(variant_title), "quantity": quantity, "removed": quantity - current_quantity, "unitPrice": price,
        "amount": { "minor": $minor(price) * quantity, "currency": $cur }, "discount": $total(discount_allocations.amount),
        "taxAdded": $inc ? $money("0") : $total(tax_lines.price),
        "taxes": [tax_lines.{ "name": title, "rate": $string(rate), "amount": $money(price), "added": $not($inc), "remittedBy": channel_liable ? "channel" : "us" }],
        "delivery": requires_shipping ? "ship" : "digital", "attributes": [properties.{ "name": name, "value": value }]
      } }],
      "charges": [shipping_lines.{ "key": $string(id), "value": {
        "kind": "shipping", "title": title, "amount": $money(price), "discount": $total(discount_allocations.amount), "taxAdded": $inc ? $money("0") : $total(tax_lines.price)
      } }],
      "discounts": [discount_applications#$at.{ "key": $string($at), "value": {
        "code": code, "amount": $total([$$.line_items.discount_allocations[discount_application_index = $at].amount]),
        "scope": target_type = "shipping_line" ? "shipping" : allocation_method = "across" ? "order" : "line"
      } }],
      "payments": [{ "key": "claimed", "value": {
        "method": $lookup($methods, payment_gateway_names[0]), "methodName": $join(payment_gateway_names, ", "),
        "state": $lookup($states, financial_status), "amount": $money(total_price), "claimed": true, "at": $iso(processed_at)
      } }],
      "refunds": [refunds.{ "key": $string(id), "rank": $toMillis(processed_at), "value": {
        "state": "success" in transactions.status ? "paid" : "failed", "amount": $total(transactions[kind = "refund" and status = "success"].amount),
        "lines": [refund_line_items.{ "line": $string(line_item_id), "quantity": quantity, "amount": $money(subtotal_set.shop_money.amount), "restock": $lookup($restocks, restock_type) }],
        "charges": [], "reason": $some(note), "at": $iso(processed_at)
      } }],
      "shipments": [fulfillments.{ "key": $string(id), "rank": $toMillis(updated_at), "value": {
        "direction": "outbound", "carrier": $some(tracking_company), "trackingNumber": $some(tracking_number), "trackingUrl": $some(tracking_url),
        "lines": [line_items.{ "line": $string(id), "quantity": quantity }],
        "status": $lookup($tracking, shipment_status != null ? shipment_status : status), "at": $iso(created_at)
      } }]
    },
    "complete": ["lines", "charges", "discounts"]
  }
)`

const expression = jsonata(text)

/** What JSONata makes of the payload, as plain data. */
export const byJsonata = (payload: Json): Promise<unknown> => expression.evaluate(payload)
