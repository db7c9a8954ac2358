"""How long ago a buyer must have written for a ticket to stand where it should, by its channel's policy."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from comptoir.core.calendars import ALWAYS, Calendar
from comptoir.merchant.models import Channel
from comptoir.sla.choosing import policy_list
from comptoir.sla.models import PolicyVersion
from comptoir.sla.versions import promises, qualified

SHARES = {
    "on_track": (0.03, 0.66),
    "soon": (0.79, 0.96),
    "past_target": (1.06, 1.45),
}
"""Part of the target that has passed."""

SAVE_NOW_MINUTES = (22, 105)
MISSED_MINUTES = (40, 420)


@dataclass(frozen=True, slots=True)
class Promise:
    """The reply clock of a channel: minutes on a calendar each, no limit where none is imposed."""

    target_minutes: float
    target_calendar: Calendar
    limit_minutes: float | None
    limit_calendar: Calendar


def promises_of(channels: Mapping[str, Channel]) -> dict[str, Promise]:
    """Read what each channel's policy promises."""
    return {key: _promise(channel) for key, channel in channels.items()}


def asked_at(promise: Promise, level: str, *, now: datetime, dice: random.Random) -> datetime:
    """Tell when the buyer wrote so that the ticket is at that level now."""
    if level in SHARES:
        part = dice.uniform(*SHARES[level])
        return promise.target_calendar.subtract(
            now, timedelta(minutes=promise.target_minutes * part)
        )
    if promise.limit_minutes is None:
        raise ValueError("a channel without a limit cannot lose it")
    if level == "save_now":
        left = -dice.uniform(*SAVE_NOW_MINUTES)
    else:
        left = dice.uniform(*MISSED_MINUTES)
    return promise.limit_calendar.subtract(now, timedelta(minutes=promise.limit_minutes + left))


def _promise(channel: Channel) -> Promise:
    base = policy_list(now=datetime.now(UTC)).base(channel.pk)
    assert base is not None, channel.name
    spec = qualified(PolicyVersion.objects.values_list("spec", flat=True).get(pk=base.version_id))
    rule: dict[str, Any] = spec["first_reply"]
    calendars = promises(base.version_id).calendars
    return Promise(
        target_minutes=float(rule["target_minutes"]),
        target_calendar=calendars.get(rule.get("target_calendar", ""), ALWAYS),
        limit_minutes=rule.get("limit_minutes"),
        limit_calendar=calendars.get(rule.get("limit_calendar", ""), ALWAYS),
    )
