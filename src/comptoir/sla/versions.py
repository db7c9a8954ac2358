"""Stored policies and calendars as the core takes them.

A version never changes, so each process reads it once and keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from comptoir.core.calendars import ALWAYS, Calendar, calendar_from_spec
from comptoir.core.clocks import Kind, Policy
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.core.clocks.warning import WarningRule, read_warnings
from comptoir.merchant import models as merchant
from comptoir.sla.models import PolicyVersion

CALENDARS = "calendars"
"""The key of a stored policy that says in which versions it names calendars."""
STAFFED = "staffed"
WARNINGS = "warnings"
INHERITS = "inherits"
BESIDE_RULES = frozenset({CALENDARS, STAFFED, WARNINGS, INHERITS})
"""What a stored policy holds besides what `comptoir sla evaluate` takes."""
OFFICE = "office"
"""The calendar of the desk's own hours."""

SIDES = ("target", "limit")
PARTS = ("minutes", "days", "calendar", "model", "window", "hour")
SHARED = ("window", "hour")
"""Parts that may stand without a side's name, and then hold for both."""


class Held(NamedTuple):
    """The promise a ticket has: a policy's version, and the channel's where that one inherits."""

    version_id: int
    base_id: int | None = None

    @property
    def key(self) -> str:
        """Give the name under which a ticket's timeline speaks of it."""
        return _key_of(self)

    @classmethod
    def of(cls, key: str) -> Held:
        """Read the name that a timeline holds."""
        return _held_of(key)


@lru_cache(maxsize=4096)
def _key_of(held: Held) -> str:
    return str(held.version_id) if held.base_id is None else f"{held.version_id}+{held.base_id}"


@lru_cache(maxsize=4096)
def _held_of(key: str) -> Held:
    version_id, _, base_id = key.partition("+")
    return Held(int(version_id), int(base_id) if base_id else None)


@dataclass(frozen=True, slots=True)
class Promises:
    """One promise, with the calendars it names (each by name and version, `office@2`)."""

    policy: Policy
    calendars: dict[str, Calendar]
    warnings: tuple[WarningRule, ...] = ()
    staffed: Calendar | None = None


@lru_cache(maxsize=2048)
def promises(version_id: int, base_id: int | None = None) -> Promises:
    """Give a policy version in the core's terms; `base_id` where it inherits the limits."""
    spec = qualified(_spec(version_id))
    if base_id is not None:
        spec = inherited(spec, qualified(_spec(base_id)))
    return promises_of(spec)


def promises_of(spec: Mapping[str, Any]) -> Promises:
    """Read a qualified spec, stored or not. Raises `Refusal`."""
    calendars: dict[str, Calendar] = {"always": ALWAYS}
    for name, number in spec.get(CALENDARS, {}).items():
        calendars[name] = calendar(name.rpartition("@")[0] or name, number)
    return Promises(
        read_policy({name: value for name, value in spec.items() if name not in BESIDE_RULES}),
        calendars,
        read_warnings(spec.get(WARNINGS)),
        calendars.get(spec.get(STAFFED, "")),
    )


def qualified(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Name calendars with their versions, so that two versions of one can stand side by side."""
    versions: Mapping[str, int] = spec.get(CALENDARS, {})
    names = {name: f"{name}@{number}" for name, number in versions.items()}
    made: dict[str, Any] = {**spec, CALENDARS: {names[n]: v for n, v in versions.items()}}
    for kind in Kind:
        if isinstance(rule := spec.get(kind), dict):
            made[kind.value] = {
                field: names.get(value, value) if field.endswith("_calendar") else value
                for field, value in rule.items()
            }
    staffed = spec.get(STAFFED, OFFICE)
    made[STAFFED] = names.get(staffed, staffed)
    return made


def inherited(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a policy over the channel's own promise: what it does not say stays the channel's.

    How the marketplace measures is always the channel's.
    """
    made = {**base, "name": own.get("name", base.get("name"))}
    for kind in Kind:
        if own.get(kind):
            made[kind.value] = _laid_over(own[kind], base.get(kind) or {})
    made[CALENDARS] = {**base.get(CALENDARS, {}), **own.get(CALENDARS, {})}
    for name in (STAFFED, WARNINGS):
        if own.get(name) is not None:
            made[name] = own[name]
    return made


def _laid_over(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for side in SIDES:
        giver = own if _states(own, side) else base
        for part in PARTS:
            value = giver.get(f"{side}_{part}", giver.get(part) if part in SHARED else None)
            if value is not None:
                made[f"{side}_{part}"] = value
        if side == "limit" and giver.get("limit_confirmed") is not None:
            made["limit_confirmed"] = giver["limit_confirmed"]
    for name in ("pauses", "target_from"):
        value = own.get(name, base.get(name))
        if value is not None:
            made[name] = value
    return made


def _states(rule: Mapping[str, Any], side: str) -> bool:
    return any(rule.get(f"{side}_{part}") is not None for part in ("minutes", "days", "model"))


def calendar(name: str, version: int) -> Calendar:
    """Give a version of a stored calendar."""
    spec = merchant.Calendar.objects.values_list("spec", flat=True).get(name=name, version=version)
    return calendar_from_spec(spec)


def _spec(version_id: int) -> dict[str, Any]:
    return dict(PolicyVersion.objects.values_list("spec", flat=True).get(pk=version_id))
