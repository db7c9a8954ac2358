"""Which policy applies to a ticket: the first of an ordered list whose conditions hold.

Conditions and facts are plain: names of facts with the values allowed. A fact that a condition
asks for and the ticket does not have (an order without a value) fails the condition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from comptoir.core.clocks.policies import Deadline, Kind, Policy, Rule
from comptoir.core.refusals import Refusal

FACTS = (
    "marketplace",
    "channel",
    "country",
    "brand",
    "message_type",
    "risk_tier",
    "customer_tier",
    "language",
    "tags",
)
"""What a condition may look at; `tags` are several, the others one value."""

MESSAGE_TYPES = ("pre_sale_question", "order_question", "return_request", "claim")
CUSTOMER_TIERS = ("new", "returning", "vip")
RISK_TIERS = (0, 1, 2, 3)
KNOWN_VALUES: Mapping[str, tuple[str | int, ...]] = {
    "message_type": MESSAGE_TYPES,
    "customer_tier": CUSTOMER_TIERS,
    "risk_tier": RISK_TIERS,
}
"""The values of facts that have only these."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a ticket. `values` by the names of `FACTS`; the order's value apart."""

    values: Mapping[str, str | int] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    order_value: float | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a policy applies: each named fact is one of those given. No conditions always hold."""

    allowed: Mapping[str, frozenset[str | int]] = field(default_factory=dict)
    order_value_at_least: float | None = None

    def __post_init__(self) -> None:
        for name, values in self.allowed.items():
            if name not in FACTS:
                raise Refusal(
                    'a policy cannot depend on "{name}"; it can on {known}',
                    name=name,
                    known=", ".join(FACTS),
                )
            if not values:
                raise Refusal(
                    "the condition on {name} can never hold; name a value or drop it", name=name
                )
            known = KNOWN_VALUES.get(name)
            if known is not None and not values <= set(known):
                raise Refusal(
                    "the condition on {name} can never hold for {wrong}; it knows {known}",
                    name=name,
                    wrong=", ".join(sorted(str(value) for value in values - set(known))),
                    known=", ".join(str(value) for value in known),
                )
        if self.order_value_at_least is not None and not self.order_value_at_least >= 0:
            raise Refusal("the order value of a condition must be 0 or more")

    def hold(self, facts: Facts) -> bool:
        """Tell whether the policy applies."""
        least = self.order_value_at_least
        if least is not None and (facts.order_value is None or facts.order_value < least):
            return False
        return all(
            bool(values & facts.tags) if name == "tags" else facts.values.get(name) in values
            for name, values in self.allowed.items()
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """The policy that applies. `is_default` where nothing matched: an administrator is told."""

    policy: str
    is_default: bool


def choose_policy(
    policies: Sequence[tuple[str, Conditions]], facts: Facts, *, default: str
) -> Choice:
    """Give the first policy, in their order, whose conditions hold."""
    for name, conditions in policies:
        if conditions.hold(facts):
            return Choice(name, is_default=False)
    return Choice(default, is_default=True)


def refuse_loosened(preset: Policy, wanted: Policy) -> None:
    """Refuse a policy that gives more time than a confirmed limit of the marketplace allows."""
    for kind, rule in preset.rules.items():
        if rule.limit is not None and rule.limit_confirmed:
            _refuse_looser(kind, rule.limit, wanted.rule(kind))


def _refuse_looser(kind: Kind, limit: Deadline, wanted: Rule) -> None:
    if wanted.limit is None or wanted.limit.is_later_than(limit):
        raise Refusal(
            "the limit of {kind} is the marketplace's own and confirmed: it can be made shorter,"
            " not longer or dropped",
            kind=kind.value,
        )
    if (wanted.limit.model, wanted.limit.calendar) != (limit.model, limit.calendar):
        raise Refusal(
            "the limit of {kind} is confirmed: keep its model ({model}) and its calendar"
            " ({calendar})",
            kind=kind.value,
            model=limit.model.value,
            calendar=limit.calendar,
        )
    if _frame(wanted.limit) != _frame(limit) or not wanted.limit_confirmed:
        raise Refusal(
            "the limit of {kind} is confirmed, and stays so: keep its daily window and its hour",
            kind=kind.value,
        )


def _frame(deadline: Deadline) -> tuple[object, ...]:
    """Give what a shorter length is measured in: a narrow window would make it later all the same."""
    return deadline.window, deadline.window_days, deadline.hour
