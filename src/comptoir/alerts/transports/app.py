"""Alerts in the desk itself: a step of the change feed that only its recipient's browsers hear.

It carries numbers; the browser asks for the words, in its person's language and with their rights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comptoir.storage import changes

KIND = "alert"


@dataclass(frozen=True, slots=True)
class Ring:
    """That a person is to hear of alerts. `is_push` interrupts, else only the badge counts."""

    person_id: int
    delivery_id: str
    is_push: bool


def ring(rings: Iterable[Ring], *, now: datetime) -> None:
    """Tell the browsers, once the surrounding transaction is committed."""
    changes.record_many(KIND, [_row(one) for one in rings], now=now)


def settle(person_ids: Iterable[int], *, now: datetime) -> None:
    """Have people's badges counted anew: something was acknowledged, or is over."""
    told = [
        {"channel_id": None, "ticket_id": None, "data": {"to": person_id, "what": "settled"}}
        for person_id in sorted(set(person_ids))
    ]
    changes.record_many(KIND, told, now=now)


def _row(one: Ring) -> Mapping[str, Any]:
    data = {
        "to": one.person_id,
        "what": "push" if one.is_push else "count",
        "delivery": one.delivery_id,
    }
    return {"channel_id": None, "ticket_id": None, "data": data}
