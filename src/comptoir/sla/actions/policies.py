"""Making, editing and ordering policies. What is stored is never changed: an edit is a new version.

What becomes of open tickets is not decided here: see `comptoir.tickets.actions.policies`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Calendar, Person
from comptoir.sla.checking import check
from comptoir.sla.choosing import move_on
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.sla.versions import CALENDARS
from comptoir.storage import audit

REASON_CHARS_MAX = 500
NAME_CHARS_MAX = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an editor asks for: the next version of a policy, or the first of a new one.

    `spec` and `conditions` are those of `PolicyVersion`; calendars are named there without
    versions. `is_confirmed` is what the merchant says of the limit, None to leave it as it is.
    """

    name: str
    spec: Mapping[str, Any]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    is_confirmed: bool | None = None
    reason: str = ""


@transaction.atomic
def make(
    wanted: Wanted, *, holds_from: datetime, by: Person | None, now: datetime
) -> PolicyVersion:
    """Add a policy of the merchant's own, first in the list. Raises `Refusal`."""
    _check_words(wanted)
    first = Policy.objects.filter(channel__isnull=True).order_by("position").first()
    policy = Policy.objects.create(
        name=wanted.name.strip(), position=max(first.position - 1, 0) if first else 50
    )
    version = _store(policy, wanted, before=None, holds_from=holds_from, by=by, now=now)
    audit.record("policy.make", by=by, now=now, subject=("policy", policy.pk), name=policy.name)
    return version


@transaction.atomic
def edit(
    policy: Policy, wanted: Wanted, *, holds_from: datetime, by: Person | None, now: datetime
) -> PolicyVersion:
    """Add the next version of a policy. Raises `Refusal`: a reason is asked for, and a limit that
    is the marketplace's own cannot be made longer."""
    _check_words(wanted)
    if not wanted.reason.strip():
        raise Refusal("say why: the reason is kept with the new version")
    if holds_from < now:
        raise Refusal("a change cannot begin in the past; let it begin now or later")
    Policy.objects.select_for_update().get(pk=policy.pk)  # versions are numbered one by one
    before = latest(policy)
    Policy.objects.filter(pk=policy.pk).update(name=wanted.name.strip())
    policy.name = wanted.name.strip()
    version = _store(policy, wanted, before=before, holds_from=holds_from, by=by, now=now)
    audit.record(
        "policy.edit",
        by=by,
        now=now,
        subject=("policy", policy.pk),
        name=policy.name,
        number=version.number,
        reason=wanted.reason.strip(),
    )
    return version


@transaction.atomic
def retire(policy: Policy, *, by: Person | None, now: datetime) -> None:
    """Take a policy of the merchant's own out of the list; its versions stay, for the past."""
    if policy.channel_id is not None or policy.is_default:
        raise Refusal("a channel always keeps its own policy, and the list its default one")
    Policy.objects.filter(pk=policy.pk).update(is_active=False)
    audit.record("policy.retire", by=by, now=now, subject=("policy", policy.pk), name=policy.name)
    move_on()


@transaction.atomic
def restore(policy: Policy, *, by: Person | None, now: datetime) -> None:
    """Put a policy of the merchant's own into the list again, at its old place.

    What it says is checked anew, because channels and hours may have changed. Raises `Refusal`.
    """
    version = latest(policy)
    if version is None or policy.is_active:
        return
    spec = {key: value for key, value in version.spec.items() if key != CALENDARS}
    spec = check(spec, version.conditions, policy=policy, before=version, now=now)
    if spec[CALENDARS] != version.spec.get(CALENDARS):  # hours changed while it was out
        _keep_in_step(
            _next(version, spec=spec, valid_from=now, made_by=by, reason=version.reason), now=now
        )
    Policy.objects.filter(pk=policy.pk).update(is_active=True)
    audit.record("policy.restore", by=by, now=now, subject=("policy", policy.pk), name=policy.name)
    move_on()


@transaction.atomic
def arrange(policy_ids: Sequence[int], *, by: Person | None, now: datetime) -> None:
    """Put the merchant's own policies into this order; those not named follow as they were."""
    own = Policy.objects.filter(channel__isnull=True, is_default=False, is_active=True)
    known = {policy.pk: policy for policy in own}
    rest = [pk for pk in known if pk not in policy_ids]
    for position, pk in enumerate([*(pk for pk in policy_ids if pk in known), *rest], 1):
        Policy.objects.filter(pk=pk).update(position=position)
    audit.record("policy.arrange", by=by, now=now, subject=("policy", None))
    move_on()


