"""Which colleagues may see a ticket, and which may be given it: rights, asked from the other side."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from comptoir.merchant.models import Person, Role
from comptoir.storage.sorting import name_key
from comptoir.tickets.models import Ticket

SEES_EVERYTHING = (Role.ADMIN, Role.READER)


def people_who_see(ticket: Ticket) -> list[Person]:
    """Give everybody active who may see a ticket, by name: as `merchant.rights` has it."""
    return list(_active(ticket, Q(role__in=SEES_EVERYTHING) | Q(pk=ticket.assignee_id or 0)))


def people_who_answer(channel_id: int) -> list[Person]:
    """Give everybody active who may see a channel and answer there, with their teams, by name."""
    seen = Q(role=Role.ADMIN) | Q(teams__channels=channel_id)
    people: Any = Person.objects.filter(seen, is_active=True).exclude(role=Role.READER)
    return sorted(people.prefetch_related("teams").distinct(), key=lambda one: name_key(one.name))


def _active(ticket: Ticket, also: Q) -> Any:
    seen = also | Q(teams__channels=ticket.channel_id)
    return Person.objects.filter(seen, is_active=True).distinct().order_by("name")


def colleagues_of(ticket: Ticket, *, besides: int) -> list[tuple[Person, bool]]:
    """Give everybody active with whether they may see a ticket, those who may first."""
    seeing = {one.pk for one in people_who_see(ticket)}
    people = Person.objects.filter(is_active=True).exclude(pk=besides)
    told = ((one, one.pk in seeing) for one in people)
    return sorted(told, key=lambda pair: (not pair[1], name_key(pair[0].name)))
