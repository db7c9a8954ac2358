"""Amazon on loopback, ours and said to be ours: tokens, orders, reports, messages, a rate header.

Each request is held against Amazon's own models where they are there; what breaks them is answered
with 400 and noted in `broken`.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.channels.amazon_sp.swagger import problems
from tests.channels.loopback import Answer, Asked

from comptoir.channels.kernel.windows import iso

DE, FR = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
ALIAS = "abc9def8ghi7@marketplace.amazon.de"
NUMBER = "302-1234567-7654321"
RETURNS_HEAD = (
    "Order ID\tOrder date\tReturn request date\tReturn request status\tAmazon RMA ID\t"
    "Return carrier\tTracking ID\tMerchant SKU\tItem Name\tReturn quantity\tReturn Reason\t"
    "Return delivery date"
)
ORDERS, REPORTS = "/orders/2026-01-01/orders", "/reports/2021-06-30"


def order(number: str, at: datetime, marketplace: str = DE, **more: Any) -> dict[str, Any]:
    return {
        "orderId": number, "createdTime": iso(at), "lastUpdatedTime": iso(at),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": marketplace},
        "buyer": {"buyerName": "Heike Sommer", "buyerEmail": ALIAS},
        "recipient": {"deliveryAddress": {"name": "Heike Sommer", "countryCode": "DE"}},
        "proceeds": {"grandTotal": {"amount": "49.90", "currencyCode": "EUR"}},
        "fulfillment": {
            "fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT",
            "shipByWindow": {"latestDateTime": iso(at + timedelta(days=3))},
            "deliverByWindow": {"latestDateTime": iso(at + timedelta(days=6))},
        },
        "orderItems": [{
            "orderItemId": "1", "quantityOrdered": 1, "product": {
                "asin": "B08C1W5N87", "sellerSku": "L-1", "title": "Lampe",
                "price": {"unitPrice": {"amount": "49.90", "currencyCode": "EUR"}},
            },
        }],
        **more,
    }  # fmt: skip


def shipped(number: str, at: datetime, tracking: str, status: str = "IN_TRANSIT") -> dict[str, Any]:
    package = {
        "packageReferenceId": "1", "packageStatus": {"status": status}, "carrier": "DHL",
        "shipTime": iso(at), "trackingNumber": tracking,
    }  # fmt: skip
    return order(number, at, fulfillment={"fulfillmentStatus": "SHIPPED"}, packages=[package])


@dataclass
class Seller:
    """What Amazon has of a seller, and how it behaves."""

    url: str = ""
    orders: list[dict[str, Any]] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    report_states: list[str] = field(default_factory=list)
    asked_reports: list[dict[str, Any]] = field(default_factory=list)
    actions: set[str] = field(default_factory=lambda: {"unexpectedProblem", "legalDisclosure"})
    may_ask_for_review: bool = True
    messages: list[tuple[str, Any]] = field(default_factory=list)
    destinations: list[dict[str, Any]] = field(default_factory=list)
    subscriptions: list[str] = field(default_factory=list)
    uploaded: list[bytes] = field(default_factory=list)
    tokens_made: int = 0
    token: str = ""
    application_token: str = ""
    consent: str = "Atzr|good"
    page_size: int = 100
    rate: str = "50"
    broken: list[str] = field(default_factory=list)

    def handle(self, asked: Asked) -> Answer:
        if asked.path == "/auth/o2/token":
            return self._token(asked)
        if asked.path.startswith("/documents/"):
            return self._document(asked)
        is_ours = asked.path == "/notifications/v1/destinations"
        proof = self.application_token if is_ours else self.token
        if asked.headers.get("x-amz-access-token") != proof:
            words = "The access token you provided is revoked, malformed or invalid."
            return Answer(403, body={"errors": [{"code": "Unauthorized", "details": words}]})
        if found := problems(asked):
            self.broken += found
            return Answer(400, body={"errors": [{"code": "InvalidInput", "message": found[0]}]})
        answer = self._answer(asked)
        answer.headers = {"x-amzn-RateLimit-Limit": self.rate, **answer.headers}
        return answer

    def _token(self, asked: Asked) -> Answer:
        form = {name: one[0] for name, one in parse_qs(asked.body.decode()).items()}
        if form["client_secret"] != "cs":
            return Answer(401, body={"error": "invalid_client"})
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.consent:
            return Answer(400, body={"error": "invalid_grant"})
        self.tokens_made += 1
        made = f"Atza|{self.tokens_made}"
        if form["grant_type"] == "client_credentials":
            assert form["scope"] == "sellingpartnerapi::notifications"
            self.application_token = made
        else:
            self.token = made
        return Answer(body={"access_token": made, "expires_in": 3600})

    def _document(self, asked: Asked) -> Answer:
        assert "x-amz-access-token" not in asked.headers, "a proof left for another host"
        name = asked.path.rpartition("/")[2]
        if asked.method == "PUT":
            self.uploaded.append(asked.body)
            return Answer()
        return Answer(body=gzip.compress(self.documents[name]))

    def _answer(self, asked: Asked) -> Answer:
        path, last = asked.path, asked.path.rpartition("/")[2]
        if path == ORDERS:
            return Answer(body=self._searched(asked.query))
        if path.startswith(ORDERS):
            found = next((one for one in self.orders if one["orderId"] == last), None)
            return Answer(body={"order": found}) if found else Answer(404)
        if path.startswith(REPORTS):
            return self._report(asked, last)
        if path.startswith("/notifications"):
            return self._notifications(asked, last)
        if path.startswith("/uploads"):
            to = {"uploadDestinationId": "u1", "url": f"{self.url}/documents/u1", "headers": {}}
            return Answer(201, body={"payload": to})
        assert "application/hal+json" in asked.headers["accept"]
        return self._messages(asked, last)

    def _searched(self, query: dict[str, str]) -> dict[str, Any]:
        since = query.get("lastUpdatedAfter") or query["createdAfter"]
        until = query.get("lastUpdatedBefore", "9999")
        found = [one for one in self.orders if since <= one["lastUpdatedTime"] < until]
        start = int(query.get("paginationToken", "0"))
        end = start + min(self.page_size, int(query["maxResultsPerPage"]))
        token = {"pagination": {"nextToken": str(end)}} if end < len(found) else {}
        return {"orders": found[start:end], **token}

    def _report(self, asked: Asked, last: str) -> Answer:
        if asked.method == "POST":
            self.asked_reports.append(asked.json)
            return Answer(202, body={"reportId": f"r{len(self.asked_reports)}"})
        if "/documents/" in asked.path:
            where = f"{self.url}/documents/{last}?X-Amz-Signature=1"
            found = {"reportDocumentId": last, "url": where, "compressionAlgorithm": "GZIP"}
            return Answer(body=found)
        state = self.report_states.pop(0) if self.report_states else "DONE"
        kind = self.asked_reports[int(last[1:]) - 1]["reportType"]
        name = {"reportDocumentId": kind} if kind in self.documents else {}
        state = state if name or state != "DONE" else "CANCELLED"
        done = {"reportId": last, "reportType": kind, "createdTime": "2026-03-06T00:00:00Z"}
        return Answer(body={**done, "processingStatus": state, **name})

    def _notifications(self, asked: Asked, last: str) -> Answer:
        if last == "destinations" and asked.method == "GET":
            return Answer(body={"payload": self.destinations})
        if last == "destinations":
            made = {"destinationId": "d1", "resource": asked.json["resourceSpecification"]}
            self.destinations.append(made)
            return Answer(body={"payload": made})
        if last in self.subscriptions:
            return Answer(409, body={"errors": [{"code": "Conflict"}]})
        self.subscriptions.append(last)
        return Answer(body={"payload": {"subscriptionId": "s1"}})

    def _messages(self, asked: Asked, last: str) -> Answer:
        if asked.method == "POST":
            self.messages.append((last, asked.json if asked.body else None))
            if last == "productReviewAndSellerFeedback":
                self.may_ask_for_review = False
            return Answer(201, body={}, headers={"content-type": "application/hal+json"})
        if last == "attributes":
            return Answer(body={"buyer": {"locale": "de-DE"}})
        names = self.actions if asked.path.startswith("/messaging") else set()
        if asked.path.startswith("/solicitations") and self.may_ask_for_review:
            names = {"productReviewAndSellerFeedback"}
        links = [
            {"href": f"{asked.path}/x/{name}?marketplaceIds=1", "name": name} for name in names
        ]
        return Answer(body={"_links": {"actions": links, "self": {"href": asked.path}}})
