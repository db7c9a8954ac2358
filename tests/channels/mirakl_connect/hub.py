"""Mirakl Connect: a stand-in of ours, and said to be ours. It keeps what it is told, and decides later.

Answers have the shape of the vendor's specification; every request is checked against it where the
specification is at hand.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from tests.channels.loopback import Answer, Asked
from tests.channels.mirakl.contract import Contract, parts
from tests.channels.specs import SPECS

DOCUMENT = SPECS / "mirakl" / "mirakl-connect-openapi.yaml"
SECRET = "s3cret"
START = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
ORIGIN = {"channel_id": "0054", "channel_name": "Conforama", "channel_store_id": "2001",
          "channel_store_name": "Maison Perrin"}  # fmt: skip


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def message(text: str, *, at: datetime, by: str = "CUSTOMER", **more: Any) -> dict[str, Any]:
    name = {"CUSTOMER": "Anna Berg", "STORE": "Maison Perrin"}.get(by, "Conforama")
    number = str(uuid4())
    return {
        "id": number, "channel_message_id": f"c-{number}", "body": text, "created_at": iso(at),
        "channel_created_at": iso(at), "sender": {"type": by, "name": name}, "attachments": [],
        "visible_to_customer": by != "CHANNEL", **more,
    }  # fmt: skip


def conversation(
    number: str, *messages: dict[str, Any], about: str = "A-1-A", **more: Any
) -> dict[str, Any]:
    return {
        "id": number, "channel_conversation_id": f"c-{number}", "messages": list(messages),
        "entity": {"type": "ORDER", "id": f"0054_{about}", "channel_entity_id": about},
        "origin": ORIGIN, "topic": {"type": "FREE_TEXT", "value": "Ma commande"},
        "participants": [{"type": "CUSTOMER", "name": "Anna Berg"}],
        "created_at": messages[0]["created_at"], "updated_at": messages[-1]["created_at"], **more,
    }  # fmt: skip


def money(amount: float) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def order(number: str, *, at: datetime = START, **more: Any) -> dict[str, Any]:
    line = {
        "id": f"0054_{number}-1", "channel_order_line_id": f"{number}-1", "status": "SHIPPED",
        "product": {"id": "LAMPE-1", "title": "Lampe de bureau"}, "quantity": 2,
        "price": money(80.0), "total_shipping_price": money(6.0), "shipping_taxes": [],
        "taxes": [{"code": "TVA", "amount": money(16.0)}], "adjustments": [],
        "custom_attributes": [], "can_cancel": False, "can_refund": True,
    }  # fmt: skip
    address = {"first_name": "Anna", "last_name": "Berg", "city": "Lyon", "street": "1 rue A",
               "country_iso_code": "FRA"}  # fmt: skip
    return {
        "id": f"0054_{number}", "channel_order_id": number, "created_at": iso(at),
        "updated_at": iso(at), "status": "SHIPPED", "origin": ORIGIN, "order_lines": [line],
        "custom_attributes": [], "fulfillment": {"type": "FULFILLED_BY_SELLER"},
        "shipping_info": {"address": address, "email": "lent.1@notification.mirakl.net",
                          "shipping_deadline": iso(at)}, **more,
    }  # fmt: skip


@dataclass
class Hub:
    """What Connect knows. `decides` is what it says of an action when it is asked."""

    clock: Callable[[], datetime] = lambda: START
    orders: list[dict[str, Any]] = field(default_factory=list)
    conversations: list[dict[str, Any]] = field(default_factory=list)
    returns: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    decides: dict[str, Any] = field(default_factory=lambda: {"status": "SUCCESS"})
    tokens: int = 0
    broken: list[str] = field(default_factory=list)
    contract: Contract | None = None

    def __post_init__(self) -> None:
        if DOCUMENT.exists():
            self.contract = Contract(DOCUMENT)

    @property
    def token(self) -> str:
        """The token that is good now."""
        return f"token-{self.tokens}"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth/token":
            return self._token(asked)
        inner = replace(asked, path=asked.path.removeprefix("/api"))
        if self.contract is not None:
            try:
                self.contract.check(inner)
            except Exception as error:
                self.broken.append(f"{asked.method} {asked.path}: {error}")
                return Answer(400, body={"code": "INVALID", "message": str(error)[:300]})
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer(401)
        match (asked.method, *inner.path.strip("/").split("/")):
            case ("GET", "v2", "orders", "returns"):
                return self._page(asked, self._since(asked, self.returns))
            case ("GET", "v2", "orders"):
                return self._page(asked, self._since(asked, self.orders))
            case ("GET", "conversations"):
                found = self._since(asked, self.conversations)
                if wanted := asked.query.get("entity_ids"):
                    found = [one for one in found if one["entity"]["id"] == wanted]
                without = [{k: v for k, v in one.items() if k != "messages"} for one in found]
                return self._page(asked, without)
            case ("GET", "conversations", "actions", number):
                known = self.actions.get(number)
                return Answer(body={**known, **self.decides}) if known else Answer(404)
            case ("GET", "conversations", number, "attachments"):
                return Answer(body=self._archive(), headers={"content-type": "application/zip"})
            case ("GET", "conversations", number):
                return self._messages(asked, number)
            case ("POST", "conversations", number, "messages"):
                said = json.loads(parts(asked)[0][2])
                return self._act(lambda: self.add(number, said["body"]))
            case ("POST", "conversations"):
                begun = json.loads(parts(asked)[0][2])
                about = begun["entity"]["id"].removeprefix("0054_")
                first = message(begun["first_message"]["body"], at=self.clock(), by="STORE")
                made = conversation(str(uuid4()), first, about=about)
                return self._act(lambda: self.conversations.append(made))
        return Answer(404)

    def add(self, number: str, text: str, **more: Any) -> None:
        """Put a message into a conversation, ours unless said otherwise."""
        found = next(one for one in self.conversations if one["id"] == number)
        found["messages"].append(message(text, at=self.clock(), **{"by": "STORE", **more}))
        found["updated_at"] = iso(self.clock())

    def _act(self, do: Callable[[], None]) -> Answer:
        number = f"action-{len(self.actions) + 1}"
        at = iso(self.clock())
        self.actions[number] = {"id": number, "created_at": at, "updated_at": at}
        if self.decides["status"] != "ERROR":
            do()
        return Answer(202, body={"action_id": number})

    def _token(self, asked: Asked) -> Answer:
        form = {name: values[-1] for name, values in parse_qs(asked.body.decode()).items()}
        if form.get("client_secret") != SECRET or form.get("grant_type") != "client_credentials":
            return Answer(401, body={"error": "invalid_client"})
        self.tokens += 1
        return Answer(body={"access_token": self.token, "expires_in": 3599, "token_type": "bearer"})

    def _since(self, asked: Asked, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        since = asked.query.get("updated_from", "")
        found = [one for one in rows if one["updated_at"] >= since]
        if wanted := asked.query.get("order_ids"):
            found = [one for one in rows if one["id"] == wanted]
        return sorted(found, key=lambda one: one["updated_at"], reverse=True)

    def _page(self, asked: Asked, found: list[dict[str, Any]]) -> Answer:
        token = asked.query.get("page_token", "")
        if token and not token.startswith("after-"):
            return Answer(400, body={"code": "INVALID_INPUT", "message": "page_token"})
        first = int(token.removeprefix("after-") or 0)
        size = int(asked.query.get("limit", 10))
        more = {"next_page_token": f"after-{first + size}"} if first + size < len(found) else {}
        return Answer(body={"data": found[first : first + size], **more})

    def _messages(self, asked: Asked, number: str) -> Answer:
        found = next((one for one in self.conversations if one["id"] == number), None)
        if found is None or found.get("anonymized_at"):
            return Answer(404, body={"code": "DATA_NOT_FOUND", "message": "gone"})
        after = asked.query.get("message_after", "")
        said = [one for one in found["messages"] if one["created_at"] > after]
        return Answer(body={"messages": said[::-1]})

    def _archive(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for number, (name, content) in self.files.items():
                archive.writestr(f"m1/{number}/{name}", content)
        return made.getvalue()
