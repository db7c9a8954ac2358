"""Moments and lengths of time in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from comptoir.web.present.times import times_for

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # Saturday, 18:00 in Paris


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 21, 16, 40, tzinfo=UTC), "17:40"),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "Sun 00:30"),
        (datetime(2026, 11, 20, 16, 40, tzinfo=UTC), "Fri 17:40"),
        (datetime(2026, 11, 3, 8, 5, tzinfo=UTC), "3 Nov 09:05"),
        (datetime(2025, 7, 14, 10, 0, tzinfo=UTC), "14 Jul 2025 12:00"),
        (None, ""),
    ],
)
def test_short_moment_is_as_long_as_it_must_be(at: datetime | None, said: str) -> None:
    with translation.override("en"):
        assert times_for("Europe/Paris", NOW).short(at) == said


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Fri 17:40"), ("fr", "ven. 17:40"), ("de", "Fr 17:40")]
)
def test_short_moment_is_in_the_readers_language(language: str, said: str) -> None:
    at = datetime(2026, 11, 20, 16, 40, tzinfo=UTC)

    with translation.override(language):
        assert times_for("Europe/Paris", NOW).short(at).replace("ven ", "ven. ") == said


def test_unknown_zone_falls_back_to_utc() -> None:
    assert times_for("Mars/Olympus", NOW).clock(NOW) == "17:00"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(hours=3, minutes=12), "3 h 12"),
        (timedelta(hours=14), "14 h"),
        (timedelta(hours=47, minutes=59), "47 h 59"),
        (timedelta(hours=48), "2 d"),
        (timedelta(days=2, hours=5, minutes=30), "2 d 5 h"),
    ],
)
def test_length_of_time_in_two_parts_at_most(length: timedelta, said: str) -> None:
    with translation.override("en"):
        assert times_for("UTC", NOW).length(length.total_seconds()) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Saturday 21 November 2026, 18:00 (Europe/Paris)"),
        ("fr", "samedi 21 novembre 2026, 18:00 (Europe/Paris)"),
        ("de", "Samstag, 21. November 2026, 18:00 (Europe/Paris)"),
    ],
)
def test_moment_is_written_out_as_the_language_does(language: str, said: str) -> None:
    with translation.override(language):
        assert times_for("Europe/Paris", NOW).full(NOW) == said
