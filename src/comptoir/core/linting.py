"""What is doubtful about a list of policies, before a buyer finds out.

A finding is a code with values, like the steps of `core.clocks.explain`; `TEMPLATES` has one English
sentence a code. Nothing here forbids anything: what cannot be is refused elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

from comptoir.core.calendars import Calendar
from comptoir.core.clocks.choosing import Conditions, Facts
from comptoir.core.clocks.deadlines import Calendars
from comptoir.core.clocks.policies import ALWAYS_NAME, Deadline, Kind, Model, Policy, Rule
from comptoir.core.coverage import EVENLY, coverage

TEMPLATES: dict[str, str] = {
    "unlike_limits": (
        "one limit of {limit} stands for {channels}, whose own limits are {limits}; let it keep"
        " each channel's limit, or make one policy each"
    ),
    "unlike_channels": (
        "one target of {target} stands for {channels}, whose limits are {limits}; make one policy"
        " for each of them"
    ),
    "target_out_of_reach": (
        "with the staffed hours at most {share} of messages can meet the target of {target},"
        " whatever the staff; staff more hours or count the target on them"
    ),
    "limit_out_of_reach": (
        "with the staffed hours at most {share} of messages can meet the limit of {limit},"
        " whatever the staff; see which hours are missing"
    ),
    "social_ceiling": (
        "the target of {target} counts office hours only: at most {share} of the people who write"
        " on {channels} get an answer within {target} by their own clock"
    ),
    "limit_without_source": "the limit of {limit} names no source; say where it is written",
    "target_near_limit": (
        "the target of {target} leaves {left} to the limit of {limit}: its warnings come too late;"
        " aim at {wanted} or less"
    ),
    "hidden": (
        "it is never reached: {earlier} before it takes every ticket it would apply to; move it up"
        " or change its conditions"
    ),
    "reaches_no_channel": "no channel of yours meets its conditions; change them or remove it",
    "too_urgent": (
        "{share} of the tickets of the last weeks have a reply target of {within} or less, more"
        " than the {budget} that can be urgent; when all is urgent, nothing is"
    ),
}

REPLIES = (Kind.FIRST_REPLY, Kind.NEXT_REPLY)
REACHED_SHARE = 0.9995
"""Anything above is written "100 %"."""
NEAR_SHARE = 0.9
"""The last usual warning: a target later than that share of the limit warns of nothing."""
WANTED_SHARE = 0.75
URGENT_WITHIN = timedelta(hours=1)
URGENT_BUDGET_SHARE = 0.2

Value = float | timedelta | tuple[str, ...] | tuple[timedelta | None, ...]


class Finding(NamedTuple):
    """What is doubtful about which policy; `policy` is empty where it is about all of them.

    Values are shares (0 to 1), lengths, names, and limits by length (None: no limit).
    """

    code: str
    policy: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as policies look at it; `kind` as the rulebook has it, `base` its own promise."""

    id: int
    name: str
    marketplace: str
    kind: str = "marketplace"
    country: str = ""
    brand: int = 0
    base: Policy | None = None

    def facts(self) -> dict[str, str | int]:
        """Give what conditions may ask of it."""
        return {
            "channel": self.id,
            "marketplace": self.marketplace,
            "country": self.country,
            "brand": self.brand,
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """A policy of the list, in its place.

    `on` says what it promises on each channel, limits it inherits included; `channel` is set on a
    channel's own promise, `is_default` on the last one. `ticket_count` counts those of the last
    weeks on which it held.
    """

    name: str
    policy: Policy
    conditions: Conditions = field(default_factory=Conditions)
    channel: int | None = None
    is_default: bool = False
    inherits: bool = False
    has_source: bool = True
    calendars: Calendars = field(default_factory=dict)
    staffed: Calendar | None = None
    on: Mapping[int, Policy] = field(default_factory=dict)
    ticket_count: int = 0


def lint(
    policies: Sequence[Listed],
    channels: Sequence[Channel],
    *,
    near: datetime,
    arrivals: Sequence[int] = EVENLY,
    urgent_budget_share: float = URGENT_BUDGET_SHARE,
) -> list[Finding]:
    """Find what is doubtful about policies, in the order in which they are asked.

    `near` and `arrivals` as for `core.coverage.coverage`.
    """
    found: list[Finding] = []
    for place, listed in enumerate(policies):
        reached = [channel for channel in channels if _reaches(listed, channel)]
        found += _dedupe(_about_reach(listed, reached, policies[:place]))
        found += _dedupe(_about_likeness(listed, reached))
        found += _dedupe(_about_coverage(listed, reached, near, arrivals))
        found += _dedupe(_about_limits(listed, reached))
    return found + list(_about_urgency(policies, urgent_budget_share))


def _dedupe(findings: Iterator[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return kept


def _reaches(listed: Listed, channel: Channel) -> bool:
    if listed.channel is not None:
        return listed.channel == channel.id
    known = channel.facts()
    allowed = listed.conditions.allowed
    return all(known[name] in allowed[name] for name in known if name in allowed)


def _about_reach(
    listed: Listed, reached: Sequence[Channel], earlier: Sequence[Listed]
) -> Iterator[Finding]:
    if listed.channel is not None or listed.is_default:
        return
    if not reached:
        yield Finding("reaches_no_channel", listed.name, {})
        return
    hiding: list[str] = []
    for channel in reached:
        for facts in _combinations(listed, channel):
            taker = next((one for one in earlier if _takes(one, channel, facts)), None)
            if taker is None:
                return
            if taker.name not in hiding:
                hiding.append(taker.name)
    yield Finding("hidden", listed.name, {"earlier": tuple(hiding)})


def _takes(listed: Listed, channel: Channel, facts: Facts) -> bool:
    return _reaches(listed, channel) and listed.conditions.hold(facts)


def _combinations(listed: Listed, channel: Channel) -> Iterator[Facts]:
    """Yield the least that tickets of the policy on that channel are known to be.

    What it does not ask for is unknown, so that whatever depends on it takes none of them.
    """
    known = channel.facts()
    asked = {
        name: sorted(v, key=str)
        for name, v in listed.conditions.allowed.items()
        if name not in known
    }
    least = listed.conditions.order_value_at_least
    for values in product(*asked.values()):
        named = dict(zip(asked, values, strict=True))
        tag = named.pop("tags", None)
        tags = frozenset() if tag is None else frozenset({str(tag)})
        yield Facts({**known, **named}, tags, least)


def _about_likeness(listed: Listed, reached: Sequence[Channel]) -> Iterator[Finding]:
    """One policy over unlike channels: what is right for one of them is wrong for another."""
    if listed.channel is not None or listed.is_default:
        return
    for kind in REPLIES:
        own = listed.policy.rule(kind)
        limits = [(c, c.base.rule(kind).limit) for c in reached if c.base is not None]
        if len({_way_of(limit) for _, limit in limits}) < 2:
            continue
        known = {None if limit is None else _length(limit) for _, limit in limits}
        values: dict[str, Value] = {
            "channels": tuple(channel.name for channel, _ in limits),
            "limits": tuple(sorted(known, key=lambda length: length or timedelta.max)),
        }
        if own.limit is not None and not listed.inherits:
            yield Finding("unlike_limits", listed.name, {**values, "limit": _length(own.limit)})
        elif own.target is not None and not _is_for_urgency(listed):
            values["target"] = _length(own.target)
            yield Finding("unlike_channels", listed.name, values)


def _is_for_urgency(listed: Listed) -> bool:
    """A target for a risk, a tag or a value is short on purpose, and may be alike everywhere."""
    narrow = {
        "risk_tier",
        "tags",
        "customer_tier",
        "message_type",
    } & listed.conditions.allowed.keys()
    return bool(narrow) or listed.conditions.order_value_at_least is not None


def _about_coverage(
    listed: Listed, reached: Sequence[Channel], near: datetime, arrivals: Sequence[int]
) -> Iterator[Finding]:
    """Targets and limits nobody can meet with the staffed hours."""
    staffed = listed.staffed
    if staffed is None:
        return

    def share(deadline: Deadline) -> float:
        covered = coverage(staffed, deadline, listed.calendars, near=near, arrivals=arrivals)
        return 1.0 if covered is None else covered.share

    for rule in _reply_rules(listed):
        for side, deadline in (("target", rule.target), ("limit", rule.limit)):
            if deadline is None or (best := share(deadline)) >= REACHED_SHARE:
                continue
            values: dict[str, Value] = {"share": best, side: _length(deadline)}
            yield Finding(f"{side}_out_of_reach", listed.name, values)
        social = tuple(channel.name for channel in reached if channel.kind == "social")
        if social and rule.target is not None and rule.target.calendar != ALWAYS_NAME:
            length = _length(rule.target)
            if (best := share(Deadline(length=length))) < REACHED_SHARE:
                values = {"share": best, "target": length, "channels": social}
                yield Finding("social_ceiling", listed.name, values)


def _about_limits(listed: Listed, reached: Sequence[Channel]) -> Iterator[Finding]:
    for kind in Kind:
        own = listed.policy.rule(kind)
        states_limit = own.limit is not None and own.limit.model is not Model.GIVEN
        if states_limit and own.limit and not listed.has_source:
            yield Finding("limit_without_source", listed.name, {"limit": _length(own.limit)})
        rules = [listed.on[c.id].rule(kind) for c in reached if c.id in listed.on] or [own]
        for rule in rules:
            near = _nearness(rule)
            if near is not None:
                yield Finding("target_near_limit", listed.name, near)


def _nearness(rule: Rule) -> dict[str, Value] | None:
    target, limit = rule.target, rule.limit
    if target is None or limit is None or target.length is None or limit.length is None:
        return None
    if (target.model, target.calendar, target.window) != (
        limit.model,
        limit.calendar,
        limit.window,
    ):
        return None
    if target.length <= limit.length * NEAR_SHARE:
        return None
    return {
        "target": target.length,
        "limit": limit.length,
        "left": max(limit.length - target.length, timedelta(0)),
        "wanted": limit.length * WANTED_SHARE,
    }


def _about_urgency(policies: Sequence[Listed], budget_share: float) -> Iterator[Finding]:
    """The urgency budget: urgency is for the few."""
    total = sum(listed.ticket_count for listed in policies)
    urgent = sum(listed.ticket_count for listed in policies if _is_urgent(listed))
    if total and urgent / total > budget_share:
        values: dict[str, Value] = {
            "share": urgent / total,
            "budget": budget_share,
            "within": URGENT_WITHIN,
        }
        yield Finding("too_urgent", "", values)


def _is_urgent(listed: Listed) -> bool:
    targets = [rule.target for rule in _reply_rules(listed) if rule.target is not None]
    return any(t.length is not None and t.length <= URGENT_WITHIN for t in targets)


def _reply_rules(listed: Listed) -> Iterator[Rule]:
    """Yield what it promises for replies, limits it inherits included; each promise once."""
    seen: list[Rule] = []
    for policy in [*listed.on.values()] or [listed.policy]:
        for kind in REPLIES:
            if (rule := policy.rule(kind)) not in seen:
                seen.append(rule)
                yield rule


def _way_of(limit: Deadline | None) -> tuple[object, ...]:
    if limit is None:
        return ()
    return limit.model, limit.length, limit.days, limit.window, limit.calendar == ALWAYS_NAME


def _length(deadline: Deadline) -> timedelta:
    if deadline.days is not None:
        return timedelta(days=deadline.days)
    return deadline.length or timedelta(days=1)
