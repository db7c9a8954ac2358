"""An Octopia of ours on loopback, with state, made from its documentation and from others' clients.

The vendor publishes no specification: what this stand-in takes for granted is listed in
`docs/channels/octopia.md`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from tests.channels.loopback import Answer, Asked, Vendor, vendor

SECRETS = {"client_secret": "s3cret"}


def settings(server: Vendor, **more: str) -> dict[str, Any]:
    return {
        "base_url": server.url + "/seller/v2", "token_url": server.url + "/token",
        "client_id": "c", "seller_id": "4711", **more,
    }  # fmt: skip


@dataclass
class Seller:
    """What the seller's account holds."""

    discussions: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    attachments: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    token: str = "t1"
    clock: datetime = datetime(2026, 3, 6, tzinfo=UTC)
    wrong: list[str] = field(default_factory=list)

    def open(self, number: str, text: str, at: datetime, **more: Any) -> dict[str, Any]:
        made = {
            "discussionId": number, "salesChannel": "CDISFR", "orderReference": "2603061259ABC1D",
            "subject": "Où est mon colis ?", "typologyCode": "Order", "graduation": "Discussion",
            "isOpen": True, "processStatus": "ToTreat", "customerId": "cust-1",
            "createdAt": at.isoformat(), "updatedAt": at.isoformat(), "messages": [], **more,
        }  # fmt: skip
        self.discussions[number] = made
        if text:
            self.say(number, text, at)
        return made

    def say(self, number: str, text: str, at: datetime, user: str = "Customer", **more: Any) -> str:
        discussion = self.discussions[number]
        message_id = f"{number}-{len(discussion['messages']) + 1}"
        discussion["messages"].append(
            {"messageId": message_id, "body": text, "createdAt": at.isoformat(),
             "sender": {"userType": user, "userId": f"{user}-1"}, **more}
        )  # fmt: skip
        discussion["updatedAt"] = at.isoformat()
        return message_id

    def handle(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
            if form.get("client_secret") != "s3cret":
                return Answer(401, {"error": "invalid_client"})
            return Answer(200, {"access_token": self.token, "expires_in": 7200})
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer(401)
        if asked.headers.get("sellerid") != "4711":
            return Answer(403)
        path = asked.path.removeprefix("/seller/v2")
        if asked.method == "POST" and path == "/messages":
            return self._reply(asked.json)
        if asked.method == "PATCH":
            (change,) = asked.json
            self.discussions[path.rpartition("/")[2]]["isOpen"] = change["value"]
            return Answer(204)
        if path == "/attachments":
            return Answer(200, {"items": self.attachments.get(asked.query["messageId"], [])})
        if path == "/orders":
            return self._paged(self.orders, asked)
        if path == "/discussions":
            brief = [
                {k: v for k, v in one.items() if k != "messages"}
                for one in self.discussions.values()
            ]
            return self._paged(brief, asked)
        found = self.discussions.get(path.rpartition("/")[2])
        return Answer(200, found) if found else Answer(404)

    def _reply(self, body: dict[str, Any]) -> Answer:
        if not 13 <= len(body["body"]) <= 5000:
            return Answer(400, {"message": "body: 13 to 5000 characters"})
        number = body["discussionId"]
        kinds = [one["userType"] for one in body["receivers"]]
        allowed = self.discussions[number].get("receivers")
        if allowed and not set(kinds) <= {one["userType"] for one in allowed}:
            return Answer(400, {"message": "receiver not eligible"})
        message_id = self.say(number, body["body"], self.clock, "Seller", to=kinds,
                              attachments=body.get("attachments", []))  # fmt: skip
        self.discussions[number]["processStatus"] = "Treated"
        return Answer(201, {"messageId": message_id})

    def _paged(self, found: list[dict[str, Any]], asked: Asked) -> Answer:
        query = asked.query
        since, until = (datetime.fromisoformat(query[n]) for n in ("updatedAtMin", "updatedAtMax"))
        if (until - since).days > 180:
            self.wrong.append("more than six months")
        fitting = [
            one for one in found if since <= datetime.fromisoformat(one["updatedAt"]) <= until
        ]
        index, size = int(query["pageIndex"]), int(query["pageSize"])
        part = fitting[(index - 1) * size : index * size]
        return Answer(200, {"itemsPerPage": size, "items": part})


def order(at: datetime, **more: Any) -> dict[str, Any]:
    """Give an order as the vendor's Java clients have it: names with underscores."""
    return {
        "order_id": "ORD-1", "reference": "2603061259ABC1D", "status": "Shipped",
        "sales_channel": {"id": "CDISFR"}, "customer": {"reference": "cust-1"},
        "purchased_at": at.isoformat(), "updatedAt": at.isoformat(), "currency_code": "EUR",
        "billing_address": {"first_name": "Jeanne", "last_name": "Durand", "country_code": "FR"},
        "total_price": {"selling_price": 44.80},
        "lines": [{"quantity": 2, "offer": {"seller_product_id": "L-1", "product_title": "Lampe"},
                   "selling_price": {"unit_sales_price": 19.95}, "parcels": [{"parcel_number": "8R1"}],
                   "shipping_address": {"country_code": "FR", "email": "noreply@clemarche.com"}}],
        **more,
    }  # fmt: skip


def attachment(name: str, content: bytes) -> dict[str, str]:
    encoded = base64.b64encode(content).decode()
    return {"attachmentName": name, "fileFormat": name.rpartition(".")[2], "content": encoded}


@contextmanager
def running(seller: Seller) -> Iterator[Vendor]:
    with vendor(seller.handle) as server:
        yield server
    assert seller.wrong == []
