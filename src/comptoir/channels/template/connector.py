"""A connector, whole and small: what to replace is the vendor's addresses and names.

The API it speaks is that of `docs/channels/template.md`: `GET /events?since=` gives messages and
orders as JSON, a page at a time; `POST /threads/{id}/messages` answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import Http, pages_of, receipt_of
from comptoir.channels.kernel.protocol import (
    Call,
    Capabilities,
    ChannelError,
    Cursor,
    Forged,
    Outcome,
    Outgoing,
    Page,
    Pushed,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.signing import hmac_sha256, is_hex
from comptoir.channels.kernel.told import Author, Buyer, Line, MessageTold, OrderTold, Told
from comptoir.channels.kernel.windows import iso, moment

KIND = "template"
FIRST_PULL = timedelta(days=30)
AUTHORS = {"buyer": Author.BUYER, "shop": Author.US, "operator": Author.OPERATOR}


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> TemplateConnector:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return TemplateConnector(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Unknown kinds tell nothing: vendors add some."""
    del settings
    event = json.loads(item.content)
    if event.get("kind") == "message":
        yield _message(event)
    elif event.get("kind") == "order":
        yield _order(event)


class KeyAuth:
    """Proves who asks by a key in a header."""

    def __init__(self, key: str) -> None:
        self._key = key

    def apply(self, request: httpx.Request) -> None:
        """Add the key."""
        request.headers["x-api-key"] = self._key

    def renew(self) -> bool:
        """Give up: a key that was refused stays refused."""
        return False


class TemplateConnector:
    """One account."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        card = _card()
        self.capabilities = Capabilities(name=card.name)
        self._around = around
        self._push_secret = secrets.get("push_secret", "")
        self._http = Http(
            str(settings["base_url"]),
            around,
            auth=KeyAuth(secrets["key"]),
            rates=card.limits(dict(settings)),
        )

    def check(self) -> None:
        """Ask for what costs nothing. Raises `ChannelError` when key or address are wrong."""
        self._http.read("check", "/events", params={"limit": 1}).json()

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield pages of events after the last one seen; the first time from thirty days back."""
        after = str(cursor.get("after", ""))
        since = iso(self._around.now() - FIRST_PULL)
        while True:
            asked = {"limit": page_size, **({"after": after} if after else {"since": since})}
            answer = self._http.read("events", "/events", params=asked).json()
            items = tuple(_item(event) for event in pages_of(answer, "events"))
            last = str(answer.get("next", "")) if isinstance(answer, dict) else ""
            yield Page(items, {"after": last or after})
            if not items or not last or last == after:
                return
            after = last

    def receive(self, call: Call) -> Pushed:
        """Verify a push by its signature over the raw bytes, and hand its event over."""
        expected = hmac_sha256(self._push_secret, call.body)
        if not self._push_secret or not is_hex(call.headers.get("x-signature", ""), expected):
            raise Forged("the signature is not the shop's")
        return Pushed((_item(json.loads(call.body)),))

    def send(self, outgoing: Outgoing) -> Receipt:
        """Answer in a conversation, or begin one on an order."""
        path = f"/threads/{outgoing.thread_id}/messages"
        if outgoing.begins:
            path = f"/orders/{outgoing.order_number}/messages"
        said = {"text": outgoing.text, "key": outgoing.idempotency_key}
        try:
            answer = self._http.write("send", path, json=said).json()
        except ChannelError as error:
            return receipt_of(error)
        return Receipt(Outcome.ACCEPTED, external_id=str(answer.get("id", "")))

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()


def _card() -> Card:
    card = card_of(KIND)
    assert card is not None
    return card


def _item(event: Mapping[str, Any]) -> RawItem:
    """Keep one event as it came; its version makes another item of one that changed."""
    identity = f"{event.get('kind')}/{event.get('id')}/{event.get('version', 1)}"
    return RawItem(
        identity, json.dumps(event).encode(), "application/json", moment(event.get("at"))
    )


def _message(event: Mapping[str, Any]) -> MessageTold:
    at = moment(event["at"])
    if at is None:
        raise ValueError(f"message {event.get('id')}: {event['at']!r} is no moment")
    return MessageTold(
        external_id=str(event["id"]),
        thread_id=str(event["thread"]),
        author=AUTHORS.get(str(event.get("author")), Author.PLATFORM),
        occurred_at=at,
        text=str(event.get("text", "")),
        order_number=str(event.get("order", "")),
        buyer=_buyer(event),
    )


def _order(event: Mapping[str, Any]) -> OrderTold:
    lines = tuple(
        Line(
            sku=str(line["sku"]),
            title=str(line.get("title", "")),
            quantity=int(line.get("quantity", 1)),
            price=Decimal(str(line.get("price", 0))),
        )
        for line in pages_of(event, "lines")
    )
    return OrderTold(
        number=str(event["id"]),
        placed_at=moment(event.get("at")),
        state=str(event.get("state", "")),
        total=Decimal(str(event["total"])) if "total" in event else None,
        currency=str(event.get("currency", "")),
        buyer=_buyer(event),
        lines=lines or None,
    )


def _buyer(event: Mapping[str, Any]) -> Buyer:
    told = event.get("buyer") or {}
    return Buyer(
        alias=str(told.get("id", "")),
        name=str(told.get("name", "")),
        email=str(told.get("email", "")),
        language=str(told.get("language", "")),
    )
