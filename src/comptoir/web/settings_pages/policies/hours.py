"""The hours that policies count on, by the names that readers know."""

from __future__ import annotations

from django.utils.translation import pgettext

from comptoir.core.clocks.policies import ALWAYS_NAME
from comptoir.merchant.models import Calendar
from comptoir.sla.versions import OFFICE
from comptoir.storage.sorting import name_key
from comptoir.web.hours.words import title

Names = dict[str, str]
"""Titles of calendars by the name that policies call them by."""


def names() -> Names:
    """Read the titles of all calendars: one query."""
    newest = Calendar.objects.order_by("name", "-version").distinct("name")
    return {calendar.name: title(calendar) for calendar in newest}


def choices(known: Names) -> list[tuple[str, str]]:
    """Give what a deadline can be counted on: the whole week, the office hours, then the others."""
    rest = sorted(
        (item for item in known.items() if item[0] != OFFICE),
        key=lambda item: name_key(str(item[1])),
    )
    own = [(OFFICE, known[OFFICE])] if OFFICE in known else []
    return [(ALWAYS_NAME, pgettext("hours", "The whole week, day and night")), *own, *rest]
