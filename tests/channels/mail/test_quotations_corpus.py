"""Figures on real replies, and time on hostile ones."""

from __future__ import annotations

import gzip
import json
import time

import pytest
from tests.shared_material import shared

from comptoir.channels.mail.quotations import new_text, split

FLOOR_SHARE = 0.9
FLOOR_SHARE_OF_OUR_LANGUAGES = 0.88
OUR_LANGUAGES = {"en", "fr", "de", "es", "it"}

# What the source of the corpus keeps and we take off on purpose: quoted lines between new ones
# (they stay in the conversation above), and an empty answer where all is quotation.
KEEPS_QUOTATION = {
    "embedded_email_16",
    "embedded_email_17",
    "embedded_email_7",
    "quote_and_text",
    "spam_1",
}


def replies() -> list[dict[str, str]]:
    with gzip.open(shared("data", "emails-replies", "replies.jsonl.gz"), "rt") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["expected_reply"] is not None]


def words(text: str) -> str:
    return " ".join(text.split())


def test_new_text_of_real_replies_is_what_was_written_anew() -> None:
    rows = replies()

    right = {
        row["id"] for row in rows if words(new_text(row["body"])) == words(row["expected_reply"])
    }

    ours = {row["id"] for row in rows if row["lang_guess"] in OUR_LANGUAGES}
    assert len(right) / len(rows) >= FLOOR_SHARE
    assert len(right & ours) / len(ours) >= FLOOR_SHARE_OF_OUR_LANGUAGES
    assert {row["id"] for row in rows} - right == KEEPS_QUOTATION


def test_split_of_real_replies_loses_no_word() -> None:
    for row in replies():
        parts = split(row["body"])
        found = sorted(f"{parts.new}\n{parts.quoted}\n{parts.signature}".split())
        assert found == sorted(row["body"].split()), row["id"]


@pytest.mark.parametrize(
    "text",
    [
        ">\n" * 100_000,
        "On \n" * 100_000,
        "On 2025 wrote:\n" * 100_000,
        "On 2025 wrote: " * 100_000,
        "On 1 Jan 2025 a@b.example wrote\n" * 100_000,
        "a:\n" * 100_000,
        "From: x\nDate: y\n" * 50_000,
        "> " * 200_000,
        "--\n" * 100_000,
        "x\n>\n--\n" * 50_000,
        "Sent from my iPhone\n" * 100_000,
        "confidential privileged\n\n" * 50_000,
        "\n" * 300_000 + "x",
        "- " * 300_000,
        "x" * 2_000_000,
    ],
    ids=lambda text: repr(text[:16]),
)
def test_split_hostile_text_takes_no_more_than_its_length(text: str) -> None:
    begun = time.process_time()

    found = new_text(text)

    assert time.process_time() - begun < 5  # far above what it takes, far below a square
    assert found
