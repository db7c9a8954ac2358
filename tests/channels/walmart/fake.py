"""A Walmart of ours on loopback: stateful, built from Walmart's specification, and not its word."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.channels.loopback import Answer, Asked, Vendor, vendor

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
RELAY = "3A31739D8B0A45A1B23F7F8C81C8747F@relay.walmart.com"
SECRETS = {"client_secret": "cert", "push_secret": "hush"}
UNHURRIED = {
    f"rate_{name}": "1000/1s burst 1000"
    for name in ("*", "orders", "order", "returns", "insights", "webhooks")
}
PAGE_SIZE = 2


def epoch(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def line(status: str = "Shipped", *, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    tracking = {
        "shipDateTime": epoch(at), "carrierName": {"carrier": "FedEx"},
        "trackingNumber": "7961", "trackingURL": "https://fedex.example/7961",
    }  # fmt: skip
    sent = {"trackingInfo": tracking} if status in ("Shipped", "Delivered") else {}
    each = {"unitOfMeasurement": "EACH", "amount": "1"}
    return {
        "lineNumber": "1", "item": {"productName": "Casserole", "sku": "C-1"},
        "charges": {"charge": [{
            "chargeType": "PRODUCT", "chargeName": "ItemPrice",
            "chargeAmount": {"currency": "USD", "amount": 49.9},
            "tax": {"taxName": "Tax1", "taxAmount": {"currency": "USD", "amount": 4.1}},
        }]},
        "orderLineQuantity": each, "statusDate": epoch(at),
        "orderLineStatuses": {
            "orderLineStatus": [{"status": status, "statusQuantity": each, **sent}],
        },
        **more,
    }  # fmt: skip


def order(
    number: str = "108700000000001", *lines: dict[str, Any], at: datetime = NOW, **more: Any
) -> dict[str, Any]:
    return {
        "purchaseOrderId": number, "customerOrderId": "123456789012345", "customerEmailId": RELAY,
        "orderDate": epoch(at - timedelta(days=2)),
        "shippingInfo": {
            "phone": "3155598681", "methodCode": "Value",
            "estimatedShipDate": epoch(at - timedelta(days=1)),
            "estimatedDeliveryDate": epoch(at + timedelta(days=3)),
            "postalAddress": {"name": "Maya Brooks", "country": "USA", "city": "Warners",
                              "address1": "1", "state": "NY", "postalCode": "13164"},
        },
        "orderLines": {"orderLine": list(lines or [line(at=at)])},
        **more,
    }  # fmt: skip


def returned(number: str = "103738048909818825", status: str = "INITIATED") -> dict[str, Any]:
    return {
        "returnOrderId": number, "customerEmailId": RELAY, "customerOrderId": "123456789012345",
        "customerName": {"firstName": "Maya", "lastName": "Brooks"},
        "returnOrderDate": "2026-03-05T01:01:08.000Z",
        "returnLineGroups": [{"groupNo": 1, "labels": [
            {"carrierInfoList": [{"carrierName": "FEDEX", "trackingNo": "785611449666"}]},
        ]}],
        "returnOrderLines": [{
            "returnOrderLineNumber": 1, "returnReason": "DEFECTIVE", "returnDescription": "Chipped",
            "purchaseOrderId": "108700000000001", "status": status,
            "item": {"sku": "C-1", "productName": "Casserole"},
            "quantity": {"unitOfMeasure": "EACH", "measurementValue": 1},
        }],
    }  # fmt: skip


@dataclass
class Walmart:
    """The state: what there is, and which token counts."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    returns: list[dict[str, Any]] = field(default_factory=list)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    rate: dict[str, Any] = field(default_factory=dict)
    token: str = "t1"
    keys: str = "app:cert"
    vendor: Vendor = field(default_factory=lambda: Vendor(""))

    @property
    def settings(self) -> dict[str, str]:
        return {"client_id": "app", "base_url": self.vendor.url, **UNHURRIED}

    def handle(self, asked: Asked) -> Answer:
        """Answer one request."""
        basic = base64.b64encode(self.keys.encode()).decode()
        if asked.headers.get("authorization") != f"Basic {basic}":
            return Answer(401, body={"error": [{"code": "UNAUTHORIZED"}]})
        if asked.path == "/v3/token":
            return Answer(body={"access_token": self.token, "expires_in": 900})
        if asked.headers.get("wm_sec.access_token") != self.token:
            return Answer(401, body={"error": [{"code": "UNAUTHORIZED"}]})
        return self._routed(asked)

    def _routed(self, asked: Asked) -> Answer:
        match asked.path.removeprefix("/v3/").split("/"):
            case ["orders"]:
                found, meta = self._page(asked, self.orders)
                if not found:
                    return Answer(404, body={"error": [{"code": "CONTENT_NOT_FOUND"}]})
                return Answer(body={"list": {"meta": meta, "elements": {"order": found}}})
            case ["orders", number]:
                found = [one for one in self.orders if one["purchaseOrderId"] == number]
                return Answer(body={"order": found[0]}) if found else Answer(404)
            case ["returns"]:
                wanted = asked.query.get("returnOrderId", "")
                some = [one for one in self.returns if wanted in one["returnOrderId"]]
                found, meta = self._page(asked, some)
                return Answer(body={"meta": meta, "returnOrders": found})
            case ["insights", *_]:
                return Answer(body={"payload": self.rate, "status": "OK"})
            case ["webhooks", "subscriptions"]:
                if asked.method == "POST":
                    self.subscriptions += asked.json["events"]
                return Answer(body={"events": self.subscriptions})
        return Answer(404)

    def _page(
        self, asked: Asked, found: list[dict[str, Any]]
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Cut a page of two, and give the next as Walmart does: as a query, ready to be asked."""
        index = int(asked.query.get("soIndex", "0"))
        after = index + PAGE_SIZE
        meta: dict[str, Any] = {"totalCount": len(found), "limit": PAGE_SIZE}
        if after < len(found):
            meta["nextCursor"] = f"?limit={PAGE_SIZE}&hasMoreElements=true&soIndex={after}"
        return found[index:after], meta


@contextmanager
def walmart() -> Iterator[Walmart]:
    """Serve an empty Walmart until the block ends."""
    state = Walmart()
    with vendor(state.handle) as running:
        state.vendor = running
        yield state