@transaction.atomic
def follow_calendar(
    name: str, number: int, *, holds_from: datetime, by: Person | None, now: datetime
) -> list[PolicyVersion]:
    """Let every policy that names a calendar count by its new version from then on.

    Versions that are planned for later follow too. Raises `Refusal` where the new hours can never
    supply what a policy asks for.
    """
    made = []
    for policy in Policy.objects.filter(is_active=True):
        for before in _in_force_from(policy, holds_from):
            versions = before.spec.get(CALENDARS, {})
            if name not in versions:
                continue
            spec = {**before.spec, CALENDARS: {**versions, name: number}}
            try:
                check(spec, before.conditions, policy=policy, before=before, now=now)
            except Refusal as refusal:
                raise Refusal("{policy}: {problem}", policy=policy.name, problem=refusal) from None
            made.append(
                _next(
                    before,
                    spec=spec,
                    valid_from=max(holds_from, before.valid_from),
                    made_by=by,
                    reason=f"calendar {name}, version {number}",
                )
            )
    move_on()
    return made


def latest(policy: Policy) -> PolicyVersion | None:
    """Give the version that an editor starts from: the last one made."""
    found: PolicyVersion | None = policy.versions.order_by("-number").first()
    return found


def _check_words(wanted: Wanted) -> None:
    if not wanted.name.strip():
        raise Refusal("give the policy a name")
    if len(wanted.name.strip()) > NAME_CHARS_MAX:
        raise Refusal("the name is too long; {max} characters are enough", max=NAME_CHARS_MAX)
    if len(wanted.reason) > REASON_CHARS_MAX:
        raise Refusal("the reason is too long; {max} characters are enough", max=REASON_CHARS_MAX)


def _store(
    policy: Policy,
    wanted: Wanted,
    *,
    before: PolicyVersion | None,
    holds_from: datetime,
    by: Person | None,
    now: datetime,
) -> PolicyVersion:
    spec = {**wanted.spec, "name": wanted.name.strip()}
    spec.pop(CALENDARS, None)
    confirmed = wanted.is_confirmed
    if confirmed is None:
        confirmed = before.limit_is_confirmed if before else False
    spec = check(
        spec,
        wanted.conditions,
        policy=policy,
        before=before,
        is_confirmed=confirmed,
        holds_from=holds_from,
        now=now,
    )
    changed = {
        "spec": spec,
        "conditions": dict(wanted.conditions),
        "limit_is_confirmed": confirmed,
        "valid_from": holds_from,
        "made_by": by,
        "reason": wanted.reason.strip(),
    }
    if before is None:
        version: PolicyVersion = PolicyVersion.objects.create(policy=policy, **changed)
    else:
        version = _next(before, **changed)
    _keep_in_step(version, now=now)
    move_on()
    return version


def _keep_in_step(version: PolicyVersion, *, now: datetime) -> None:
    """Say what a version becomes when hours change that are planned for later.

    Versions that were planned before it are followed by it, too: the last word holds from its day
    on, and does not end where an earlier one was to begin.
    """
    names = list(version.spec[CALENDARS])
    hours = Calendar.objects.filter(name__in=names, valid_from__gt=version.valid_from)
    planned = version.policy.versions.filter(valid_from__gt=version.valid_from)
    moments = {
        *hours.values_list("valid_from", flat=True),
        *planned.values_list("valid_from", flat=True),
    }
    for moment in sorted(moments):
        bare = {key: value for key, value in version.spec.items() if key != CALENDARS}
        spec = check(
            bare,
            version.conditions,
            policy=version.policy,
            before=version,
            holds_from=moment,
            now=now,
        )
        _next(version, spec=spec, valid_from=moment, made_by=version.made_by, reason=version.reason)


def _next(before: PolicyVersion, **changed: Any) -> PolicyVersion:
    """Write the version after the last one, with what is not changed taken from `before`."""
    number = before.policy.versions.aggregate(last=Max("number"))["last"]
    kept = {
        "conditions": before.conditions,
        "preset": before.preset,
        "limit_is_confirmed": before.limit_is_confirmed,
        "source": before.source,
        "confidence": before.confidence,
    }
    made: PolicyVersion = PolicyVersion.objects.create(
        policy=before.policy, number=number + 1, **{**kept, **changed}
    )
    return made


def _in_force_from(policy: Policy, moment: datetime) -> list[PolicyVersion]:
    """Give the version in force at that moment and those planned after it."""
    in_order = list(policy.versions.select_related("policy").order_by("valid_from", "number"))
    at_then = [version for version in in_order if version.valid_from <= moment]
    return [*at_then[-1:], *(version for version in in_order if version.valid_from > moment)]
