"""How the shop's people work together: rules, hours, an absence, notes that name, what is put off."""

from __future__ import annotations

from datetime import datetime, timedelta

from comptoir.merchant.actions import assigning, duty
from comptoir.merchant.actions.assigning import Wanted
from comptoir.merchant.models import AssignmentRule, Person, Team
from comptoir.merchant.rights import rights_of
from comptoir.tickets.actions import follow, note, snooze
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Ticket

AWAY_DAYS = 6
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
NOTES = (
    (
        "ines",
        "camille",
        "@Camille Perrin you know this range best. What may I promise here?",
    ),
    (
        "jonas",
        "lukas",
        "@Lukas Brandt I would settle this one today, without asking for more. Your call?",
    ),
    ("lukas", "ines", "@Inès Moreau you wrote to her last time; could you take it?"),
)
"""Who writes, whom they name, and what they write: words that fit whatever the ticket is about."""
REASONS = ("The carrier calls back", "Waiting for the warehouse to count")


def make_together(people: dict[str, Person], *, now: datetime) -> None:
    """Make all of it; what needs a ticket takes those that lie on the desk."""
    _hours(people, now=now)
    _rules(people["camille"], now=now)
    queued = list(Ticket.objects.filter(queue_tier=1, assignee=None).order_by("queue_at")[:40])
    _notes(people, queued, now=now)
    _put_off(people["ines"], queued, now=now)
    for who in ("camille", "lukas", "ines"):
        seen = _seen_by(queued, people[who])
        for ticket in seen[-2:]:
            follow.follow(ticket.pk, by=people[who], now=now)


def _hours(people: dict[str, Person], *, now: datetime) -> None:
    by = people["camille"]
    weekly = {day: [["08:00", "12:30"], ["13:30", "17:00"]] for day in WEEKDAYS}
    duty.change_hours(people["ines"].pk, weekly=weekly, capacity=40, by=by, now=now)
    late = {day: [["10:00", "19:00"]] for day in (*WEEKDAYS, "sat")}
    duty.change_hours(people["jonas"].pk, weekly=late, capacity=60, by=by, now=now)
    day = now.date()
    duty.add_absence(
        people["sofia"].pk,
        first_on=day - timedelta(days=1),
        last_on=day + timedelta(days=AWAY_DAYS),
        reason="Holiday",
        stand_in_id=people["ines"].pk,
        by=by,
        now=now,
    )


def _rules(by: Person, *, now: datetime) -> None:
    """Claims go to the leader's team by who has least; the rest is dealt, the rule stands ready."""
    teams = list(Team.objects.order_by("pk"))
    if not teams:
        return
    least, turns = AssignmentRule.How.LEAST.value, AssignmentRule.How.TURNS.value
    claims = {"risk_tier": [0]}
    german = {"language": ["de"], "marketplace": ["shopify"]}
    assigning.make(Wanted("Claims", least, claims, team_id=teams[0].pk), by=by, now=now)
    wanted = Wanted("Own shop, in German", turns, german, team_id=teams[-1].pk)
    assigning.make(wanted, by=by, now=now)


def _notes(people: dict[str, Person], tickets: list[Ticket], *, now: datetime) -> None:
    left = list(tickets[2:])
    for who, named, text in NOTES:
        ticket = next(iter(_seen_by(left, people[who], people[named])), None)
        if ticket is not None:
            left.remove(ticket)
            note.add(ticket.pk, text, by=people[who], now=now - timedelta(minutes=9))


def _seen_by(tickets: list[Ticket], *people: Person) -> list[Ticket]:
    """Keep the tickets that all of these people may see."""
    rights = [rights_of(one) for one in people]
    return [t for t in tickets if all(r.sees(t.channel_id) for r in rights)]


def _put_off(by: Person, tickets: list[Ticket], *, now: datetime) -> None:
    """Put two tickets off, those whose limit leaves room for it."""
    left = list(REASONS)
    for ticket in reversed(tickets):
        if not left:
            return
        try:
            until = now + timedelta(hours=2 + len(left))
            snooze.snooze(ticket.pk, until=until, reason=left[-1], by=by, now=now)
        except (Refused, LookupError):
            continue  # its limit comes first, or it is not on her channels
        left.pop()
