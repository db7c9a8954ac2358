"""Changing policies and hours, with what follows for the open tickets: a rollout of the change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from comptoir.merchant.models import Calendar, Person
from comptoir.sla.actions import policies
from comptoir.sla.actions.policies import Wanted
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.tickets import rollouts


@transaction.atomic
def make(
    wanted: Wanted, *, holds_from: datetime, by: Person | None, now: datetime
) -> PolicyVersion:
    """Add a policy of the merchant's own; open tickets that it fits take it. Raises `Refusal`."""
    version = policies.make(wanted, holds_from=holds_from, by=by, now=now)
    for moment in _moments(version):
        rollouts.begin("policy_made", holds_from=moment, by=by, now=now, policy=version.policy.name)
    return version


@transaction.atomic
def edit(
    policy: Policy, wanted: Wanted, *, holds_from: datetime, by: Person | None, now: datetime
) -> PolicyVersion:
    """Add the next version of a policy, and carry it to the open tickets. Raises `Refusal`."""
    version = policies.edit(policy, wanted, holds_from=holds_from, by=by, now=now)
    for moment in _moments(version):
        rollouts.begin(
            "policy_edited",
            holds_from=moment,
            by=by,
            now=now,
            channel_ids=None if policy.channel_id is None else [policy.channel_id],
            policy=policy.name,
            number=version.number,
        )
    return version


def _moments(version: PolicyVersion) -> list[datetime]:
    """Give when a version begins, and when those do that keep it in step with planned hours."""
    later = version.policy.versions.filter(
        number__gt=version.number, valid_from__gt=version.valid_from
    )
    return [version.valid_from, *later.order_by("valid_from").values_list("valid_from", flat=True)]


@transaction.atomic
def retire(policy: Policy, *, by: Person | None, now: datetime) -> None:
    """Take an own policy out of the list; its open tickets get what applies without it."""
    policies.retire(policy, by=by, now=now)
    rollouts.begin("policy_retired", holds_from=now, by=by, now=now, policy=policy.name)


@transaction.atomic
def restore(policy: Policy, *, by: Person | None, now: datetime) -> None:
    """Put an own policy into the list again; open tickets that it fits take it."""
    policies.restore(policy, by=by, now=now)
    rollouts.begin("policy_restored", holds_from=now, by=by, now=now, policy=policy.name)


@transaction.atomic
def arrange(policy_ids: Sequence[int], *, by: Person | None, now: datetime) -> None:
    """Put the own policies into another order; the first that fits a ticket applies to it."""
    policies.arrange(policy_ids, by=by, now=now)
    rollouts.begin("policies_arranged", holds_from=now, by=by, now=now)


@transaction.atomic
def follow_calendar(calendar: Calendar, *, by: Person | None, now: datetime) -> list[PolicyVersion]:
    """Let every policy that counts by these hours follow their new version. Raises `Refusal`."""
    holds_from = max(calendar.valid_from, now)
    made = policies.follow_calendar(
        calendar.name, calendar.version, holds_from=holds_from, by=by, now=now
    )
    if made:
        rollouts.begin(
            "calendar_edited", holds_from=holds_from, by=by, now=now, calendar=calendar.name
        )
    return made
