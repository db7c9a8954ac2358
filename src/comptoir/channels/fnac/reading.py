"""What a stored element of Fnac's API says.

Messages on an order are one conversation, known by the order's number. A question on an offer is a
conversation of its own, known by its message: buyers are told apart by a shortened name only, and
the answer stands in the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from comptoir.channels.fnac import orders
from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import Author, Buyer, MessageTold, Place, ThreadTold, Told
from comptoir.channels.kernel.windows import moment
from comptoir.channels.kernel.xml_answers import Element, parsed, text

AUTHORS = {
    "CLIENT": Author.BUYER,
    "CALLCENTER": Author.OPERATOR,
    "SELLER": Author.US,
    "SYSTEM": Author.PLATFORM,
}
OFFER, ORDER = "offer", "order"


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Unknown elements tell nothing."""
    root = parsed(item.content)
    place = Place(marketplace=str(settings.get("site") or "fnac"))
    match root.tag:
        case "message":
            yield from _message(root, place)
        case "order":
            yield from orders.order(root, place)
        case "incident":
            yield from orders.incident(root, place)
        case "client_order_comment":
            yield from orders.comment(root, place)


def thread_of(root: Element) -> tuple[str, str]:
    """Give the conversation of a `<message>` and its stream."""
    referer = root.find("message_referer")
    if referer is not None and (referer.get("type") or "").upper() == "OFFER":
        return text(root, "message_id"), OFFER
    return text(referer) or text(root, "message_id"), ORDER


def author_of(root: Element) -> Author:
    """Say who wrote a `<message>`; one without a sender is the system's."""
    sender = root.find("message_from")
    kind = (sender.get("type") or "").upper() if sender is not None else ""
    return AUTHORS.get(kind, Author.PLATFORM)


def _message(root: Element, place: Place) -> Iterator[Told]:
    thread_id, stream = thread_of(root)
    author = author_of(root)
    at = moment(_padded(text(root, "created_at")))
    if at is None:
        raise ValueError(f"message {text(root, 'message_id')}: no moment")
    name = text(root, "message_from")
    yield MessageTold(
        external_id=text(root, "message_id"),
        thread_id=thread_id,
        stream=stream,
        author=author,
        occurred_at=at,
        text=text(root, "message_description"),
        subject=text(root, "message_subject"),
        order_number=thread_id if stream == ORDER else "",
        item=text(root, "message_offer_title"),
        buyer=Buyer(name=name) if author is Author.BUYER else Buyer(),
        speaker_name=name,
        needs_reply=False if author is Author.PLATFORM else None,
        place=place,
    )
    answered_at = moment(_padded(text(root, "answer_at")))
    if text(root, "answer") and answered_at:
        yield MessageTold(
            external_id=f"{text(root, 'message_id')}/answer",
            thread_id=thread_id,
            stream=stream,
            author=Author.US,
            occurred_at=answered_at,
            text=text(root, "answer"),
            place=place,
        )
    if stream == OFFER and (root.get("archived") or "").upper() == "TRUE":
        updated_at = moment(_padded(text(root, "updated_at"))) or at
        yield ThreadTold(thread_id=thread_id, at=updated_at, stream=stream, place=place)


def _padded(at: str) -> str:
    """Give an hour two digits: recorded answers have `T9:50:04`."""
    return re.sub(r"T(\d):", r"T0\1:", at)
