"""What a thread of Mirakl's inbox (M10, M11) says: its messages, and that it needs no reply."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.told import Author, Buyer, File, MessageTold, ThreadTold, Told
from comptoir.channels.kernel.values import Dict, latest, part, words
from comptoir.channels.kernel.windows import moment
from comptoir.channels.mirakl.addresses import portal_link

STREAMS = {
    "MMP_ORDER": "order",
    "MMP_OFFER": "offer",
    "SELLER_OPERATOR": "operator",
    "MPS_ORDER": "service_order",
    "MPS_SERVICE": "service",
}
"""What a thread is about; Mirakl keeps questions before a sale and the operator's own apart."""
ON_ORDERS = ("MMP_ORDER", "MPS_ORDER")
AUTHORS = {
    "CUSTOMER_USER": Author.BUYER,
    "SHOP_USER": Author.US,
    "OPERATOR_USER": Author.OPERATOR,
}
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|b|strong|i|em|u|ul|ol|li|a|table|h[1-6])\b[^>]*>", re.IGNORECASE
)


def told(thread: Dict, settings: Mapping[str, Any]) -> Iterator[Told]:
    """Say what a thread tells, oldest message first; a mark of *no reply needed* comes last.

    Raises ValueError where a message has no time at all.
    """
    about = _about(thread)
    needed_since = moment(part(thread, "metadata").get("shop_reply_needed_since"))
    said = sorted(
        ((_at(message, thread), message) for message in pages_of(thread, "messages")),
        key=lambda pair: pair[0],
    )
    for at, message in said:
        yield _message(thread, message, at, about, needed_since, settings)
    mark = _marked(thread, [at for at, message in said if not _is_ours(message)])
    if mark is not None and needed_since is None:
        yield ThreadTold(thread_id=words(thread.get("id")), at=mark, stream=about["stream"])


def text_parts(body: str) -> tuple[str, str]:
    """Tell plain text from HTML, which operators' messages may be: (text, html), one of them empty."""
    return ("", body) if _MARKUP.search(body) else (body, "")


def _message(
    thread: Dict,
    message: Dict,
    at: datetime,
    about: Mapping[str, str],
    needed_since: datetime | None,
    settings: Mapping[str, Any],
) -> MessageTold:
    author = _author(message)
    text, html = text_parts(str(message.get("body") or ""))
    return MessageTold(
        external_id=words(message.get("id")),
        thread_id=words(thread.get("id")),
        author=author,
        occurred_at=at,
        text=text,
        html=html,
        subject=words(part(thread, "topic").get("value")),
        stream=about["stream"],
        order_number=about["order"],
        item=about["item"],
        buyer=_buyer(thread),
        speaker_name=words(part(message, "from").get("display_name")),
        needs_reply=_needs_reply(thread, author, at, needed_since),
        files=tuple(
            File(name=words(one.get("name")), reference={"item": f"file/{words(one.get('id'))}"})
            for one in pages_of(message, "attachments")
        ),
        link=portal_link(about["order"], settings),
    )


def _needs_reply(
    thread: Dict, author: Author, at: datetime, needed_since: datetime | None
) -> bool | None:
    """Give Mirakl's own word on whether the shop owes an answer; None where it is silent."""
    if author is Author.US:
        return False
    if "shop_reply_needed_since" not in part(thread, "metadata"):
        return None
    return needed_since is not None and at >= needed_since


def _about(thread: Dict) -> Mapping[str, str]:
    """Name stream, order and article of a thread by the first entity it is about."""
    entity = next(iter(pages_of(thread, "entities")), {})
    kind = words(entity.get("type"))
    is_order = kind in ON_ORDERS
    return {
        "stream": STREAMS.get(kind, kind.lower()),
        "order": words(entity.get("id")) if is_order else "",
        "item": "" if is_order or kind == "SELLER_OPERATOR" else words(entity.get("label")),
    }


def _buyer(thread: Dict) -> Buyer:
    there = (
        *pages_of(thread, "current_participants"),
        *pages_of(thread, "authorized_participants"),
    )
    for one in there:
        if words(one.get("type")) == "CUSTOMER":
            return Buyer(alias=words(one.get("id")), name=words(one.get("display_name")))
    return Buyer()


def _author(message: Dict) -> Author:
    return AUTHORS.get(words(part(message, "from").get("type")), Author.PLATFORM)


def _is_ours(message: Dict) -> bool:
    return _author(message) is Author.US


def _at(message: Dict, thread: Dict) -> datetime:
    at = moment(message.get("date_created")) or moment(thread.get("date_updated"))
    if at is None:
        raise ValueError(f"message {message.get('id')}: {message.get('date_created')!r} is no time")
    return at


def _marked(thread: Dict, theirs: list[datetime]) -> datetime | None:
    """Tell when somebody said that the last message of theirs needs no reply."""
    marks = pages_of(thread, "no_store_reply_needed")
    at = latest(*(mark.get("date") for mark in marks))
    if at is None or not theirs or at < theirs[-1]:
        return None
    return at
