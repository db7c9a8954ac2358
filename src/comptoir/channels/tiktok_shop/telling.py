"""What an item of TikTok Shop's tells. Times are seconds since 1970, amounts are texts.

A message's content is JSON within JSON, and differs by the message's type. Notices that the chat
makes by itself (somebody joined, somebody looked at a product) tell nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.told import (
    Author,
    Buyer,
    CaseKind,
    CaseState,
    CaseTold,
    FigureTold,
    File,
    MessageTold,
    Told,
)
from comptoir.channels.tiktok_shop import orders
from comptoir.channels.tiktok_shop.values import PLACE, amount, part, when

AUTHORS = {
    "BUYER": Author.BUYER,
    "SHOP": Author.US,
    "CUSTOMER_SERVICE": Author.US,
    "SYSTEM": Author.PLATFORM,
    "ROBOT": Author.PLATFORM,
}
SILENT = frozenset({
    "ALLOCATED_SERVICE", "NOTIFICATION", "BUYER_ENTER_FROM_TRANSFER", "BUYER_ENTER_FROM_PRODUCT",
    "BUYER_ENTER_FROM_ORDER",
})  # fmt: skip
FILES = {"IMAGE": ("image.jpg", "image/jpeg"), "VIDEO": ("video.mp4", "video/mp4")}
CHAT = "https://seller.tiktok.com/chat/inbox"
RETURNS = "https://seller.tiktok.com/order/return"


def message(
    said: Mapping[str, Any],
    thread_id: str,
    around: Mapping[str, Any],
) -> Iterator[MessageTold]:
    """Read a message; `around` has what its conversation said: buyer, order, item."""
    kind, sender = str(said.get("type")), part(said, "sender")
    if kind in SILENT or said.get("is_visible") is False:
        return
    at = when(said.get("create_time"))
    number = str(said.get("id") or said["message_id"])
    if at is None:
        raise ValueError(f"message {number}: {said.get('create_time')!r} is no time")
    author = AUTHORS.get(str(sender.get("role")), Author.PLATFORM)
    content = content_of(said)
    buyer = part(around, "buyer")
    is_buyer = author is Author.BUYER
    yield MessageTold(
        external_id=number,
        thread_id=thread_id,
        author=author,
        occurred_at=at,
        text=_text(kind, content),
        order_number=str(content.get("order_id") or around.get("order") or ""),
        item=str(content.get("product_id") or around.get("item") or ""),
        buyer=Buyer(
            alias=str(buyer.get("user_id") or buyer.get("im_user_id") or
                      (sender.get("im_user_id") if is_buyer else "") or ""),
            name=str(buyer.get("nickname") or (sender.get("nickname") if is_buyer else "") or ""),
        ),
        speaker_name=str(sender.get("nickname") or ""),
        needs_reply=None if is_buyer else False,
        files=tuple(
            File(name=name, content_type=kind, reference={"item": identity})
            for identity, name, kind, _ in files_of(said)
        ),
        place=PLACE,
        link=CHAT,
    )  # fmt: skip


def files_of(said: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Name the file of a message, if it is one: item, name, kind of content, address."""
    known = FILES.get(str(said.get("type")))
    url = str(content_of(said).get("url") or "")
    if known and url:
        yield f"file/{said.get('id') or said.get('message_id')}", *known, url


def content_of(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Open a message's content; what is no JSON is text."""
    given = said.get("content")
    if isinstance(given, dict):
        return given
    try:
        found = json.loads(str(given or "{}"))
    except ValueError:
        return {"content": str(given)}
    return found if isinstance(found, dict) else {"content": str(found)}


def case(
    told: Mapping[str, Any],
    kind: CaseKind,
) -> Iterator[Told]:
    """Read a return or a cancellation: the case, and for a return its part of the order."""
    number = str(told.get("return_id") or told.get("cancel_id") or "")
    status = str(told.get("return_status") or told.get("cancel_status") or "")
    at = when(told.get("create_time")) or when(told.get("update_time"))
    if not number or at is None:
        raise ValueError(f"a {kind} without number or time")
    is_return = kind is CaseKind.RETURN
    refund = part(told, "refund_amount")
    steps = pages_of(told, "seller_next_action_response")
    deadlines = [at for one in steps if (at := when(one.get("deadline")))]
    if str(told.get("role") or told.get("return_role") or "BUYER") == "BUYER":
        yield CaseTold(
            external_id=number,
            kind=kind,
            state=state_of(status, asks=bool(deadlines) or status.endswith("PENDING")),
            occurred_at=at,
            text=str(told.get("return_reason_text") or told.get("cancel_reason_text") or ""),
            reason=str(told.get("return_reason") or told.get("cancel_reason") or ""),
            due_at=min(deadlines, default=None),
            order_number=str(told.get("order_id") or ""),
            amount=amount(refund.get("refund_total")),
            currency=str(refund.get("currency") or ""),
            place=PLACE,
            link=RETURNS,
        )
    if is_return and told.get("order_id"):
        yield orders.with_return(told, number, status, at)


def state_of(status: str, *, asks: bool) -> CaseState:
    """Tell how far a case is: it waits for us, for somebody else, or is over."""
    if asks:
        return CaseState.OPENED
    is_over = status.endswith(("_COMPLETE", "_CANCEL", "_SUCCESS", "_REJECT"))
    return CaseState.CLOSED if is_over else CaseState.ANSWERED


def figures(told: Mapping[str, Any]) -> Iterator[FigureTold]:
    """Read how TikTok counts the shop's answers: shares come as percent."""
    performance, at = part(told, "performance"), when(told.get("at"))
    since, until = (date.fromisoformat(str(told[name])) for name in ("since", "until"))
    if at is None:
        return
    for name, key, unit, divisor in (
        ("response_rate_24h", "response_percentage", "share", 100),
        ("chat_satisfaction_rate", "satisfaction_percentage", "share", 100),
        ("average_response_time", "response_time_mins", "hours", 60),
        ("chat_count", "support_session_count", "count", 1),
    ):
        value = amount(str(performance.get(key, "")).rstrip("% "))
        if value is not None:
            yield FigureTold(
                name=name, at=at, value=value / divisor, unit=unit,
                since=since, until=until,
                place=PLACE,
            )  # fmt: skip


def _text(kind: str, content: Mapping[str, Any]) -> str:
    """Give the words of a message; a card or a sticker is named by what it shows."""
    if words := str(content.get("content") or ""):
        return words
    if kind in FILES:
        return ""
    shown = [str(content[name]) for name in ("product_id", "order_id", "sku_id", "package_id",
             "coupon_id", "name", "url") if content.get(name)]  # fmt: skip
    return " ".join([f"[{kind}]", *shown])
