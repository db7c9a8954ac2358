"""Which promise a ticket has, and since when: the policy chosen from what is known of the ticket.

Whenever something that a condition looks at changes (risk, tag, value), the policy is chosen anew;
that it changed is a fact of the timeline, `policy_applied`, so that the past stays explainable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from comptoir.core.clocks.choosing import Facts
from comptoir.orders.worth import customer_tier
from comptoir.sla.choosing import ORDER_VALUE, Chosen, policy_list
from comptoir.sla.versions import Held, promises

POLICY_APPLIED = "policy_applied"

ROW = (
    "channel_id", "tier", "language", "tags", "order_id", "customer_id", "order_number",
)  # fmt: skip
"""The columns of a ticket that conditions look at."""

ORDER_SQL = "SELECT total FROM orders_order WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Known:
    """What a condition may look at, of one ticket. `kinds` are the kinds of its facts."""

    channel_id: int
    tier: int
    language: str
    tags: tuple[str, ...]
    order_id: int | None
    customer_id: int | None
    order_number: str
    kinds: frozenset[str]

    @classmethod
    def of(cls, row: Mapping[str, Any], kinds: Iterable[str]) -> Known:
        """Take it from the columns of a ticket, by name."""
        return cls(
            row["channel_id"],
            row["tier"],
            row["language"],
            tuple(row["tags"] or ()),
            row["order_id"],
            row["customer_id"],
            row["order_number"],
            frozenset(kinds),
        )


def choose_for(known: Known, *, now: datetime, revision: int | None = None) -> Chosen | None:
    """Choose the promise of a ticket; None where the desk has no policy at all."""
    listed = policy_list(now=now, revision=revision)
    return listed.choose(known.channel_id, finder(known))


def finder(known: Known) -> Callable[[frozenset[str]], Facts]:
    """Give what looks a ticket's facts up, only those that some condition asks for."""

    def find(wanted: frozenset[str]) -> Facts:
        values: dict[str, str | int] = {
            "message_type": message_type(known),
            "risk_tier": known.tier,
            "language": known.language.partition("-")[0],
        }
        if "customer_tier" in wanted and known.customer_id is not None:
            values["customer_tier"] = customer_tier(known.customer_id)
        worth = _order_value(known.order_id) if ORDER_VALUE in wanted else None
        return Facts(values, frozenset(known.tags), worth)

    return find


def message_type(known: Known) -> str:
    """Say what the conversation is about, as conditions name it."""
    if "case_opened" in known.kinds:
        return "claim"
    if "return_requested" in known.kinds:
        return "return_request"
    return "order_question" if known.order_number or known.order_id else "pre_sale_question"


def applied(
    before: Held | None,
    chosen: Chosen,
    facts: Sequence[Any],
    *,
    seen_elsewhere_at: datetime | None = None,
) -> dict[str, Any]:
    """Give the data of the fact that a policy applies from now on.

    `facts` are the ticket's until now. A risk that was seen under the policy before, or on a ticket
    that is merged into this one, was seen then and not now.
    """
    data: dict[str, Any] = {"policy": chosen.held.key}
    if counts_from_risk(chosen.held):
        seen = [risk_seen_at(facts, before), seen_elsewhere_at]
        if known := [at for at in seen if at is not None]:
            data["seen_at"] = min(known).isoformat()
    if before is not None:
        data["before"] = before.key
    if chosen.is_default:
        data["is_default"] = True
    return data


@lru_cache(maxsize=1024)
def counts_from_risk(held: Held) -> bool:
    """Tell whether a target of that promise counts from when a risk was seen.

    Kept: a version never changes.
    """
    rules = promises(*held).policy.rules.values()
    return any(rule.target is not None and rule.target.from_policy for rule in rules)


def risk_seen_at(facts: Sequence[Any], held: Held | None) -> datetime | None:
    """Tell since when the risk is known that the promise looks at; None if it looks at none."""
    if held is None or not facts or not counts_from_risk(held):
        return None
    turns = [fact for fact in facts if fact.kind == POLICY_APPLIED]
    if not turns:
        began: datetime = min(fact.at for fact in facts)
        return began
    last = max(turns, key=lambda fact: fact.at)
    then: datetime = last.at
    return seen_at(last) or then


def seen_at(fact: Any) -> datetime | None:
    """Give the moment that a fact `policy_applied` names for the risk, if it names one."""
    named = fact.data.get("seen_at")
    return datetime.fromisoformat(named) if named else None


def current(facts: Sequence[Any], held: Held | None) -> Held | None:
    """Give the promise that holds by the timeline; `held` where it does not speak of any."""
    keys = [fact.data["policy"] for fact in facts if fact.kind == POLICY_APPLIED]
    return Held.of(keys[-1]) if keys and held is not None else held


def keys_of(facts: Sequence[Any]) -> list[str]:
    """Name every promise that a timeline speaks of, the first one first."""
    found: dict[str, None] = {}
    for fact in facts:
        if fact.kind == POLICY_APPLIED:
            before = fact.data.get("before")
            if before:
                found[before] = None
            found[fact.data["policy"]] = None
    return list(found)


def _order_value(order_id: int | None) -> float | None:
    if order_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(ORDER_SQL, [order_id])
        row = cursor.fetchone()
    return float(row[0]) if row else None
