"""Which promise a ticket gets: the first policy in the list whose conditions hold.

The merchant's own policies come first, then the channel's own promise, then the default one. A
version counts from its `valid_from` on. Each process keeps the list until its revision, which
every change of a policy moves on, is another, or until the next version begins to hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection

from comptoir.core.clocks.choosing import FACTS, Conditions, Facts
from comptoir.core.refusals import Refusal
from comptoir.sla.versions import INHERITS, Held

ORDER_VALUE = "order_value_at_least"

READ_SQL = """
SELECT p.id, p.channel_id, p.is_default, v.conditions, v.id, coalesce(v.spec->%(inherits)s, 'false')
FROM sla_policy p JOIN LATERAL (
    SELECT id, spec, conditions FROM sla_policyversion
    WHERE policy_id = p.id AND valid_from <= %(now)s
    ORDER BY valid_from DESC, number DESC LIMIT 1
) v ON true
WHERE p.is_active ORDER BY p.is_default, p.channel_id IS NOT NULL, p.position, p.id
"""
CHANNELS_SQL = "SELECT id, marketplace, country, brand_id FROM merchant_channel"
NEXT_SQL = "SELECT min(valid_from) FROM sla_policyversion WHERE valid_from > %s"
REVISION_SQL = "SELECT value::text FROM storage_setting WHERE key = 'policies_revision'"
MOVE_ON_SQL = """
INSERT INTO storage_setting (key, value)
VALUES ('policies_revision', to_jsonb((extract(epoch FROM clock_timestamp()) * 1000000)::bigint))
ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""

Find = Callable[[frozenset[str]], Facts]
"""Gives what is known of a ticket; asked only when a condition looks, and only for those facts."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A policy in the list, with the version that holds."""

    policy_id: int
    channel_id: int | None
    is_default: bool
    conditions: Conditions
    version_id: int
    inherits: bool


class Chosen(NamedTuple):
    """What applies; `is_default` where nothing matched, of which an administrator is told."""

    held: Held
    is_default: bool = False


class _Asked(NamedTuple):
    """What is asked in turn on one channel: own policies, the channel's promise, the default."""

    own: tuple[Listed, ...]
    base: Listed | None
    default: Listed | None


@dataclass(frozen=True)
class PolicyList:
    """All policies in their order, with what is known of the channels."""

    listed: tuple[Listed, ...]
    channels: dict[int, dict[str, str | int]]
    _asked: dict[int, _Asked] = field(default_factory=dict, compare=False)

    @cached_property
    def looks_at(self) -> frozenset[str]:
        """Name the facts that any condition looks at."""
        names = {name for one in self.listed for name in one.conditions.allowed}
        if any(one.conditions.order_value_at_least is not None for one in self.listed):
            names.add(ORDER_VALUE)
        return frozenset(names)

    def choose(self, channel_id: int, find: Find | None = None) -> Chosen | None:
        """Give what holds on a ticket of the channel; None where there is no policy at all."""
        asked = self._on(channel_id)
        facts = self._facts(channel_id, find) if asked.own else None
        for one in asked.own:
            if facts is not None and one.conditions.hold(facts):
                return _chosen(one, asked.base or asked.default)
        if asked.base is not None:
            return Chosen(Held(asked.base.version_id))
        return Chosen(Held(asked.default.version_id), is_default=True) if asked.default else None

    def base(self, channel_id: int) -> Listed | None:
        """Give the channel's own promise."""
        return self._on(channel_id).base

    def _on(self, channel_id: int) -> _Asked:
        found = self._asked.get(channel_id)
        if found is None:
            here = [o for o in self.listed if o.channel_id in (None, channel_id)]
            base = next((o for o in here if o.channel_id is not None and _is_bare(o)), None)
            before = here[: here.index(base)] if base else here
            found = self._asked[channel_id] = _Asked(
                tuple(one for one in before if not one.is_default),
                base,
                next((one for one in here if one.is_default), None),
            )
        return found

    def _facts(self, channel_id: int, find: Find | None) -> Facts:
        found = find(self.looks_at) if find is not None else Facts()
        known = self.channels.get(channel_id, {})
        return Facts({**found.values, **known}, found.tags, found.order_value)


def _is_bare(one: Listed) -> bool:
    return not one.conditions.allowed and one.conditions.order_value_at_least is None


def _chosen(one: Listed, base: Listed | None) -> Chosen:
    if one.inherits and base is not None:
        return Chosen(Held(one.version_id, base.version_id))
    return Chosen(Held(one.version_id))


def conditions_of(spec: dict[str, Any]) -> Conditions:
    """Read stored conditions. Raises `Refusal` for those that can never hold or cannot be read."""
    least = spec.get(ORDER_VALUE)
    if least is not None and (isinstance(least, bool) or not isinstance(least, int | float)):
        raise Refusal("the order value of a condition must be 0 or more")
    names = {name: _values(name, spec[name]) for name in spec if name != ORDER_VALUE}
    return Conditions(names, least)


def _values(name: str, given: object) -> frozenset[str | int]:
    """Read the values of one condition: a list of words or numbers."""
    if not isinstance(given, list | tuple) or {type(value) for value in given} - {str, int}:
        raise Refusal(
            'the condition on {name} must be a list of values such as ["{example}"]',
            name=name,
            example="amazon",
        )
    return frozenset(given)


def read_list(*, now: datetime) -> PolicyList:
    """Read the list as it holds at that moment."""
    with connection.cursor() as cursor:
        cursor.execute(READ_SQL, {"now": now, "inherits": INHERITS})
        rows = cursor.fetchall()
        cursor.execute(CHANNELS_SQL)
        channels = {
            row[0]: {
                "channel": row[0],
                "marketplace": row[1],
                "country": row[2],
                "brand": row[3],
            }
            for row in cursor.fetchall()
        }
    return PolicyList(tuple(_listed(row) for row in rows), channels)


def _listed(row: Sequence[Any]) -> Listed:
    policy_id, channel_id, is_default, conditions, version_id, inherits = row
    return Listed(
        policy_id,
        channel_id,
        is_default,
        conditions_of(_json(conditions)),
        version_id,
        _json(inherits) is True,
    )


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class _Kept(NamedTuple):
    """The list as this process last read it."""

    revision: int
    until: datetime | None
    found: PolicyList


_kept: list[_Kept] = []


def policy_list(*, now: datetime, revision: int | None = None) -> PolicyList:
    """Give the list as it holds now; `revision` spares the question for it."""
    if revision is None:
        revision = current_revision()
    kept = next(iter(_kept), None)  # one look: another thread may forget it at any moment
    if kept and kept.revision == revision and (kept.until is None or now < kept.until):
        return kept.found
    with connection.cursor() as cursor:
        cursor.execute(NEXT_SQL, [now])
        until = cursor.fetchone()[0]
    found = read_list(now=now)
    _kept[:] = [_Kept(revision, until, found)]
    return found


def current_revision() -> int:
    """Tell when policies were last changed, as a number; 0 for never.

    A moment and not a count: what was read in a transaction that is taken back must not pass for
    what the next one stores.
    """
    with connection.cursor() as cursor:
        cursor.execute(REVISION_SQL)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def move_on() -> None:
    """Say that a policy was added or changed: every process reads the list anew."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE_ON_SQL)


def forget_choices() -> None:
    """Read the list anew in this process."""
    _kept.clear()


assert ORDER_VALUE not in FACTS  # the value is compared, the other facts are looked up
