"""What came since the cursor: chats that moved, and orders, returns and cancellations that changed.

Chats have no `since`: the list is read as long as it shows chats whose latest message is new. That
it begins with the latest is what third parties see. All else is asked for in windows that overlap.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.fetching import Fetcher
from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.protocol import ChannelError, Cursor, Page, RawItem
from comptoir.channels.kernel.windows import OVERLAP, Window, iso, moment, windows
from comptoir.channels.tiktok_shop import telling
from comptoir.channels.tiktok_shop.api import Shop
from comptoir.channels.tiktok_shop.values import part, when

log = logging.getLogger(__name__)

CHATS = "/customer_service/202309/conversations"
PERFORMANCE = "/customer_service/202407/performance"
LISTS = {
    "order": ("/order/202309/orders/search", "orders", "id"),
    "return": ("/return_refund/202602/returns/search", "return_orders", "return_id"),
    "cancellation": ("/return_refund/202602/cancellations/search", "cancellations", "cancel_id"),
}
"""By kind of item: where it is searched, the list in the answer, its number."""
CHATS_A_PAGE, MESSAGES_A_PAGE, OTHERS_A_PAGE = 20, 10, 50
FIRST_PULL = timedelta(days=30)
LONGEST_WINDOW = timedelta(days=15)
FIGURES_EVERY, FIGURES_DAYS = timedelta(hours=12), 30
FILE_SECONDS = 30.0


def pages(shop: Shop, around: Around, cursor: Cursor) -> Iterator[Page]:
    """Yield what came since the cursor, chats first: somebody waits there."""
    standing = dict(cursor)
    yield from _chats(shop, around, standing)
    for kind in LISTS:
        yield from _changed(shop, around, kind, standing)
    yield from _figures(shop, around, standing)


def message_item(
    said: Mapping[str, Any], thread_id: str, surroundings: Mapping[str, Any]
) -> RawItem:
    """Keep a message as it came, with what its chat said."""
    number = said.get("id") or said.get("message_id")
    kept = {"message": said, "thread": thread_id, "around": surroundings}
    return kept_as(f"message/{number}", kept, when(said.get("create_time")))


def kept_as(identity: str, content: Mapping[str, Any], at: datetime | None) -> RawItem:
    """Keep something as it came."""
    return RawItem(identity, json.dumps(content).encode(), "application/json", at)


def file_items(said: Mapping[str, Any], fetcher: Fetcher) -> Iterator[RawItem]:
    """Fetch the file of a message as an item of its own; one that cannot be had is left out."""
    for identity, name, kind, url in telling.files_of(said):
        try:
            yield RawItem(identity, fetcher.get(url), kind, meta={"name": name})
        except ChannelError as error:
            log.warning("a file of a message could not be fetched: %s", error.code)


def buyer_of(chat: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the buyer among those who take part in a chat."""
    people = pages_of(chat, "participants")
    return next((dict(one) for one in people if one.get("role") == "BUYER"), {})


def _chats(shop: Shop, around: Around, standing: dict[str, Any]) -> Iterator[Page]:
    began = around.now()
    last = moment(standing.get("chats"))
    since = began - FIRST_PULL if last is None else min(last, began) - OVERLAP
    for found in shop.every("conversations", CHATS, "conversations", size=CHATS_A_PAGE):
        moved = [one for one in found if _is_since(part(one, "latest_message"), since)]
        for chat in moved:
            if new := _messages(shop, around, chat, since):
                yield Page(tuple(new), dict(standing))
        if not moved:
            break
    standing["chats"] = iso(began)
    yield Page((), dict(standing))


def _messages(
    shop: Shop, around: Around, chat: Mapping[str, Any], since: datetime
) -> list[RawItem]:
    """Give the new messages of a chat, oldest first, each with its file before it."""
    number, found = str(chat["id"]), []
    for some in shop.every(
        "messages", f"{CHATS}/{number}/messages", "messages",
        size=MESSAGES_A_PAGE, params={"sort_order": "DESC"},
    ):  # fmt: skip
        new = [one for one in some if _is_since(one, since)]
        found += new
        if len(new) < len(some):
            break
    fetcher = Fetcher(shop.account.media_hosts, around, patience_seconds=FILE_SECONDS)
    items: list[RawItem] = []
    for one, surroundings in _surrounded(found[::-1], buyer_of(chat)):
        items += file_items(one, fetcher)
        items.append(message_item(one, number, surroundings))
    return items


def _surrounded(
    messages: Sequence[Mapping[str, Any]], buyer: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Give each message with the order and the product that the chat spoke of last."""
    order = item = ""
    for one in messages:
        content = telling.content_of(one)
        order = str(content.get("order_id") or order)
        item = str(content.get("product_id") or item)
        yield one, {"buyer": buyer, "order": order, "item": item}


def _changed(shop: Shop, around: Around, kind: str, standing: dict[str, Any]) -> Iterator[Page]:
    now = around.now()
    for window in windows(
        standing.get(kind), now=now, begins=now - FIRST_PULL, longest=LONGEST_WINDOW
    ):
        for some in _found(shop, kind, window):
            yield Page(tuple(some), dict(standing))
        standing[kind] = iso(window.until)
        yield Page((), dict(standing))


def _found(shop: Shop, kind: str, window: Window) -> Iterator[list[RawItem]]:
    path, name, number = LISTS[kind]
    asked = {
        "update_time_ge": int(window.since.timestamp()),
        "update_time_lt": int(window.until.timestamp()) + 1,
    }
    ordered = {"sort_field": "update_time", "sort_order": "ASC"}
    for found in shop.every(
        kind, path, name, size=OTHERS_A_PAGE, params=ordered, method="POST", json=asked
    ):
        yield [
            kept_as(
                f"{kind}/{one[number]}/{one.get('update_time', 0)}", {kind: one},
                when(one.get("update_time")),
            )
            for one in found
            if one.get(number)
        ]  # fmt: skip


def _figures(shop: Shop, around: Around, standing: dict[str, Any]) -> Iterator[Page]:
    now, last = around.now(), moment(standing.get("figures"))
    if last is not None and timedelta(0) <= now - last < FIGURES_EVERY:
        return
    until = now.date()
    since = until - timedelta(days=FIGURES_DAYS)
    asked = {"support_date_ge": since.isoformat(), "support_date_lt": until.isoformat()}
    try:
        told = shop.read("figures", PERFORMANCE, params=asked)
    except ChannelError as error:
        if error.code not in ("forbidden", "not_found", "request_refused"):
            raise
        told = {}
    standing["figures"] = iso(now)
    content = {"at": int(now.timestamp()), "since": str(since), "until": str(until), **told}
    items = (
        [kept_as(f"figures/{iso(now)}", {"figures": content}, now)]
        if part(told, "performance")
        else []
    )
    yield Page(tuple(items), dict(standing))


def _is_since(message: Mapping[str, Any], since: datetime) -> bool:
    """Tell whether a message is new; one without a time that can be read is."""
    at = when(message.get("create_time"))
    return at is None or at >= since
