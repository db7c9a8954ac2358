"""An operator that runs on Mirakl: ours, and said to be ours. It keeps what it is told.

Answers have the shape of the vendor's specification; every request is checked against it where the
specification is at hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.channels.loopback import Answer, Asked
from tests.channels.mirakl.contract import Contract, parts
from tests.channels.specs import SPECS

DOCUMENT = SPECS / "mirakl" / "mirakl-mmp-seller-openapi.json"
KEY = "shop-key-1"
START = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def order(number: str, *, at: datetime = START, **more: Any) -> dict[str, Any]:
    line = {
        "order_line_id": f"{number}-1", "order_line_state": "SHIPPED", "offer_sku": "LAMPE-1",
        "product_title": "Lampe de bureau", "quantity": 2, "price": 99.8, "price_unit": 49.9,
        "total_price": 105.8, "last_updated_date": iso(at), "created_date": iso(at),
        "shipped_date": iso(at), "received_date": None, "refunds": [], "cancelations": [],
        "order_line_state_reason_label": None,
    }  # fmt: skip
    return {
        "order_id": number, "commercial_id": number[:-2], "created_date": iso(at),
        "last_updated_date": iso(at), "order_state": "SHIPPED", "total_price": 105.8,
        "currency_iso_code": "EUR", "has_customer_message": False, "has_incident": False,
        "customer": {
            "customer_id": "C-7", "firstname": "Anna", "lastname": "Berg", "locale": "fr_FR",
            "shipping_address": {"country_iso_code": "FRA", "city": "Lyon"},
        },
        "shipping_tracking": "XY123", "shipping_company": "Colissimo",
        "shipping_tracking_url": "https://track.example/XY123",
        "shipping_deadline": iso(at + timedelta(days=2)), "order_lines": [line], **more,
    }  # fmt: skip


def message(text: str, *, at: datetime, by: str = "CUSTOMER_USER", **more: Any) -> dict[str, Any]:
    name = {"CUSTOMER_USER": "Anna Berg", "SHOP_USER": "Maison Perrin"}.get(by, "Opérateur")
    return {
        "id": str(uuid4()), "body": text, "date_created": iso(at),
        "from": {"type": by, "display_name": name}, "to": [], "attachments": [], **more,
    }  # fmt: skip


def thread(
    number: str, *messages: dict[str, Any], kind: str = "MMP_ORDER", about: str = "A-1-A"
) -> dict[str, Any]:
    people = [{"type": "SHOP", "id": "2001", "display_name": "Maison Perrin"}]
    if kind != "SELLER_OPERATOR":
        people.append({"type": "CUSTOMER", "id": "C-7", "display_name": "Anna Berg"})
    return refreshed({
        "id": number, "entities": [{"type": kind, "id": about, "label": "Lampe de bureau"}],
        "topic": {"type": "FREE_TEXT", "value": "Ma commande"}, "messages": list(messages),
        "authorized_participants": [*people, {"type": "OPERATOR", "display_name": "Opérateur"}],
        "current_participants": people, "date_created": messages[0]["date_created"],
        "no_store_reply_needed": [],
    })  # fmt: skip


def refreshed(value: dict[str, Any]) -> dict[str, Any]:
    """Bring what Mirakl derives from a thread's messages up to date."""
    last = value["messages"][-1]
    since = None
    for one in value["messages"]:
        since = None if one["from"]["type"] == "SHOP_USER" else since or one["date_created"]
    value["date_updated"] = last["date_created"]
    value["metadata"] = {
        "last_message_date": last["date_created"], "last_sender": last["from"],
        "total_count": len(value["messages"]),
        "shop_reply_needed_since": None if value["no_store_reply_needed"] else since,
    }  # fmt: skip
    return value


