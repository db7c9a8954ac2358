"""How much templates are used, and whether this buyer got the same text before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from comptoir.replies.likeness import is_same
from comptoir.tickets.models import Message, TemplateUse, ThreadKey, Ticket

RECENTLY = timedelta(days=90)
HALVED_AFTER = timedelta(days=14)
"""A use counts half as much after so long, so that habits may change."""
LOOKED_BACK_COUNT = 40

SENT = Q(message__state__in=[Message.State.QUEUED, Message.State.ACCEPTED])


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a template was used, last when, and by whom."""

    in_30_days: int
    in_90_days: int
    last_at: datetime
    last_by: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A message to the same buyer that says the same; `template` names what both came from."""

    message: Message
    template: str


def scores(person_id: int, channel_id: int, *, now: datetime) -> dict[int, float]:
    """Weigh what a person used on a channel lately: often and recently is most. One query."""
    mine = TemplateUse.objects.filter(SENT, message__person=person_id, used_at__gt=now - RECENTLY)
    rows = mine.values("template_id").annotate(
        count=Count("id", filter=Q(message__channel=channel_id)),
        elsewhere=Count("id", filter=~Q(message__channel=channel_id)),
        last=Max("used_at"),
    )
    return {
        row["template_id"]: (row["count"] + row["elsewhere"] / 4)
        * 0.5 ** ((now - row["last"]) / HALVED_AFTER)
        for row in rows
    }


def usage(template_ids: Collection[int], *, now: datetime) -> dict[int, Usage]:
    """Count the uses of templates: two queries."""
    counted = (
        TemplateUse.objects.filter(SENT, template__in=template_ids)
        .values("template_id")
        .annotate(
            month=Count("id", filter=Q(used_at__gt=now - timedelta(days=30))),
            quarter=Count("id", filter=Q(used_at__gt=now - timedelta(days=90))),
        )
    )
    latest: Any = (
        TemplateUse.objects.filter(SENT, template__in=template_ids)
        .order_by("template_id", "-used_at")
        .distinct("template_id")
        .values_list("template_id", "used_at", "message__person__name")
    )
    last = {template_id: (at, name or "") for template_id, at, name in latest}
    return {
        row["template_id"]: Usage(row["month"], row["quarter"], *last[row["template_id"]])
        for row in counted
        if row["template_id"] in last
    }


def repeated(ticket: Ticket, text: str, template_ids: Collection[int]) -> Repeated | None:
    """Find the latest message to this buyer that came from the same template, or says the same.

    The same buyer is the same customer, or the same address on the channel, on one of the latest
    tickets of theirs.
    """
    sent = list(
        Message.objects.filter(ticket__in=_of_same_buyer(ticket), author=Message.Author.AGENT)
        .filter(state__in=[Message.State.QUEUED, Message.State.ACCEPTED])
        .defer("text")
        .order_by("-occurred_at", "-id")[:LOOKED_BACK_COUNT]
    )
    if not sent:
        return None
    used = TemplateUse.objects.filter(message__in=sent, template__in=template_ids)
    names = {use.message_id: use.template.name for use in used.select_related("template")}
    for message in sent:
        if message.pk in names or is_same(message.new_text, text):
            return Repeated(message, names.get(message.pk, ""))
    return None


def _of_same_buyer(ticket: Ticket) -> list[int]:
    """Give this ticket and others of its buyer, each way found by an index of its own.

    One condition for all ways would read every message of the desk.
    """
    found = {ticket.pk}
    if ticket.customer_id:
        theirs = Ticket.objects.filter(customer_id=ticket.customer_id)
        latest = theirs.order_by("-last_message_at")[:LOOKED_BACK_COUNT]
        found.update(latest.values_list("pk", flat=True))
    keys = ThreadKey.objects.filter(ticket=ticket, key__startswith="alias:")
    known = list(keys.values_list("key", flat=True))
    if known:
        same = ThreadKey.objects.filter(channel_id=ticket.channel_id, key__in=known)
        latest_of_key = same.order_by("-ticket_id")[:LOOKED_BACK_COUNT]
        found.update(latest_of_key.values_list("ticket_id", flat=True))
    return sorted(found)
