"""Which variant of a template a buyer gets."""

from __future__ import annotations

import pytest

from comptoir.replies.languages import chosen


@pytest.mark.parametrize(
    ("available", "buyer", "channel", "expected"),
    [
        ({"de", "en", "fr"}, "de", "fr", "de"),
        ({"de", "en", "fr"}, "de-AT", "fr", "de"),
        ({"en", "fr"}, "de", "fr", "fr"),
        ({"en", "it"}, "de", "fr", "en"),
        ({"it", "nl"}, "de", "fr", "it"),
        (set(), "de", "fr", None),
    ],
)
def test_buyers_language_goes_first_then_the_channels_then_english(
    available: set[str], buyer: str, channel: str, expected: str | None
) -> None:
    assert chosen(available, buyer=buyer, channel=channel) == expected
