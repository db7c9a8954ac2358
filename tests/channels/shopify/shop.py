"""A shop on loopback, ours and said to be ours: orders, points, tokens, as Shopify documents them.

`data` answers a question by its operation's name; `test_contract.py` lets graphql-core answer the same
nodes by Shopify's own schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.channels.loopback import Answer, Asked

from comptoir.channels.kernel.windows import iso

SCOPES = ("read_orders", "read_customers", "read_returns", "read_shopify_payments_disputes")


def money(amount: str, currency: str = "EUR") -> dict[str, Any]:
    return {"presentmentMoney": {"amount": amount, "currencyCode": currency}}


def line(sku: str = "L-1", title: str = "Lampe", quantity: int = 1, price: str = "49.90") -> Any:
    return {
        "sku": sku, "title": title, "quantity": quantity,
        "discountedUnitPriceAfterAllDiscountsSet": money(price),
    }  # fmt: skip


def page(nodes: list[Any], end: str | None = None) -> dict[str, Any]:
    return {"nodes": nodes, "pageInfo": {"hasNextPage": end is not None, "endCursor": end}}


def order(number: int, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{number}", "legacyResourceId": str(number),
        "name": f"#{number}", "createdAt": iso(at), "processedAt": iso(at), "updatedAt": iso(at),
        "cancelledAt": None, "email": "Paul.Martin@courrier.example", "customerLocale": "fr-FR",
        "displayFulfillmentStatus": "UNFULFILLED", "displayFinancialStatus": "PAID",
        "returnStatus": "NO_RETURN", "totalPriceSet": money("49.90"),
        "shippingAddress": {"name": "Paul Martin", "countryCodeV2": "FR"},
        "customer": {
            "id": "gid://shopify/Customer/7", "displayName": "Paul Martin", "locale": "fr",
            "numberOfOrders": "3", "amountSpent": {"amount": "149.70", "currencyCode": "EUR"},
            "defaultEmailAddress": {"emailAddress": "paul.martin@courrier.example"},
        },
        "lineItems": page([line()]), "fulfillments": [], "refunds": [], "returns": {"nodes": []},
        **more,
    }  # fmt: skip


def parcel(number: str, at: datetime, status: str = "IN_TRANSIT", **more: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/Fulfillment/1", "status": "SUCCESS", "displayStatus": status,
        "createdAt": iso(at), "inTransitAt": iso(at), "deliveredAt": None,
        "estimatedDeliveryAt": None,
        "trackingInfo": [
            {"company": "Colissimo", "number": number, "url": f"https://suivi.example/{number}"}
        ],
        **more,
    }  # fmt: skip


def returned(name: str, at: datetime, status: str = "REQUESTED", **more: Any) -> dict[str, Any]:
    article = {"lineItem": {"sku": "L-1", "title": "Lampe"}}
    wish = {
        "__typename": "ReturnLineItem", "quantity": 1, "processedQuantity": 0,
        "customerNote": "Trop grande", "returnReasonNote": "",
        "returnReasonDefinition": {"name": "Size was too large"}, "fulfillmentLineItem": article,
    }  # fmt: skip
    return {
        "id": "gid://shopify/Return/5", "name": name, "status": status, "createdAt": iso(at),
        "requestApprovedAt": None, "closedAt": None, "decline": None,
        "returnLineItems": {"nodes": [wish]}, **more,
    }  # fmt: skip


def dispute(number: int, at: datetime, status: str = "NEEDS_RESPONSE", **more: Any) -> Any:
    return {
        "id": f"gid://shopify/ShopifyPaymentsDispute/{number}", "legacyResourceId": str(number),
        "type": "CHARGEBACK", "status": status, "initiatedAt": iso(at),
        "evidenceDueBy": "2026-12-01T00:00:00Z", "evidenceSentOn": None, "finalizedOn": None,
        "amount": {"amount": "49.90", "currencyCode": "EUR"},
        "reasonDetails": {"reason": "PRODUCT_NOT_RECEIVED", "networkReasonCode": "4855"},
        "order": {
            "id": "gid://shopify/Order/1001", "legacyResourceId": "1001", "name": "#1001",
        }, **more,
    }  # fmt: skip


@dataclass
class Shop:
    """What the shop holds, and how it behaves."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    disputes: list[dict[str, Any]] = field(default_factory=list)
    scopes: tuple[str, ...] = SCOPES
    subscribed: list[str] = field(default_factory=list)
    tokens_made: int = 0
    good_tokens: set[str] = field(default_factory=lambda: {"shpat_good"})
    points_left: float = 2000.0
    page_cost_max: int = 1000
    more_lines: dict[str, list[Any]] = field(default_factory=dict)
    date: str = ""

    def handle(self, asked: Asked) -> Answer:
        if asked.path == "/admin/oauth/access_token":
            self.tokens_made += 1
            self.good_tokens = {f"t{self.tokens_made}"}
            return Answer(body={"access_token": f"t{self.tokens_made}", "expires_in": 86399})
        if asked.headers.get("x-shopify-access-token") not in self.good_tokens:
            return Answer(401, body={"errors": "[API] Invalid API key or access token"})
        if asked.path != "/admin/api/2026-07/graphql.json":
            return Answer(404, body={"errors": "Not Found"})
        variables = asked.json["variables"]
        if variables.get("first", 0) * 200 > self.page_cost_max:
            return self._refuses("MAX_COST_EXCEEDED", "Query cost is 1200")
        if self.points_left < 200:
            self.points_left = 2000.0
            return self._refuses("THROTTLED", "Throttled", left=100.0)
        body = {"data": self.data(name_of(asked.json["query"]), variables), **self._cost(2000.0)}
        return Answer(body=body, headers={"date": self.date} if self.date else {})

    def data(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Answer by what the question is called."""
        match name:
            case "Who":
                scopes = [{"handle": scope} for scope in self.scopes]
                shop = {"name": "Maison Perrin", "myshopifyDomain": "m.myshopify.com"}
                return {"shop": shop, "currentAppInstallation": {"accessScopes": scopes}}
            case "Orders":
                since = re.search(r"'(.+)'", variables["since"])[1]  # type: ignore[index]  # always there
                found = [one for one in self.orders if one["updatedAt"] >= since]
                found.sort(key=lambda one: one["updatedAt"])
                return {"orders": self._paged(found, variables)}
            case "Disputes":
                return {"disputes": self._paged(self.disputes, variables)}
            case "OneOrder":
                return {"order": self._one(self.orders, variables)}
            case "OneDispute":
                return {"dispute": self._one(self.disputes, variables)}
            case "MoreLines":
                return {"order": {"lineItems": page(self.more_lines[variables["id"]])}}
            case "Subscriptions":
                nodes = [{"topic": topic} for topic in self.subscribed]
                return {"webhookSubscriptions": page(nodes)}
            case "Subscribe":
                self.subscribed.append(variables["topic"])
                return {"webhookSubscriptionCreate": {"userErrors": []}}
        raise AssertionError(name)

    def _paged(self, found: list[Any], variables: dict[str, Any]) -> dict[str, Any]:
        start = int(variables["after"] or 0)
        end = start + variables["first"]
        return page(found[start:end], str(end) if end < len(found) else None)

    def _one(self, rows: list[Any], variables: dict[str, Any]) -> Any:
        return next((one for one in rows if one["id"] == variables["id"]), None)

    def _refuses(self, code: str, words: str, *, left: float = 2000.0) -> Answer:
        errors = [{"message": words, "extensions": {"code": code}}]
        return Answer(body={"errors": errors, **self._cost(left)})

    def _cost(self, left: float) -> dict[str, Any]:
        status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": 5000.0}
        cost = {"requestedQueryCost": 200, "actualQueryCost": 20, "throttleStatus": status}
        return {"extensions": {"cost": cost}}


def name_of(query: str) -> str:
    """Give the name of a question."""
    found = re.search(r"(?:query|mutation)\s+(\w+)", query)
    assert found
    return found[1]
