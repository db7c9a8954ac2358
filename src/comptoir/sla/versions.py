"""Stored policies and calendars as the core takes them.

A version never changes, so each process reads it once and keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from comptoir.core.calendars import ALWAYS, Calendar, calendar_from_spec
from comptoir.core.clocks import Policy
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.merchant import models as merchant
from comptoir.sla.models import PolicyVersion

CALENDARS = "calendars"
"""The key of a stored policy that says in which versions it names calendars."""


@dataclass(frozen=True, slots=True)
class Promises:
    """One policy version, with the calendars it names."""

    policy: Policy
    calendars: dict[str, Calendar]


@lru_cache(maxsize=512)
def promises(policy_version_id: int) -> Promises:
    """Give a policy version in the core's terms."""
    spec = PolicyVersion.objects.values_list("spec", flat=True).get(pk=policy_version_id)
    rules = {name: value for name, value in spec.items() if name != CALENDARS}
    return Promises(read_policy(rules), _calendars(spec.get(CALENDARS, {})))


def _calendars(versions: dict[str, int]) -> dict[str, Calendar]:
    """Give the calendars a spec names, in the versions it was made with."""
    found: dict[str, Calendar] = {"always": ALWAYS}
    for name, number in versions.items():
        spec = merchant.Calendar.objects.values_list("spec", flat=True).get(
            name=name, version=number
        )
        found[name] = calendar_from_spec(spec)
    return found
