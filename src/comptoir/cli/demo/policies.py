"""The shop's own policies: what Camille decided beyond what the marketplaces impose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from comptoir.merchant.models import Person
from comptoir.sla.actions.policies import Wanted
from comptoir.sla.versions import INHERITS, OFFICE
from comptoir.tickets import rollouts
from comptoir.tickets.actions import policies

RISK_MINUTES = 60
VIP_MINUTES = 120
OWN_SHOPS = ["shopify", "generic_email"]


def make_policies(*, by: Person, now: datetime) -> None:
    """Make both, and let the open tickets that they fit take them."""
    for wanted in (_vip(), _risks()):
        policies.make(wanted, holds_from=now, by=by, now=now)
    while rollouts.step(now=now):
        pass


def _risks() -> Wanted:
    """Threats are answered within the hour from when they were seen, wherever they come in."""
    rule = _target(RISK_MINUTES) | {"target_from": "policy_applied"}
    return Wanted(
        name="Escalation risks",
        spec={INHERITS: True, "first_reply": rule, "next_reply": rule},
        conditions={"risk_tier": [1]},
        reason="A bad review costs more than the hour.",
    )


def _vip() -> Wanted:
    """Regular customers of the own shop wait half as long as others."""
    return Wanted(
        name="VIP customers",
        spec={
            INHERITS: True,
            "first_reply": _target(VIP_MINUTES),
            "next_reply": _target(VIP_MINUTES),
        },
        conditions={"marketplace": OWN_SHOPS, "customer_tier": ["vip"]},
        reason="They come back because we answer.",
    )


def _target(minutes: int) -> dict[str, Any]:
    return {"target_minutes": minutes, "target_calendar": OFFICE}
