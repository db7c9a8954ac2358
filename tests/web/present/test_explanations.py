"""Every step the core can give is a sentence here, in every language."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from comptoir.core.clocks import Step
from comptoir.core.clocks.explain import TEMPLATES
from comptoir.web.present.explanations import sentences
from comptoir.web.present.times import times_for

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_step_is_said_with_its_values(code: str, language: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(TEMPLATES[code]) if name}
    values = {name: _value(name) for name in names}

    with translation.override(language):
        (said,) = sentences([Step(code, values)], times_for("UTC", NOW))

    assert said[0] == said[0].upper()
    assert "{" not in said


def test_calendar_that_never_closes_is_called_the_whole_week() -> None:
    step = Step(
        "target_hours", {"amount": timedelta(hours=14), "calendar": "always", "due_at": NOW}
    )

    with translation.override("en"):
        assert sentences([step], times_for("UTC", NOW)) == ["14 h target on the whole week: 17:00"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Objectif de 2 j 2 h (heures d’ouverture)\u202f: dim 19:00"),
        ("de", "Ziel 2 T 2 h (Bürozeiten): So 19:00"),
    ],
)
def test_moments_and_lengths_are_the_readers_own(language: str, said: str) -> None:
    due_at = NOW + timedelta(days=1, hours=1)
    step = Step(
        "target_hours",
        {"amount": timedelta(days=2, hours=2), "calendar": "office", "due_at": due_at},
    )

    with translation.override(language):
        assert sentences([step], times_for("Europe/Paris", NOW)) == [said]


def _value(name: str) -> datetime | timedelta | str | int:
    if name.endswith("at"):
        return NOW
    if name in ("amount", "left", "late"):
        return timedelta(hours=4)
    return 2 if name == "count" else "office"
