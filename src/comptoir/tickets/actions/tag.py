"""Tags: words of the desk's own on a ticket. Policies may look at them."""

from __future__ import annotations

from datetime import datetime

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused

CHARS_MAX = 40
COUNT_MAX = 20


def normal(tag: str) -> str:
    """Write a tag as it is stored: small letters, single spaces, so that two spellings are one."""
    return " ".join(tag.replace("\0", "").replace(",", " ").split()).lower()


def add(ticket_id: int, tag: str, *, by: Person, now: datetime) -> None:
    """Put a tag on a ticket; one that it has already stays once. Refused: `tag_empty`,
    `tag_too_long`, `too_many_tags`."""
    wanted = normal(tag)
    if not wanted:
        raise Refused("tag_empty")
    if len(wanted) > CHARS_MAX:
        raise Refused("tag_too_long", limit=CHARS_MAX)
    with changing(ticket_id, "tag", by=by, now=now, tag=wanted) as ticket:
        if wanted in ticket.tags:
            return
        if len(ticket.tags) >= COUNT_MAX:
            raise Refused("too_many_tags", limit=COUNT_MAX)
        ticket.tags = [*ticket.tags, wanted]
        write_fact(ticket, "tagged", at=now, now=now, by=by, added=[wanted])


def remove(ticket_id: int, tag: str, *, by: Person, now: datetime) -> None:
    """Take a tag off a ticket; one that it does not have is no error."""
    wanted = normal(tag)
    with changing(ticket_id, "untag", by=by, now=now, tag=wanted) as ticket:
        if wanted not in ticket.tags:
            return
        ticket.tags = [kept for kept in ticket.tags if kept != wanted]
        write_fact(ticket, "tagged", at=now, now=now, by=by, removed=[wanted])
