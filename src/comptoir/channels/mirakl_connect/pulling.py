"""Reading a Connect account: conversations, orders and returns since they were last asked for.

Lists come newest first and are followed by a token. A conversation that changes while they are read
moves to the front and falls into the next window, which begins where this one began.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError, Http, pages_of
from comptoir.channels.kernel.protocol import Page, RawItem
from comptoir.channels.kernel.rounds import Rounds
from comptoir.channels.kernel.values import Dict, digest, words
from comptoir.channels.kernel.windows import iso, moment
from comptoir.channels.mirakl_connect.files import unpacked

FIRST_READING = timedelta(days=30)
CONVERSATIONS_EVERY = timedelta(minutes=1)
RETURNS_EVERY = timedelta(minutes=5)
PAGE_MAX = 100
JSON = "application/json"
Made = Callable[[Sequence[Dict]], list[RawItem]]


class Reader:
    """Reads one account."""

    def __init__(self, http: Http, around: Around, settings: Mapping[str, Any]) -> None:
        self._http = http
        self._around = around
        minutes = words(settings.get("orders_minutes"))
        self._orders_every = timedelta(minutes=int(minutes) if minutes.isdigit() else 5)

    def pull(self, rounds: Rounds, *, page_size: int) -> Iterator[Page]:
        """Yield pages of what is due."""
        size = min(page_size, PAGE_MAX)
        rounds_due: tuple[tuple[str, str, timedelta, Made], ...] = (
            ("orders", "/v2/orders", self._orders_every, _order_items),
            ("conversations", "/conversations", CONVERSATIONS_EVERY,
             lambda found: self._conversation_items(found, rounds)),
            ("returns", "/v2/orders/returns", RETURNS_EVERY, self._return_items),
        )  # fmt: skip
        for name, path, every, make in rounds_due:
            if rounds.is_due(name, every):
                yield from rounds.in_turn(self._round(rounds, name, path, make, size))

    def messages(self, conversation_id: str, **asked: str) -> list[Dict]:
        """Give the messages of a conversation. Raises `ApiError` (`not_found`: anonymised)."""
        path = f"/conversations/{quote(conversation_id, safe='')}"
        answer = self._http.read("conversations", path, params=asked).json()
        if not isinstance(answer, dict) or not isinstance(answer.get("messages"), list):
            raise ApiError("bad_answer", "conversations: no messages in the answer")
        return list(pages_of(answer, "messages"))

    def orders(self, order_ids: Sequence[str]) -> list[Dict]:
        """Give orders by Connect's own numbers."""
        found: list[Dict] = []
        for first in range(0, len(order_ids), PAGE_MAX):
            some = list(order_ids[first : first + PAGE_MAX])
            params = {"order_ids": some, "limit": PAGE_MAX}
            found += pages_of(self._http.read("orders", "/v2/orders", params=params).json(), "data")
        return found

    def _round(self, rounds: Rounds, name: str, path: str, make: Made, size: int) -> Iterator[Page]:
        since = iso(rounds.begin(name))
        token = words(rounds.page(name))
        while True:
            params = {"updated_from": since, "limit": size}
            if token:
                params["page_token"] = token
            try:
                answer = self._http.read(name, path, params=params).json()
            except ApiError as error:
                if token and error.status in (400, 404):
                    rounds.start_over(name)  # tokens end; the round is read from its first page
                    yield Page((), rounds.cursor())
                    return
                raise
            if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
                raise ApiError("bad_answer", f"{name}: no data in the answer")
            items = make(pages_of(answer, "data"))
            following = words(answer.get("next_page_token"))
            is_last = not following or following == token
            rounds.turn(name, None if is_last else following)
            yield Page(tuple(items), rounds.cursor())
            if is_last:
                return
            token = following

    def _conversation_items(self, found: Sequence[Dict], rounds: Rounds) -> list[RawItem]:
        """Give each conversation with all its messages, new files before it."""
        items: list[RawItem] = []
        for conversation in found:
            number = words(conversation.get("id"))
            try:
                messages = self.messages(number)
            except ApiError as error:
                if error.status == 404:
                    continue  # made anonymous meanwhile: nothing is left to read
                raise
            items += self._files(number, messages, rounds)
            content = {"conversation": conversation, "messages": messages}
            items.append(_item("conversation", number, content, conversation))
        return items

    def _files(self, number: str, messages: Sequence[Dict], rounds: Rounds) -> list[RawItem]:
        """Fetch the files not fetched yet; where Connect will not give them, messages go without."""
        wanted = [
            file_id
            for message in messages
            for one in pages_of(message, "attachments")
            if (file_id := words(one.get("id"))) and not rounds.has_file(file_id)
        ]
        if not wanted:
            return []
        path = f"/conversations/{quote(number, safe='')}/attachments"
        headers = {"accept": "application/zip, application/json"}
        asked = {"attachment_ids": wanted}
        try:
            archive = self._http.read("files", path, params=asked, headers=headers).content
        except ApiError as error:
            if error.code in ("throttled", "auth_failed"):
                raise
            return []
        items = list(unpacked(archive))
        for item in items:
            rounds.keep_file(item.external_id.removeprefix("file/"))
        return items

    def _return_items(self, found: Sequence[Dict]) -> list[RawItem]:
        """Give returns with the order's number at the marketplace, which Connect names elsewhere."""
        wanted = sorted({words(one.get("order_id")) for one in found} - {""})
        numbers = {
            words(order.get("id")): words(order.get("channel_order_id"))
            for order in self.orders(wanted)
        }
        items = []
        for one in found:
            number = numbers.get(words(one.get("order_id"))) or _after_channel(one)
            content = {"return": one, "order_number": number}
            items.append(_item("return", words(one.get("id")), content, one))
        return items


def _after_channel(back: Dict) -> str:
    """Take the channel's number off Connect's number of an order: `0002_3202630-A`."""
    origin = back.get("origin")
    channel = words(origin.get("channel_id")) if isinstance(origin, dict) else ""
    return words(back.get("order_id")).removeprefix(f"{channel}_")


def _order_items(found: Sequence[Dict]) -> list[RawItem]:
    return [_item("order", words(one.get("id")), dict(one), one) for one in found]


def _item(kind: str, number: str, content: Mapping[str, Any], dated: Dict) -> RawItem:
    name = f"{kind}/{number}/{digest(content)}"
    return RawItem(name, json.dumps(content).encode(), JSON, moment(dated.get("updated_at")))
