"""One shop at one operator that runs on Mirakl."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, Http, pages_of, receipt_of
from comptoir.channels.kernel.protocol import (
    Capabilities,
    ChannelError,
    Cursor,
    Outcome,
    Outgoing,
    Page,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import Told
from comptoir.channels.kernel.values import Dict, words
from comptoir.channels.kernel.windows import moment
from comptoir.channels.mirakl import figures, orders, sending, threads
from comptoir.channels.mirakl.addresses import portal_address
from comptoir.channels.mirakl.pulling import FIRST_READING, Reader
from comptoir.channels.mirakl.rounds import ShopRounds

KIND = "mirakl"
CLOCKS_APART = timedelta(minutes=5)
"""So far may the operator's clock be behind ours when a reply is looked for."""


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> MiraklConnector:
    """Open a shop. Raises `ChannelError` for settings that cannot be."""
    return MiraklConnector(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Unknown kinds tell nothing."""
    value = json.loads(item.content)
    match item.external_id.partition("/")[0]:
        case "thread":
            yield from threads.told(value, settings)
        case "order":
            yield orders.told(value["order"])
            yield from orders.incidents_told(value["order"], value.get("incidents", []), settings)
        case "return":
            yield from orders.return_told(value, settings)
        case "figures":
            read_at = moment(value["read_at"])
            if read_at is not None and isinstance(value["statistics"], dict):
                yield from figures.told(value["statistics"], read_at=read_at)


class KeyAuth:
    """Proves who asks by the shop's key, which Mirakl wants without a scheme before it."""

    def __init__(self, key: str) -> None:
        self._key = key.strip()

    def apply(self, request: httpx.Request) -> None:
        """Add the key."""
        request.headers["authorization"] = self._key

    def renew(self) -> bool:
        """Give up: a key that was refused stays refused."""
        return False


class MiraklConnector:
    """One shop."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        card = card_of(KIND)
        assert card is not None
        self.capabilities = Capabilities(
            name=card.name,
            attachment_bytes_max=card.reply.attachment_bytes_max,
            text_chars_max=card.reply.text_chars_max,
        )
        self._around = around
        self._shop_id = words(settings.get("shop_id"))
        self._topic_code = words(settings.get("topic_code"))
        self._scope = {"shop_id": self._shop_id} if self._shop_id else {}
        self._http = Http(
            portal_address(words(settings.get("base_url"))),
            around,
            auth=KeyAuth(str(secrets.get("key", ""))),
            rates=card.limits(dict(settings)),
            headers={"accept": "application/json, */*;q=0.5"},
        )
        self._reader = Reader(self._http, around, settings, self._scope)

    def check(self) -> None:
        """Ask who the shop is and whether its inbox may be read.

        Raises `ChannelError`: `auth_failed`, `forbidden`, `not_found` or `bad_answer` (the address
        is no Mirakl portal), `settings_invalid` (the key does not reach that shop).
        """
        shop = self._http.read("check", "/api/account", params={**self._scope}).json()
        if not isinstance(shop, dict) or "shop_id" not in shop:
            raise ApiError("bad_answer", "the account's answer names no shop")
        if self._shop_id and words(shop.get("shop_id")) != self._shop_id:
            detail = f"The key is for shop {words(shop.get('shop_id'))}, not {self._shop_id}."
            raise ChannelError("settings_invalid", detail, permanent=True)
        self._http.read("check", "/api/inbox/threads", params={"limit": 1, **self._scope}).json()

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield pages of what is due; the first time from thirty days back."""
        rounds = ShopRounds(cursor, now=self._around.now(), first=FIRST_READING)
        return self._reader.pull(rounds, page_size=page_size)

    def send(self, outgoing: Outgoing) -> Receipt:
        """Answer in a thread. Without one: in the order's latest thread, or in a new one on it."""
        try:
            thread_id = outgoing.thread_id or self._thread_on_order(outgoing)
        except ChannelError as error:  # nothing was written yet
            outcome = Outcome.REFUSED if error.permanent else Outcome.DEFERRED
            return Receipt(outcome, error.code, error.detail)
        if thread_id:
            path, parts = sending.to_thread(outgoing, thread_id)
        else:
            path, parts = sending.on_order(outgoing, self._topic_code)
        try:
            answer = self._http.write("send", path, params={**self._scope}, files=parts)
        except ChannelError as error:
            return receipt_of(error)
        return Receipt(Outcome.ACCEPTED, external_id=_message_id(answer.content))

    def find(self, outgoing: Outgoing) -> str | None:
        """Look for a reply by its words, in its thread or those of its order."""
        since = (outgoing.written_at or self._around.now()) - CLOCKS_APART
        if outgoing.thread_id:
            path = f"/api/inbox/threads/{quote(outgoing.thread_id, safe='')}"
            found = [self._http.read("threads", path, params={**self._scope}).json()]
        else:
            found = self._threads_of(outgoing.order_number)
        return sending.found_in(outgoing, found, since=since) or None

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _thread_on_order(self, outgoing: Outgoing) -> str:
        """Give the thread that a reply on an order goes on; empty where one has to be begun."""
        if not outgoing.order_number:
            detail = "The conversation is not known, and there is no order to begin one on."
            raise ChannelError("no_thread", detail, permanent=True)
        if outgoing.begins:
            return ""
        return sending.thread_for(outgoing, self._threads_of(outgoing.order_number))

    def _threads_of(self, order_number: str) -> list[Dict]:
        asked = {"entity_type": "MMP_ORDER", "entity_id": order_number}
        return [one for page, _ in self._reader.thread_pages(asked) for one in page]


def _message_id(content: bytes) -> str:
    """Read the id of a message that Mirakl took: it did, whatever the answer's body looks like."""
    try:
        answer = json.loads(content)
    except ValueError:
        return ""
    found = next(iter(pages_of([answer])), {})
    return words(found.get("message_id"))
