"""Reads what a ticket page says of colleagues: one query besides the people themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from comptoir.core.calendars import Calendar
from comptoir.core.calendars.always import ALWAYS
from comptoir.core.calendars.spec import calendar_from_spec
from comptoir.merchant.duty import OFFICE, Duty, holds
from comptoir.merchant.models import Absence, Person
from comptoir.storage import rows
from comptoir.tickets.actions import snooze
from comptoir.tickets.models import Ticket
from comptoir.web.present.days import plain_day
from comptoir.web.present.people import initials
from comptoir.web.present.times import Times
from comptoir.web.present.together import (
    Hand,
    Snoozed,
    TeamChoice,
    Together,
    local_input,
    make_moments,
)
from comptoir.web.present.together_facts import reason_words

READ_SQL = """
SELECT EXISTS (SELECT FROM tickets_follow WHERE ticket_id = %(ticket)s AND person_id = %(me)s),
    (SELECT json_agg(json_build_array(t.id, t.name) ORDER BY t.name) FROM merchant_team t
     JOIN merchant_team_channels c ON c.team_id = t.id WHERE c.channel_id = %(channel)s)::text,
    (SELECT json_agg(json_build_array(a.person_id, a.first_on, a.last_on)) FROM merchant_absence a
     WHERE a.first_on <= %(now)s::date + 2 AND a.last_on >= %(now)s::date - 2)::text,
    (SELECT spec FROM merchant_calendar WHERE name = %(office)s AND valid_from <= %(now)s
     ORDER BY valid_from DESC, version DESC LIMIT 1)::text,
    (SELECT min(limit_at) FROM tickets_clock
     WHERE ticket_id = %(ticket)s AND ended_at IS NULL AND limit_at > %(now)s),
    (SELECT min(target_at) FROM tickets_clock
     WHERE ticket_id = %(ticket)s AND ended_at IS NULL AND target_at > %(now)s)
"""


def read_together(
    ticket: Ticket, people: Sequence[Person], names: Mapping[int, str], times: Times, *, me: int
) -> Together:
    """Read it. `people` are those the ticket can be given to."""
    values: dict[str, Any] = {
        "ticket": ticket.pk,
        "me": me,
        "channel": ticket.channel_id,
        "now": times.now,
        "office": OFFICE,
    }
    is_following, teams, absences, office, limit, target = rows.fetch(READ_SQL, values)[0]
    duty = _duty(people, json.loads(absences or "[]"), office, times)
    last = limit - snooze.BEFORE_LIMIT if limit else None
    return Together(
        hands=[_hand(one, duty, times, ticket.assignee_id) for one in people],
        teams=[
            TeamChoice(pk, name, pk == ticket.team_id) for pk, name in json.loads(teams or "[]")
        ],
        is_following=is_following,
        snoozed=_snoozed(ticket, names, times),
        moments=make_moments(times, limit, target),
        last=times.short(last) if last else "",
        last_input=local_input(last, times.zone) if last else "",
        first_input=local_input(times.now, times.zone),
        skip_reasons=list(reason_words().items()),
    )


def _duty(people: Sequence[Person], rows: list[Any], office: str | None, times: Times) -> Duty:
    by_number = {one.pk: one for one in people}
    found = {}
    for person_id, first, last in rows:
        absence = Absence(
            person_id=person_id,
            first_on=date.fromisoformat(first),
            last_on=date.fromisoformat(last),
        )
        person = by_number.get(person_id)
        if person is not None and holds(absence, person, now=times.now):
            found[person_id] = absence
    return Duty(times.now, _office(office) if office else ALWAYS, found)


@lru_cache(maxsize=16)
def _office(spec: str) -> Calendar:
    """Give the office's hours, laid out once."""
    return calendar_from_spec(json.loads(spec))


def _hand(person: Person, duty: Duty, times: Times, assignee_id: int | None) -> Hand:
    return Hand(
        person.pk, person.name, initials(person.name), away_word(person, duty, times),
        person.pk == assignee_id,
    )  # fmt: skip


def away_word(person: Person, duty: Duty, times: Times) -> str:
    """Say that somebody is not there: away with the last day, or off duty; else nothing."""
    absence = duty.absences.get(person.pk)
    if absence is not None:
        return _("away until %(day)s") % {"day": plain_day(absence.last_on)}
    return "" if duty.is_on_duty(person) else _("off duty now")


def _snoozed(ticket: Ticket, names: Mapping[int, str], times: Times) -> Snoozed | None:
    if ticket.snoozed_until_at is None:
        return None
    by = names.get(ticket.snoozed_by_id or 0, "")
    return Snoozed(times.short(ticket.snoozed_until_at), by, ticket.snooze_reason)
