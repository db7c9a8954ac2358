"""Policies where a ticket speaks of them: which version promised what, with the way to its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from comptoir.sla.models import PolicyVersion
from comptoir.sla.versions import Held
from comptoir.web.present.names import policy_name


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """One version of a policy, as text that leads to it."""

    policy_id: int
    name: str
    number: int
    is_default: bool = False

    @property
    def words(self) -> str:
        """Name the policy with its version."""
        return _("%(policy)s, version %(number)s") % {"policy": self.name, "number": self.number}

    @property
    def address(self) -> str:
        """Give the address of its page, at that version."""
        return f"/settings/policies/{self.policy_id}#version-{self.number}"


Refs = Mapping[int, PolicyRef]
"""Versions by their id."""


def read_refs(helds: Iterable[Held]) -> dict[int, PolicyRef]:
    """Read what these promises are called: one query, none without promises."""
    ids = {number for held in helds for number in held if number is not None}
    if not ids:
        return {}
    rows = PolicyVersion.objects.filter(pk__in=ids)
    return {
        pk: PolicyRef(policy_id, policy_name(name), number, is_default)
        for pk, policy_id, name, number, is_default in rows.values_list(
            "pk", "policy_id", "policy__name", "number", "policy__is_default"
        )
    }


def refs_of(held: Held, refs: Refs) -> tuple[PolicyRef, ...]:
    """Give the policy of a promise, then the channel's whose limits it takes."""
    return tuple(refs[number] for number in held if number is not None and number in refs)


def held_in(data: Mapping[str, Any]) -> list[Held]:
    """Give the promises that a fact `policy_applied` speaks of: the one before, the new one."""
    return [Held.of(str(data[name])) for name in ("before", "policy") if data.get(name)]


def change(data: Mapping[str, Any], refs: Refs) -> str:
    """Say what a fact `policy_applied` tells; empty where nothing is to be told."""
    if "before" not in data:
        return _("No policy matched: the default one applies.") if data.get("is_default") else ""
    before, after = (Held.of(str(data[name])) for name in ("before", "policy"))
    old, new = refs.get(before.version_id), refs.get(after.version_id)
    if old is None or new is None:
        return ""
    if data.get("is_default") and old.policy_id != new.policy_id:
        return _("No policy matched any more: the default one applies.")
    values = {"before": old.name, "after": new.name, "number": new.number}
    if old.policy_id != new.policy_id:
        return _("Policy changed from %(before)s to %(after)s.") % values
    if old.number != new.number:
        return _("Policy %(after)s: version %(number)s applies from here.") % values
    return _("Policy %(after)s: the channel's own policy has a new version.") % values
