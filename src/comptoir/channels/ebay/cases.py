"""What is opened against the seller at eBay: payment disputes, and feedback.

A dispute in `ACTION_NEEDED` waits for the seller until `respondByDate`; `OPEN` is with eBay. Item
not received and return requests lie in the Post-Order API, of which eBay publishes no
specification: they are not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from comptoir.channels.ebay.account import Account
from comptoir.channels.ebay.money import amount_of
from comptoir.channels.ebay.orders import PORTAL
from comptoir.channels.ebay.paging import pages
from comptoir.channels.ebay.sites import place_of
from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import Buyer, CaseKind, CaseState, CaseTold, Told
from comptoir.channels.kernel.windows import Window, moment

DISPUTES = "/sell/fulfillment/v1/payment_dispute_summary"
FEEDBACK = "/commerce/feedback/v1/feedback"
PAGE_SIZE = 200
STATES = {
    "ACTION_NEEDED": CaseState.OPENED,
    "OPEN": CaseState.ANSWERED,
    "CLOSED": CaseState.CLOSED,
}
STARS = {"POSITIVE": 3, "NEUTRAL": 2, "NEGATIVE": 1}
"""eBay's three words as points of three: only the lowest is a bad review."""


def disputes(account: Account, window: Window) -> Iterator[list[RawItem]]:
    """Yield the disputes opened within a window, each state of each once."""
    asked = {
        "open_date_from": _iso(window.since),
        "open_date_to": _iso(window.until),
    }
    for found in pages(
        account.money, "disputes", DISPUTES, asked, names=("paymentDisputeSummaries",),
        size=PAGE_SIZE,
    ):  # fmt: skip
        yield [_dispute_item(one) for one in found if one.get("paymentDisputeId")]


def feedback(account: Account, *, days: int) -> Iterator[list[RawItem]]:
    """Yield what buyers left in so many days: 7, 30, 90, 180 or 365 (eBay takes no others)."""
    asked = {
        "user_id": str(account.settings.get("username") or ""),
        "feedback_type": "FEEDBACK_RECEIVED",
        "filter": f"period:{days},role:BUYER",
        "sort": "TIME",
    }
    for found in pages(
        account.api, "feedback", FEEDBACK, asked, names=("feedbackEntries",), size=PAGE_SIZE
    ):
        now = account.around.now()
        yield [_feedback_item(one, now) for one in found if one.get("feedbackId")]


def read_dispute(value: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what a dispute tells. Unknown states tell nothing."""
    state = STATES.get(str(value.get("paymentDisputeStatus")))
    at = moment(value.get("openDate"))
    if state is None or at is None:
        return
    amount = amount_of(value.get("amount"))
    number = str(value.get("orderId") or "")
    yield CaseTold(
        external_id=str(value["paymentDisputeId"]),
        kind=CaseKind.CHARGEBACK,
        state=state,
        occurred_at=at,
        reason=str(value.get("reason") or ""),
        due_at=moment(value.get("respondByDate")),
        order_number=number,
        amount=amount[0] if amount else None,
        currency=amount[1] if amount else "",
        buyer=Buyer(alias=str(value.get("buyerUsername") or "")),
        place=place_of(settings.get("site")),
        link=PORTAL.format(order=number) if number else "",
    )


def read_feedback(value: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what a buyer left. eBay's own automatic praise tells nothing."""
    rating = STARS.get(str(value.get("commentType")))
    at = moment(value.get("feedbackEnteredDate")) or moment(value.get("seen_at"))
    if rating is None or at is None or value.get("automatedFeedback"):
        return
    line = value.get("orderLineItemSummary") or {}
    is_answered = bool(_words(value.get("replyComment")))
    yield CaseTold(
        external_id=str(value["feedbackId"]),
        kind=CaseKind.REVIEW,
        state=CaseState.ANSWERED if is_answered else CaseState.OPENED,
        occurred_at=at,
        text=_words(value.get("feedbackComment")),
        reason=str(line.get("listingTitle") or ""),
        item=str(line.get("listingId") or ""),
        rating=rating,
        rating_max=len(STARS),
        buyer=Buyer(alias=str((value.get("providerUserDetail") or {}).get("userId") or "")),
        place=place_of(settings.get("site")),
    )


def _dispute_item(one: Mapping[str, Any]) -> RawItem:
    version = f"{one.get('paymentDisputeStatus')}/{one.get('respondByDate') or ''}"
    return _json_item(f"dispute/{one['paymentDisputeId']}/{version}", one, one.get("openDate"))


def _feedback_item(one: Mapping[str, Any], now: datetime) -> RawItem:
    """Keep feedback once for each wording and each answer: buyers revise it, we reply to it."""
    reply = "answered" if _words(one.get("replyComment")) else "open"
    version = f"{one.get('commentType')}/{reply}"
    seen = {**one, "seen_at": now.isoformat()}
    return _json_item(
        f"feedback/{one['feedbackId']}/{version}", seen, one.get("feedbackEnteredDate")
    )


def _json_item(name: str, value: Mapping[str, Any], at: Any) -> RawItem:
    content = json.dumps(value, ensure_ascii=False).encode()
    return RawItem(name, content, "application/json", moment(at))


def _words(comment: Any) -> str:
    return str((comment or {}).get("commentText") or "") if isinstance(comment, dict) else ""


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
