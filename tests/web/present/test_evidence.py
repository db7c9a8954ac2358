"""Codes of recognition as reasons a person understands."""

from __future__ import annotations

import pytest
from django.utils import translation

from comptoir.web.present.evidence import reasons


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["address given out by the marketplace (ebay:members.ebay.de:from)"]),
        ("fr", ["adresse attribuée par la place de marché (ebay:members.ebay.de:from)"]),
        ("de", ["vom Marktplatz vergebene Adresse (ebay:members.ebay.de:from)"]),
    ],
)
def test_evidence_is_said_once_in_the_readers_language(language: str, said: list[str]) -> None:
    code = "relay:ebay:members.ebay.de:from"

    with translation.override(language):
        assert reasons([code, code]) == said


def test_evidence_without_meaning_for_people_is_left_out() -> None:
    with translation.override("en"):
        assert reasons(["channel:12", "direct"]) == ["written to you directly"]
