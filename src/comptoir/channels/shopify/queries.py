"""What is asked of Shopify's GraphQL Admin API, as texts. Tests validate each against its schema.

Parts that need a scope of their own stand behind `@include`, so that an app without it still reads
the rest. Amounts are those the buyer sees (`presentmentMoney`).
"""

from __future__ import annotations

LINES_FIRST, LINES_MORE = 10, 50
"""One question may cost 1000 points, counted by what it might bring: most orders have few lines."""

MONEY = "{ presentmentMoney { amount currencyCode } }"
LINE = f"""{{
  sku title quantity
  discountedUnitPriceAfterAllDiscountsSet {MONEY}
}}"""

ORDER = f"""
fragment Whole on Order {{
  id legacyResourceId name createdAt processedAt updatedAt cancelledAt email customerLocale
  displayFulfillmentStatus displayFinancialStatus returnStatus
  totalPriceSet {MONEY}
  shippingAddress {{ name countryCodeV2 }}
  customer @include(if: $customers) {{
    id displayName locale numberOfOrders
    amountSpent {{ amount currencyCode }}
    defaultEmailAddress {{ emailAddress }}
  }}
  lineItems(first: {LINES_FIRST}) {{
    nodes {LINE}
    pageInfo {{ hasNextPage endCursor }}
  }}
  fulfillments(first: 10) {{
    id status displayStatus createdAt inTransitAt deliveredAt estimatedDeliveryAt
    trackingInfo(first: 5) {{ company number url }}
  }}
  refunds(first: 10) {{
    id legacyResourceId createdAt processedAt note
    totalRefundedSet {MONEY}
  }}
  returns(first: 3) @include(if: $returns) {{
    nodes {{
      id name status createdAt requestApprovedAt closedAt
      decline {{ reason note }}
      returnLineItems(first: 5) {{
        nodes {{
          quantity processedQuantity customerNote returnReasonNote
          returnReasonDefinition {{ name }}
          ... on ReturnLineItem {{ fulfillmentLineItem {{ lineItem {{ sku title }} }} }}
        }}
      }}
    }}
  }}
}}
"""

ORDERS = (
    """
query Orders($first: Int!, $after: String, $since: String!, $customers: Boolean!,
    $returns: Boolean!) {
  orders(first: $first, after: $after, query: $since, sortKey: UPDATED_AT) {
    nodes { ...Whole }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + ORDER
)

ONE_ORDER = (
    """
query OneOrder($id: ID!, $customers: Boolean!, $returns: Boolean!) {
  order(id: $id) { ...Whole }
}
"""
    + ORDER
)

MORE_LINES = f"""
query MoreLines($id: ID!, $after: String!) {{
  order(id: $id) {{
    lineItems(first: {LINES_MORE}, after: $after) {{
      nodes {LINE}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""

_DISPUTE = """
fragment Told on ShopifyPaymentsDispute {
  id legacyResourceId type status initiatedAt evidenceDueBy evidenceSentOn finalizedOn
  amount { amount currencyCode }
  reasonDetails { reason networkReasonCode }
  order { id legacyResourceId name }
}
"""
DISPUTES = (
    """
query Disputes($first: Int!, $after: String, $since: String!) {
  disputes(first: $first, after: $after, query: $since) {
    nodes { ...Told }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + _DISPUTE
)
ONE_DISPUTE = "query OneDispute($id: ID!) { dispute(id: $id) { ...Told } }" + _DISPUTE

WHO = """
query Who {
  shop { name myshopifyDomain currencyCode }
  currentAppInstallation { accessScopes { handle } }
}
"""

SUBSCRIPTIONS = """
query Subscriptions($after: String, $uri: String!) {
  webhookSubscriptions(first: 50, after: $after, uri: $uri) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}
"""

SUBSCRIBE = """
mutation Subscribe($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

ALL = {
    "orders": ORDERS,
    "one_order": ONE_ORDER,
    "more_lines": MORE_LINES,
    "disputes": DISPUTES,
    "one_dispute": ONE_DISPUTE,
    "who": WHO,
    "subscriptions": SUBSCRIPTIONS,
    "subscribe": SUBSCRIBE,
}
