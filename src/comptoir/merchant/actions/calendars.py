"""Calendars: a new one, the next version of one, and what people call it.

A version that is stored never changes, so that what was counted on it can still be explained. What
policies and open tickets make of a new version is decided above (`tickets.actions.policies`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from comptoir.core.calendars import calendar_from_spec
from comptoir.core.clocks.policies import ALWAYS_NAME
from comptoir.core.refusals import Refusal
from comptoir.merchant.actions import checks
from comptoir.merchant.hours import Hours
from comptoir.merchant.models import Calendar, Person
from comptoir.storage import audit

TITLE_CHARS_MAX = 80
ABOUT_CHARS_MAX = 500
NAME_CHARS_MAX = 40
TAKEN_NAMES = frozenset({ALWAYS_NAME, "new"})
"""What a name cannot be: the calendar that never closes, and the page that makes a new one."""
OPENS_WITHIN = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Title:
    """What people call a calendar, and what they should know about it."""

    title: str
    about: str = ""


@transaction.atomic
def make(
    title: Title, hours: Hours, *, holds_from: datetime, by: Person | None, now: datetime
) -> Calendar:
    """Add a calendar. Raises `Refusal`."""
    checks.administrator(by)
    if not title.title.strip():
        raise Refusal("give the calendar a name")
    _check_title(title)
    check(hours, holds_from=holds_from, now=now)
    made: Calendar = Calendar.objects.create(
        name=_free_name(title.title),
        title=title.title.strip(),
        about=title.about.strip(),
        spec=hours.spec(),
        sources=hours.sources(),
        valid_from=holds_from,
        made_by=by,
    )
    audit.record(
        "calendar.make", by=by, now=now, subject=("calendar", made.pk), name=_shown_name(made)
    )
    return made


@transaction.atomic
def change(
    name: str, hours: Hours, *, holds_from: datetime, by: Person | None, now: datetime
) -> Calendar:
    """Add the next version of a calendar; none where nothing counts otherwise.

    Where a date came from may still be written down anew. Raises `Refusal` for hours that are wrong, never open, or meant to begin in the past.
    """
    checks.administrator(by)
    if holds_from < now:
        raise Refusal("a change cannot begin in the past; let it begin now or later")
    last = _latest(name)
    check(hours, holds_from=holds_from, now=now)
    if last.spec == hours.spec():
        Calendar.objects.filter(pk=last.pk).update(sources=hours.sources())
        return last
    if last.valid_from > holds_from:
        raise Refusal(
            "version {version} is planned to begin later; let this one begin after it",
            version=last.version,
        )
    made: Calendar = Calendar.objects.create(
        name=name,
        version=last.version + 1,
        title=last.title,
        about=last.about,
        spec=hours.spec(),
        sources=hours.sources(),
        valid_from=holds_from,
        made_by=by,
    )
    audit.record(
        "calendar.edit",
        by=by,
        now=now,
        subject=("calendar", made.pk),
        name=_shown_name(made),
        version=made.version,
    )
    return made


@transaction.atomic
def describe(name: str, title: Title, *, by: Person | None, now: datetime) -> None:
    """Call a calendar otherwise; all its versions are called so, and none counts otherwise."""
    checks.administrator(by)
    last = _latest(name)
    _check_title(title, of=name)
    after = Title(title.title.strip(), title.about.strip())
    if after == Title(last.title, last.about):
        return
    Calendar.objects.filter(name=name).update(title=after.title, about=after.about)
    audit.record(
        "calendar.describe",
        by=by,
        now=now,
        subject=("calendar", last.pk),
        before=_shown_name(last),
        after=after.title or last.name,
    )


def check(hours: Hours, *, holds_from: datetime, now: datetime) -> None:
    """Refuse hours that cannot be read, or that never open once they hold."""
    calendar = calendar_from_spec(hours.spec())
    begins = max(holds_from, now)
    opens = calendar.next_open(begins)
    if opens is None or opens - begins > OPENS_WITHIN:
        raise Refusal("nobody would be there for a year; give the calendar weekly hours")


def _latest(name: str) -> Calendar:
    versions = Calendar.objects.select_for_update().filter(name=name)
    last: Calendar | None = versions.order_by("-version").first()
    if last is None:
        raise Refusal('there is no calendar "{name}"', name=name)
    return last


def _check_title(title: Title, *, of: str = "") -> None:
    wanted = title.title.strip()
    if len(wanted) > TITLE_CHARS_MAX:
        raise Refusal("the name is too long; {max} characters are enough", max=TITLE_CHARS_MAX)
    if len(title.about.strip()) > ABOUT_CHARS_MAX:
        raise Refusal(
            "the description is too long; {max} characters are enough", max=ABOUT_CHARS_MAX
        )
    others = Calendar.objects.exclude(name=of) if of else Calendar.objects.all()
    if wanted and others.filter(title__iexact=wanted).exists():
        raise Refusal('there is a calendar "{name}" already; choose another name', name=wanted)


def _free_name(title: str) -> str:
    """Make the name that policies use: plain letters, digits and hyphens, not in use yet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:NAME_CHARS_MAX].strip("-") or "hours"
    taken = {*TAKEN_NAMES, *Calendar.objects.values_list("name", flat=True)}
    if stem not in taken:
        return stem
    return next(name for n in range(2, len(taken) + 3) if (name := f"{stem}-{n}") not in taken)


def _shown_name(calendar: Calendar) -> str:
    return calendar.title or calendar.name
