"""Promises in words: every marketplace of the rulebook can be told."""

from __future__ import annotations

import pytest

from comptoir.rulebook.catalogue import marketplaces
from comptoir.rulebook.presets import preset
from comptoir.web.settings_pages import policy_words
from comptoir.web.settings_pages.policy_words import Source


@pytest.mark.parametrize(
    ("marketplace_id", "limit", "target", "is_sure"),
    [
        ("amazon", "24 h, always counting", "target 14 h", True),
        ("ebay", "24 h, always counting", "target 12 h", False),
        ("kaufland", "48 h on working days, without public holidays",
         "target 24 h on working days", True),
        ("bol", "8 h, counted Mon–Fri from 09:00 to 17:00", "target 4 h of the same hours", True),
        ("conrad", "48 h on average", "target 24 h", True),
        ("facebook", "24 h, then the channel takes no more reply",
         "target 1 h of office hours", True),
        ("shopify", "No limit from outside", "target 4 h of office hours", True),
    ],
)  # fmt: skip
def test_preset_is_told_as_limit_target_and_sureness(
    marketplace_id: str, limit: str, target: str, is_sure: bool
) -> None:
    told = policy_words.of_preset(preset(marketplace_id))

    assert (told.limit, told.target, told.is_sure) == (limit, target, is_sure)


def test_tiktok_in_america_tells_what_is_due_after_the_weekend() -> None:
    told = policy_words.of_preset(preset("tiktok_shop", "US"))

    assert told.limit == "24 h; what comes at the weekend until 12:00 on Monday"


@pytest.mark.parametrize("marketplace_id", sorted(marketplaces()))
def test_every_preset_has_words_and_a_source(marketplace_id: str) -> None:
    told = policy_words.of_preset(preset(marketplace_id))

    assert "%" not in told.limit + told.target
    assert told.sources != ()


def test_source_is_named_by_host_or_title() -> None:
    assert policy_words.source("https://www.bol.com/nl/hulp") == Source(
        "bol.com", "https://www.bol.com/nl/hulp"
    )
    assert policy_words.source("article: eDesk, SLAs") == Source("eDesk, SLAs", "")


def test_policy_is_written_out_in_sentences() -> None:
    rule = {"target_minutes": 840, "limit_minutes": 1440}
    spec = {
        "first_reply": rule,
        "next_reply": rule,
        "case": {"target_minutes": 30, "target_calendar": "office", "limit_model": "given"},
        "measured": "every_message",
        "auto_reply_counts": False,
        "mark_needs_confirmation": True,
    }

    assert policy_words.sentences(spec) == [
        "First reply: 24 h, always counting; target 14 h.",
        "Every further reply: 24 h, always counting; target 14 h.",
        "Claim: limit as the marketplace gives it; target 30 minutes of office hours.",
        "Each message of the buyer is measured.",
        "An automatic reply does not count as an answer.",
        "“No response needed” must also be marked on the marketplace's page to count there.",
    ]