@dataclass
class Operator:
    """What the operator knows. `clock` is its own; `broken` are requests that were none of theirs."""

    clock: Callable[[], datetime] = lambda: START
    orders: list[dict[str, Any]] = field(default_factory=list)
    threads: list[dict[str, Any]] = field(default_factory=list)
    returns: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    statistics: dict[str, Any] = field(default_factory=dict)
    threads_a_page: int = 50
    contract: Contract | None = None
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.contract is None and DOCUMENT.exists():
            self.contract = Contract(DOCUMENT)

    def answer(self, asked: Asked) -> Answer:
        if self.contract is not None:
            try:
                self.contract.check(asked)
            except Exception as error:
                self.broken.append(f"{asked.method} {asked.path}: {error}")
                return Answer(400, body={"message": str(error)[:300]})
        if asked.headers.get("authorization") != KEY:
            return Answer(401, body={"status": 401, "message": "Unauthorized"})
        steps = asked.path.strip("/").split("/")
        match (asked.method, *steps):
            case ("GET", "api", "account"):
                return Answer(body={"shop_id": 2001, "shop_name": "Maison Perrin"})
            case ("GET", "api", "account", "statistics"):
                return Answer(body=self.statistics)
            case ("GET", "api", "orders"):
                return self._orders(asked)
            case ("GET", "api", "returns"):
                since = asked.query["return_last_updated_from"]
                found = [one for one in self.returns if one["last_updated"] >= since]
                return self._page(asked, found, 50)
            case ("GET", "api", "inbox", "threads"):
                return self._page(asked, self._threads(asked), self.threads_a_page)
            case ("GET", "api", "inbox", "threads", number):
                found = [one for one in self.threads if one["id"] == number]
                return Answer(body=found[0]) if found else Answer(404)
            case ("GET", "api", "inbox", "threads", number, "download"):
                content = self.files.get(number)
                headers = {"content-type": "application/octet-stream"}
                return Answer(body=content, headers=headers) if content else Answer(404)
            case ("POST", "api", "inbox", "threads", number, "message"):
                return self._reply(asked, number)
            case ("POST", "api", "orders", number, "threads"):
                return self._begin(asked, number)
        return Answer(404)

    def _orders(self, asked: Asked) -> Answer:
        since = asked.query.get("start_update_date", "")
        found = [one for one in self.orders if one["last_updated_date"] >= since]
        first, size = int(asked.query.get("offset", 0)), int(asked.query.get("max", 10))
        return Answer(body={"orders": found[first : first + size], "total_count": len(found)})

    def _threads(self, asked: Asked) -> list[dict[str, Any]]:
        found = self.threads
        if numbers := asked.query.get("entity_id"):
            wanted = numbers.split(",")
            found = [one for one in found if one["entities"][0]["id"] in wanted]
        if since := asked.query.get("updated_since"):
            found = [one for one in found if one["date_updated"] >= since]
        if asked.query.get("with_messages") != "true":
            return [{k: v for k, v in one.items() if k != "messages"} for one in found]
        return [{**one, "messages": one["messages"][-100:]} for one in found]

    def _page(self, asked: Asked, found: list[dict[str, Any]], size: int) -> Answer:
        token = asked.query.get("page_token", "")
        if token and not token.startswith("after-"):
            return Answer(400, body={"message": "invalid page token"})
        first = int(token.removeprefix("after-") or 0)
        size = min(size, int(asked.query.get("limit", 50)))
        more = {"next_page_token": f"after-{first + size}"} if first + size < len(found) else {}
        return Answer(body={"data": found[first : first + size], **more})

    def _reply(self, asked: Asked, number: str) -> Answer:
        found = next((one for one in self.threads if one["id"] == number), None)
        if found is None:
            return Answer(404, body={"message": "thread not found"})
        told = {name: content for name, _, content in parts(asked)}
        said = json.loads(told["message_input"])
        added = message(said["body"], at=self.clock(), by="SHOP_USER", to=said["to"])
        found["messages"].append(added)
        refreshed(found)
        return Answer(201, body={"message_id": added["id"], "thread_id": number})

    def _begin(self, asked: Asked, number: str) -> Answer:
        told = {name: content for name, _, content in parts(asked)}
        said = json.loads(told["thread_input"])
        added = message(said["body"], at=self.clock(), by="SHOP_USER", to=said["to"])
        begun = thread(str(uuid4()), added, about=number)
        self.threads.append(begun)
        return Answer(201, body={"message_id": added["id"], "thread_id": begun["id"]})
