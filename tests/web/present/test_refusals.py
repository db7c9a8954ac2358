"""Refusals said to a person: what happened, and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from comptoir.tickets.actions.errors import Refused
from comptoir.web.present import refusals
from comptoir.web.present.times import times_for

NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)


def test_snooze_past_the_limit_names_the_limit_and_the_latest_moment() -> None:
    limit = NOON + timedelta(hours=6)
    refused = Refused("snooze_past_limit", limit_at=limit, before=limit - timedelta(minutes=30))

    said = refusals.say(refused, times_for("UTC", NOON))

    assert said == "The limit is 18:00. Snooze it until 17:30 at the latest, or answer first."
