"""Making and changing the rules by which tickets are given. Team leaders and administrators may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import Max

from comptoir.merchant.actions import checks
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import AssignmentRule, Person, Role, Team
from comptoir.merchant.rights import NotAllowed
from comptoir.storage import audit


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule as somebody wants it. `conditions` are checked already by who read them."""

    name: str
    how: str
    conditions: Mapping[str, Any] = field(default_factory=dict)
    person_id: int | None = None
    team_id: int | None = None


@transaction.atomic
def make(wanted: Wanted, *, by: Person, now: datetime) -> AssignmentRule:
    """Make a rule, last in the list. Refused: as `change`."""
    _leader(by)
    last = AssignmentRule.objects.aggregate(last=Max("position"))["last"]
    rule = AssignmentRule(position=(last or 0) + 1)
    _fill(rule, wanted, by=by, now=now)
    _record("make", rule, by=by, now=now)
    return rule


@transaction.atomic
def change(rule_id: int, wanted: Wanted, *, by: Person, now: datetime) -> None:
    """Change a rule. Refused: `name_missing`, `rule_person_missing`, `rule_team_missing`,
    `rule_unknown`."""
    _leader(by)
    rule = _locked(rule_id)
    _fill(rule, wanted, by=by, now=now)
    _record("change", rule, by=by, now=now)


@transaction.atomic
def switch(rule_id: int, *, on: bool, by: Person, now: datetime) -> None:
    """Switch a rule on or off."""
    _leader(by)
    rule = _locked(rule_id)
    rule.is_active, rule.changed_at, rule.changed_by = on, now, by
    rule.save(update_fields=["is_active", "changed_at", "changed_by"])
    _record("switch", rule, by=by, now=now, on=on)


@transaction.atomic
def remove(rule_id: int, *, by: Person, now: datetime) -> None:
    """Remove a rule; what it gave stays given."""
    _leader(by)
    rule = _locked(rule_id)
    _record("remove", rule, by=by, now=now)
    rule.delete()


@transaction.atomic
def move(rule_id: int, *, way: Literal["up", "down"], by: Person, now: datetime) -> None:
    """Move a rule by one place; the first that fits decides."""
    _leader(by)
    rules = list(AssignmentRule.objects.select_for_update().order_by("position", "id"))
    at = next((n for n, one in enumerate(rules) if one.pk == rule_id), None)
    if at is None:
        raise Refused("rule_unknown")
    to = at - 1 if way == "up" else at + 1
    if not 0 <= to < len(rules):
        return
    rules[at], rules[to] = rules[to], rules[at]
    for position, one in enumerate(rules):
        one.position = position
    AssignmentRule.objects.bulk_update(rules, ["position"])
    _record("move", rules[to], by=by, now=now)


def _fill(rule: AssignmentRule, wanted: Wanted, *, by: Person, now: datetime) -> None:
    rule.name = checks.filled(wanted.name)
    rule.how = AssignmentRule.How(wanted.how)
    is_person = rule.how == AssignmentRule.How.PERSON
    people = Person.objects.filter(is_active=True).exclude(role=Role.READER)
    rule.person = people.filter(pk=wanted.person_id or 0).first() if is_person else None
    rule.team = None if is_person else Team.objects.filter(pk=wanted.team_id or 0).first()
    if is_person and rule.person is None:
        raise Refused("rule_person_missing")
    if not is_person and rule.team is None:
        raise Refused("rule_team_missing")
    rule.conditions = dict(wanted.conditions)
    rule.changed_at, rule.changed_by = now, by
    rule.save()


def _locked(rule_id: int) -> AssignmentRule:
    rule = AssignmentRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise Refused("rule_unknown")
    return rule


def _leader(by: Person) -> None:
    if not (by.is_active and by.is_at_least(Role.LEADER)):
        raise NotAllowed("leaders_only")


def _record(verb: str, rule: AssignmentRule, *, by: Person, now: datetime, **data: Any) -> None:
    subject = ("assignment_rule", rule.pk)
    audit.record(f"assignment_rule.{verb}", by=by, now=now, subject=subject, rule=rule.name, **data)
