"""Who is there: absences, and working hours of one's own or else the team's.

A person's `working_hours` are weekly hours by weekday, {"mon": [["09:00", "17:00"]]}, in their own
time zone; empty means the office hours of the desk. On a day of an absence nobody is on duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from comptoir.core.calendars.always import ALWAYS
from comptoir.core.calendars.calendar import Calendar
from comptoir.core.calendars.spec import calendar_from_spec
from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Absence, Person
from comptoir.merchant.models import Calendar as StoredCalendar

OFFICE = "office"
"""The calendar of the desk's own hours; the same name as `sla.versions.OFFICE`."""
FAR_DAYS = 3
"""Days around today that some time zone may be in."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is there at one moment: read once, asked often."""

    now: datetime
    office: Calendar
    absences: dict[int, Absence] = field(default_factory=dict)
    """The absence of each person who is away now."""

    def is_away(self, person: Person) -> bool:
        """Tell whether a person is absent today."""
        return person.pk in self.absences

    def is_on_duty(self, person: Person) -> bool:
        """Tell whether a person works at this moment."""
        return not self.is_away(person) and hours_of(person, self.office).is_open(self.now)


def read_duty(*, now: datetime) -> Duty:
    """Read who is away, and the office hours: two queries."""
    today = now.date()
    near = Absence.objects.filter(
        first_on__lte=today + timedelta(days=FAR_DAYS),
        last_on__gte=today - timedelta(days=FAR_DAYS),
    )
    absences = {
        one.person_id: one
        for one in near.select_related("person", "stand_in").order_by("last_on")
        if holds(one, one.person, now=now)
    }
    return Duty(now, office_hours(now=now), absences)


def holds(absence: Absence, person: Person, *, now: datetime) -> bool:
    """Tell whether it is a day of the absence where the person is."""
    return absence.first_on <= local_day(person, now) <= absence.last_on


def local_day(person: Person, now: datetime) -> date:
    """Give the date where a person is."""
    return now.astimezone(ZoneInfo(person.time_zone)).date()


def office_hours(*, now: datetime) -> Calendar:
    """Give the desk's hours as they hold now; always open where nobody wrote any down."""
    rows = StoredCalendar.objects.filter(name=OFFICE, valid_from__lte=now)
    row = rows.order_by("-valid_from", "-version").first()
    return calendar_from_spec(row.spec) if row else ALWAYS


def hours_of(person: Person, office: Calendar) -> Calendar:
    """Give a person's own hours, or the desk's; what can no longer be read counts as the desk's."""
    if not person.working_hours:
        return office
    try:
        return calendar_from_spec({"timezone": person.time_zone, "hours": person.working_hours})
    except Refusal:
        return office


def same_time_next_working_day(person: Person, duty: Duty) -> datetime:
    """Give the time it is now on the next day on which this person works."""
    hours, zone = hours_of(person, duty.office), ZoneInfo(person.time_zone)
    local = duty.now.astimezone(zone)
    for days in range(1, 15):
        day = (local + timedelta(days=days)).replace(fold=0)
        start = day.replace(hour=0, minute=0, second=0, microsecond=0)
        opens = hours.next_open(start.astimezone(duty.now.tzinfo))
        if opens is not None and opens.astimezone(zone).date() == day.date():
            return day.astimezone(duty.now.tzinfo)
    return duty.now + timedelta(days=1)


def reached(person: Person, duty: Duty, *, seen: Iterable[int] = ()) -> Person | None:
    """Give whoever stands in for a person who is away, along a chain; None for nobody who is there."""
    absence = duty.absences.get(person.pk)
    if absence is None:
        return person
    stand_in = absence.stand_in
    known: Sequence[int] = (*seen, person.pk)
    if stand_in is None or stand_in.pk in known or not stand_in.is_active:
        return None
    return reached(stand_in, duty, seen=known)
