"""Skipping a ticket that *Next* dealt, with a reason: it comes to this person later, or to others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Presence

REASONS = ("language", "knowledge", "waiting_for_answer", "not_allowed", "other")
AGAIN_AFTER = timedelta(hours=1)
"""For so long it is not dealt to the same person again."""
TEXT_CHARS_MAX = 200


def skip(ticket_id: int, *, reason: str, text: str = "", by: Person, now: datetime) -> None:
    """Leave a ticket to others. Refused: `skip_reason_missing`.

    The reason `other` needs words.
    """
    said = " ".join(text.split())[:TEXT_CHARS_MAX]
    if reason not in REASONS or (reason == "other" and not said):
        raise Refused("skip_reason_missing")
    with changing(ticket_id, "skip", by=by, now=now, reason=reason) as ticket:
        told: dict[str, Any] = {"reason": reason, **({"text": said} if said else {})}
        write_fact(ticket, "skipped", at=now, now=now, by=by, **told)
        Presence.objects.filter(ticket=ticket, person=by).delete()
