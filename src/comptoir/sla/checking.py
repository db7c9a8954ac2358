"""What a policy must fulfil before it is saved; each refusal says what to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from comptoir.core.clocks import check_supply
from comptoir.core.clocks.choosing import refuse_loosened
from comptoir.core.clocks.policies import Policy as Promise
from comptoir.core.clocks.policies import Rule
from comptoir.core.clocks.policy_specs import RULE_FIELDS, read_policy
from comptoir.core.refusals import Refusal
from comptoir.merchant import models as merchant
from comptoir.rulebook.catalogue import marketplaces
from comptoir.sla.choosing import ORDER_VALUE, conditions_of, read_list
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.sla.versions import (
    BESIDE_RULES,
    CALENDARS,
    INHERITS,
    OFFICE,
    STAFFED,
    inherited,
    promises_of,
    qualified,
)

Spec = dict[str, Any]


def check(
    spec: Mapping[str, Any],
    conditions: Mapping[str, Any],
    *,
    policy: Policy,
    before: PolicyVersion | None,
    now: datetime,
    is_confirmed: bool | None = None,
    holds_from: datetime | None = None,
) -> Spec:
    """Give the spec as it is stored, its calendars with their versions; raises `Refusal`.

    `is_confirmed` is whether the limit shall count as confirmed, as before when None. Calendars
    without a version are taken as they are at `holds_from`, now when None.
    """
    made = with_calendars(spec, at=holds_from or now)
    made = _marked(
        made, before.limit_is_confirmed if is_confirmed is None and before else is_confirmed
    )
    check_conditions(conditions, now=now)
    own = promises_of(qualified(made))
    check_supply(own.policy, own.calendars, now=now)
    if policy.channel_id is not None:
        _check_against_before(made, before)
    elif not policy.is_default:
        _check_on_channels(made, conditions, now=now)
    return made


def check_conditions(spec: Mapping[str, Any], *, now: datetime) -> None:
    """Refuse conditions that can never hold: values that nothing here has."""
    conditions_of(dict(spec))
    listed = read_list(now=now)
    known: dict[str, set[Any]] = {
        name: {channel[name] for channel in listed.channels.values()}
        for name in ("channel", "brand")
    }
    known["marketplace"] = set(marketplaces())
    for name, values in known.items():
        wrong = [value for value in spec.get(name, ()) if value not in values]
        if wrong:
            raise Refusal(
                "the condition on {name} can never hold for {wrong}: there is none",
                name=name,
                wrong=", ".join(str(value) for value in wrong),
            )
    for name, length in (("country", 2), ("language", 2)):
        for value in spec.get(name, ()):
            if len(str(value)) != length or not str(value).isalpha():
                raise Refusal(
                    "{value} is no {name}; write its code of two letters", value=value, name=name
                )


def with_calendars(spec: Mapping[str, Any], *, at: datetime) -> Spec:
    """Name the version at that moment of each calendar that the spec mentions without one."""
    named = {
        str(value)
        for rule in spec.values()
        if isinstance(rule, Mapping)
        for field, value in rule.items()
        if field in RULE_FIELDS and field.endswith("_calendar") and value
    }
    named |= {str(spec.get(STAFFED) or OFFICE)}
    given: Mapping[str, int] = spec.get(CALENDARS) or {}
    versions = {}
    for name in sorted(named - {"always"}):
        number = given.get(name) or _number_at(name, at)
        if number is not None:
            versions[name] = number
        elif name != OFFICE:
            raise Refusal('there are no hours named "{name}"; make them in Settings', name=name)
    return {**spec, CALENDARS: versions}


def _number_at(name: str, at: datetime) -> int | None:
    """Give the version in force then; the first one where none is yet."""
    versions = merchant.Calendar.objects.filter(name=name).order_by("-version")
    numbers = versions.values_list("version", flat=True)
    return numbers.filter(valid_from__lte=at).first() or numbers.last()


def _marked(spec: Spec, is_confirmed: bool | None) -> Spec:
    """Write into each rule with a limit whether it counts as confirmed."""
    if is_confirmed is None or spec.get(INHERITS):
        return spec
    made = dict(spec)
    for kind in ("first_reply", "next_reply"):
        rule = made.get(kind)
        if isinstance(rule, Mapping) and rule.get("limit_minutes") is not None:
            made[kind] = {**rule, "limit_confirmed": is_confirmed}
    return made


def _check_against_before(spec: Spec, before: PolicyVersion | None) -> None:
    """A confirmed limit can be tightened, not loosened; one that was assumed is set freely.

    What the rulebook is sure of is compared with the rulebook's own, which version 1 holds: a limit
    that somebody tightened too much can be taken back that far.
    """
    if before is None:
        return
    if _rulebook_is_sure(before):
        refuse_loosened(_bare(before.policy.versions.earliest("number").spec), _bare(spec))
    elif _is_sure(spec):
        refuse_loosened(_bare(before.spec), _bare(spec))


def _is_sure(spec: Spec) -> bool:
    rules = [spec.get(kind) for kind in ("first_reply", "next_reply")]
    return any(isinstance(rule, Mapping) and rule.get("limit_confirmed", True) for rule in rules)


def _rulebook_is_sure(version: PolicyVersion) -> bool:
    return version.confidence in ("high", "medium")


def _check_on_channels(spec: Spec, conditions: Mapping[str, Any], *, now: datetime) -> None:
    """Look at an own policy on each channel on which it may come to apply."""
    listed = read_list(now=now)
    for channel_id in covered(conditions, listed.channels):
        base = listed.base(channel_id)
        if base is None:
            continue
        stored = PolicyVersion.objects.get(pk=base.version_id).spec
        try:
            if spec.get(INHERITS):
                promises_of(inherited(qualified(spec), qualified(stored)))
                effective = inherited(spec, stored)
            else:
                effective = spec
            refuse_loosened(_bare(stored), _bare(effective))
        except Refusal as refusal:
            name = merchant.Channel.objects.values_list("name", flat=True).get(pk=channel_id)
            raise Refusal("on {channel}: {problem}", channel=name, problem=refusal) from None


def covered(
    conditions: Mapping[str, Any], channels: Mapping[int, Mapping[str, Any]]
) -> Iterable[int]:
    """Give the channels on which a policy with these conditions may apply."""
    for channel_id, facts in channels.items():
        wanted = [name for name in conditions if name in facts and name != ORDER_VALUE]
        if all(facts[name] in conditions[name] for name in wanted):
            yield channel_id


def _bare(spec: Mapping[str, Any]) -> Promise:
    """Read the rules without the calendars' versions: a limit on the same hours stays the same."""
    made = read_policy({k: v for k, v in spec.items() if k not in BESIDE_RULES})
    rules: dict[Any, Rule] = dict(made.rules)
    return Promise(made.name, rules)
