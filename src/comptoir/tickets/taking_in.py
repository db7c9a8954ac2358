"""What one message makes of its ticket's row: pure, values in and values out.

A row is the ticket's columns by name, as the database gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from comptoir.tickets.clocks import place_of_open
from comptoir.tickets.incoming import Incoming
from comptoir.tickets.projection import FIELDS, Projection, Recorded
from comptoir.tickets.promising import POLICY_APPLIED

Row = dict[str, Any]

GIST_CHARS = 180
INTENTS_MAX_COUNT = 4
MOVED_ON = frozenset({"waiting_on_buyer", "waiting_on_marketplace"})
ASKING = frozenset({"buyer_message", "marketplace_message", "case_opened", "return_requested"})
SETTLING = frozenset({"case_answered", "return_decided", "agent_reply"})
SILENT_KINDS = frozenset({"auto_reply", "bounce", "marketing"})
"""Mail by machines: shown and counted, but it neither asks nor reopens anything."""


def opened(
    incoming: Incoming, order_id: int | None, customer_id: int | None, *, now: datetime
) -> Row:
    """Give the row of a ticket that this message opens."""
    status = "closed" if incoming.is_history else "open" if asks(incoming) else "solved"
    return {
        "status": status,
        "solved_at": now if status == "solved" else None,
        "solved_by_id": None,
        "tier": incoming.tier,
        "tier_reasons": [],
        "intents": [],
        "gist": "",
        "message_count": 0,
        "automatic_count": 0,
        "last_message_at": incoming.occurred_at,
        "oldest_unanswered_at": None,
        "next_kind": "",
        "target_at": None,
        "limit_at": None,
        "next_deadline_at": None,
        "queue_tier": None,
        "queue_at": None,
        "risk_at": None,
        "snoozed_until_at": None,
        "snoozed_by_id": None,
        "snooze_reason": "",
        "buyer_name": "",
        "reply_address": "",
        "reply_connection_id": None,
        "subject": incoming.subject,
        "language": "",
        "order_number": "",
        "order_id": order_id,
        "customer_id": customer_id,
        "channel_id": incoming.channel_id,
        "tags": [],
        "policy_version_id": None,
        "base_version_id": None,
    }


def asks(incoming: Incoming) -> bool:
    """Tell whether the message wants something of us: an answer, a decision."""
    return any(kind in ASKING and data.get("asks_us", True) for kind, data in incoming.facts)


def is_overtaken(incoming: Incoming, events: Sequence[Recorded]) -> bool:
    """Tell whether something that counts happened after the message, and was stored before it."""
    return any(
        event.kind in FIELDS and event.kind != POLICY_APPLIED and event.at > incoming.occurred_at
        for event in events
    )


def is_woken(row: Row, incoming: Incoming) -> bool:
    """Tell whether the message brings a ticket back that was put off."""
    return row["snoozed_until_at"] is not None and not incoming.is_history and asks(incoming)


def awake(row: Row) -> Row:
    """Give the row of a ticket that is put off no longer."""
    return {**row, "snoozed_until_at": None, "snoozed_by_id": None, "snooze_reason": ""}


def with_message(row: Row, incoming: Incoming, events: Sequence[Recorded] = ()) -> Row:
    """Give the row after the message: whose move it is, gist, tier; the deadlines come after.

    `events` are what was known of the ticket before it.
    """
    changed = dict(row)
    changed["message_count"] += 1
    changed["automatic_count"] += incoming.author == "automation"
    changed["last_message_at"] = _later(row["last_message_at"], incoming.occurred_at)
    is_late = is_overtaken(incoming, events)
    changed["status"] = row["status"] if is_late else _status(row["status"], incoming)
    if incoming.tier < row["tier"] or not row["message_count"]:
        changed["tier"] = incoming.tier
        changed["tier_reasons"] = list(incoming.tier_reasons)
    if any(kind == "case_answered" for kind, _ in incoming.facts):
        changed["tier"] = max(changed["tier"], incoming.tier)  # the marketplace's own word
    is_last_word = not _has_later_word(incoming, events)
    _fill(changed, incoming, is_last_word=is_last_word)
    if (incoming.author == "buyer" and is_last_word) or not row["gist"]:
        changed["gist"] = _gist(incoming)
        changed["language"] = incoming.language or row["language"]
    if incoming.author == "buyer":
        intents = dict.fromkeys([*incoming.intents, *row["intents"]])
        changed["intents"] = list(intents)[:INTENTS_MAX_COUNT]
    return changed


def with_clocks(
    row: Row, incoming: Incoming, projection: Projection | None, events: Sequence[Recorded] = ()
) -> Row:
    """Give the row after the message with the deadlines that follow from it."""
    changed = dict(row)
    if projection is not None:
        changed.update(projection.columns(tier=changed["tier"]))
        if changed["status"] in MOVED_ON and changed["oldest_unanswered_at"]:
            changed["status"] = "open"  # it did not know a later message
        is_late = is_overtaken(incoming, events)
        if is_late and asks(incoming) and changed["queue_tier"] is not None:
            changed["status"] = "open"  # nothing that came after it was an answer to it
        if changed["status"] == "open" and changed["queue_tier"] is None:
            place = place_of_open(changed["last_message_at"])
            changed["queue_tier"], changed["queue_at"] = place
    if changed["snoozed_until_at"] is not None:
        changed["queue_tier"] = changed["queue_at"] = None
    if changed["status"] != "solved":
        changed["solved_at"] = changed["solved_by_id"] = None
    return changed


def _has_later_word(incoming: Incoming, events: Sequence[Recorded]) -> bool:
    """Tell whether the buyer wrote after this message, and that was stored before it."""
    return any(
        event.kind in ("buyer_message", "history_buyer_message") and event.at > incoming.occurred_at
        for event in events
    )


def _fill(row: Row, incoming: Incoming, *, is_last_word: bool) -> None:
    """Fill in who writes and from where: the buyer's last word on it holds."""
    if not is_last_word and row["reply_address"]:
        return
    if incoming.reply_address:
        row["reply_address"] = incoming.reply_address
        row["reply_connection_id"] = incoming.connection_id
    row["buyer_name"] = incoming.buyer_name or row["buyer_name"]
    row["order_number"] = row["order_number"] or incoming.order_number


def _status(status: str, incoming: Incoming) -> str:
    """Say whose move it is after the message."""
    if incoming.is_history or incoming.kind in SILENT_KINDS:
        return status
    if incoming.author == "agent":
        return "waiting_on_buyer" if status != "closed" else status
    if status == "open" and any(kind in SETTLING for kind, _ in incoming.facts):
        return "waiting_on_marketplace"  # it decided: nothing is left for us to do
    return "open" if asks(incoming) else status


def _gist(incoming: Incoming) -> str:
    text = " ".join((incoming.new_text or incoming.text or incoming.subject).split())
    return text if len(text) <= GIST_CHARS else text[: GIST_CHARS - 1].rstrip() + "…"


def _later(stored: Any, moment: datetime) -> datetime:
    before = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return max(before, moment)
