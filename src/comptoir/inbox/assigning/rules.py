"""The rules of assignment: which holds for a ticket, and whom it gives it to.

The first rule in the list that is switched on and whose conditions hold decides; where it finds
nobody on duty the ticket stays in the queue, and its timeline says so. A rule's row is locked
while it chooses, so that turns are fair however many tickets come at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from comptoir.core.assigning import Candidate, by_turns, fitting, with_least
from comptoir.core.clocks.choosing import Facts
from comptoir.core.refusals import Refusal
from comptoir.merchant.duty import Duty
from comptoir.merchant.models import AssignmentRule, Person, Team
from comptoir.sla.choosing import ORDER_VALUE, conditions_of, policy_list
from comptoir.tickets import promising
from comptoir.tickets.models import Ticket
from comptoir.tickets.promising import Known

OPEN_SQL = """
SELECT assignee_id, count(*) FROM tickets_ticket
WHERE assignee_id = ANY(%s) AND status NOT IN ('solved', 'closed') GROUP BY assignee_id
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a rule says of a ticket: a person, a team alone, or nobody who is there."""

    rule: AssignmentRule
    person: Person | None
    team: Team | None

    @property
    def is_nobody(self) -> bool:
        """Tell whether nobody was found."""
        return self.person is None and self.rule.how != AssignmentRule.How.TEAM


def active_rules() -> list[AssignmentRule]:
    """Give the rules that are switched on, in their order."""
    rules = AssignmentRule.objects.filter(is_active=True).select_related("person", "team")
    return list(rules.order_by("position", "id"))


def facts_for(ticket: Ticket, *, now: datetime) -> Facts:
    """Give all that a condition may look at."""
    row = {name: getattr(ticket, name) for name in promising.ROW}
    kinds = ticket.facts.values_list("kind", flat=True).distinct()
    find = promising.finder(Known.of(row, kinds))
    found = find(frozenset({"customer_tier", ORDER_VALUE}))
    known = policy_list(now=now).channels.get(ticket.channel_id, {})
    return Facts({**found.values, **known}, found.tags, found.order_value)


def holding(rules: Sequence[AssignmentRule], facts: Facts) -> AssignmentRule | None:
    """Give the first rule whose conditions hold; one that can no longer be read never does."""
    for rule in rules:
        try:
            if conditions_of(rule.conditions).hold(facts):
                return rule
        except Refusal:
            continue
    return None


def choose(rule: AssignmentRule, ticket: Ticket, duty: Duty) -> Choice:
    """Say whom a rule gives a ticket to. Its row is locked, and remembers whose turn it was.

    In the caller's transaction.
    """
    locked = AssignmentRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if locked.how == AssignmentRule.How.TEAM:
        return Choice(rule, None, rule.team)
    people = people_of(rule, ticket.channel_id)
    language = ticket.language.partition("-")[0]
    found = fitting(candidates(people, ticket.channel_id, duty, open_counts(people)), language)
    if locked.how == AssignmentRule.How.LEAST:
        one = with_least(found)
    else:
        one = by_turns(found, locked.last_person_id)
    if one is None:
        return Choice(rule, None, None)
    if locked.last_person_id != one.person_id:
        AssignmentRule.objects.filter(pk=rule.pk).update(last_person=one.person_id)
    person = next(each for each in people if each.pk == one.person_id)
    return Choice(rule, person, rule.team if rule.how != AssignmentRule.How.PERSON else None)


def people_of(rule: AssignmentRule, channel_id: int) -> list[Person]:
    """Give whom a rule chooses among: its person, or its team's members."""
    if rule.how == AssignmentRule.How.PERSON:
        found = Person.objects.filter(pk=rule.person_id or 0)
    else:
        found = Person.objects.filter(teams=rule.team_id or 0)
    return list(found.filter(is_active=True).prefetch_related("teams__channels"))


def candidates(
    people: Sequence[Person], channel_id: int, duty: Duty, open_count: Mapping[int, int]
) -> list[Candidate]:
    """Say of each what the choice depends on."""
    return [
        Candidate(
            person_id=one.pk,
            may_answer=one.may_answer and _sees(one, channel_id),
            is_on_duty=duty.is_on_duty(one),
            speaks=frozenset(one.speaks),
            open_count=open_count.get(one.pk, 0),
            capacity=one.capacity,
        )
        for one in people
    ]


def open_counts(people: Sequence[Person]) -> dict[int, int]:
    """Count the open tickets of people."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_SQL, [[one.pk for one in people]])
        return dict(cursor.fetchall())


def _sees(person: Person, channel_id: int) -> bool:
    if person.role == "admin":
        return True
    channels = (channel for team in person.teams.all() for channel in team.channels.all())
    return any(channel.pk == channel_id for channel in channels)
