"""Which policy held when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from comptoir.core.clocks.events import PolicyApplied
from comptoir.core.clocks.policies import Kind, Policy
from comptoir.core.refusals import Refusal


class InForce(NamedTuple):
    """A policy, and since when it holds (None if it always did); `seen_at` as `PolicyApplied` has it."""

    policy: Policy
    since: datetime | None = None
    seen_at: datetime | None = None

    @property
    def counts_from(self) -> datetime | None:
        """Give the moment from which minutes for a risk count; None for the ticket's own start."""
        return self.seen_at or self.since


class PolicyBook:
    """The policies of a ticket, by the moments from which they applied."""

    __slots__ = ("_entries", "_policies")

    def __init__(
        self, policies: Mapping[str, Policy] | Policy, applied: Sequence[PolicyApplied]
    ) -> None:
        if isinstance(policies, Policy):
            first: Policy | None = policies
            policies = {policies.name: policies}
        else:
            first = next(iter(policies.values())) if len(policies) == 1 else None
        entries = [
            InForce(_named(event.policy, policies), event.at, event.seen_at) for event in applied
        ]
        if first is not None and not (entries and entries[0].policy is first):
            entries.insert(0, InForce(first))
        if not entries:
            raise Refusal(
                "there are {count} policies and no event says which applies;"
                ' add one of type "policy_applied" or give a single "policy"',
                count=len(policies),
            )
        self._entries = entries
        self._policies = policies

    def at(self, moment: datetime) -> InForce:
        """Give what held at that moment; before the first one, the first one."""
        for entry in reversed(self._entries):
            if entry.since is None or entry.since <= moment:
                return entry
        return self._entries[0]

    def ever_promises(self, kind: Kind) -> bool:
        """Tell whether any policy of the ticket knows that kind of clock."""
        return any(kind in policy.rules for policy in self._policies.values())

    def before(self, moment: datetime) -> InForce:
        """Give what held just before: what ended then keeps the policy under which it ended."""
        for entry in reversed(self._entries):
            if entry.since is None or entry.since < moment:
                return entry
        return self._entries[0]


def _named(name: str, policies: Mapping[str, Policy]) -> Policy:
    policy = policies.get(name)
    if policy is None:
        raise Refusal(
            'there is no policy "{name}"; known are {known}',
            name=name,
            known=", ".join(sorted(policies)),
        )
    return policy
