"""Every kind of fact that people read has a sentence in which nothing is left open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from comptoir.merchant.models import Person
from comptoir.tickets.models import Fact
from comptoir.web.present.facts import LINES, make_event
from comptoir.web.present.times import times_for

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
INES = Person(id=3, name="Inès Moreau", email="ines@maisonperrin.example")
DATA = {"to": 3, "before": 2, "reason": "Only says thanks", "due_at": "2026-11-22T08:00:00+00:00"}

UNMATCHED = {"policy": "31", "is_default": True}


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("kind", sorted(LINES))
def test_fact_is_told_in_every_language(kind: str, language: str) -> None:
    data = UNMATCHED if kind == "policy_applied" else DATA
    fact = Fact(kind=kind, happened_at=NOW, stored_at=NOW, person=INES, data=data)

    with translation.override(language):
        event = make_event(fact, {3: "Inès Moreau"}, times_for("Europe/Paris", NOW))

    assert event is not None
    assert event.text
    assert "%(" not in event.text


def test_fact_that_a_message_shows_already_has_no_line() -> None:
    fact = Fact(kind="buyer_message", happened_at=NOW, stored_at=NOW, data={})

    assert make_event(fact, {}, times_for("UTC", NOW)) is None
