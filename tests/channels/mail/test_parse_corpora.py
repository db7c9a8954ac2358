"""Real mails: hard MIME, ham and spam of twenty years ago, bounces of a hundred systems."""

from __future__ import annotations

import base64
import gzip
import json
import random
import time
from typing import Any

import pytest
from tests.channels.mail.test_parse_hostile import assert_storable, damaged
from tests.shared_material import shared

from comptoir.channels.mail.html import sanitise
from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.parse import parse
from comptoir.channels.mail.quotations import split

CORPORA = ["emails-mime", "emails-spamassassin", "emails-bounces-sisimai"]


def rows(corpus: str) -> list[dict[str, Any]]:
    with gzip.open(shared("data", corpus, "mails.jsonl.gz"), "rt") as lines:
        return [json.loads(line) for line in lines]


def raw_mail(row: dict[str, Any]) -> bytes:
    return base64.b64decode(row["raw_b64"])


@pytest.mark.parametrize("corpus", CORPORA)
def test_parse_of_real_mails_never_fails_nor_lingers(corpus: str) -> None:
    for row in rows(corpus):
        begun = time.process_time()
        found = parse(raw_mail(row))
        taken = time.process_time() - begun

        assert "unreadable" not in found.problems, row["path"]
        assert taken < 1, row["path"]
        assert_storable(found)
        parts = split(found.text)
        assert bool(parts.new) == bool(found.text.strip()), row["path"]
        sanitise(found.html, cid_urls={}, remote_images=False).html.encode()


@pytest.mark.parametrize("corpus", CORPORA)
def test_parse_of_real_mails_damaged_never_fails(corpus: str) -> None:
    chance = random.Random(corpus)
    for row in rows(corpus):
        found = parse(damaged(raw_mail(row), chance, 30))

        assert "unreadable" not in found.problems, row["path"]
        assert_storable(found)


def test_parse_of_ham_reads_sender_subject_date_and_text_of_nearly_all() -> None:
    found = [parse(raw_mail(row)) for row in rows("emails-spamassassin") if row["kind"] == "ham"]

    def share(has: Any) -> float:
        return sum(1 for mail in found if has(mail)) / len(found)

    assert share(lambda mail: "@" in mail.sender.address) == 1
    assert share(lambda mail: mail.subject) >= 0.99
    assert share(lambda mail: mail.date) == 1
    assert share(lambda mail: mail.received_at) >= 0.99
    assert share(lambda mail: mail.text.strip()) == 1


def reports() -> list[tuple[dict[str, Any], Mail]]:
    return [(row, parse(raw_mail(row))) for row in rows("emails-bounces-sisimai")]


def test_report_is_found_in_bounces_and_in_nothing_else() -> None:
    found = reports()

    bounces = [mail for row, mail in found if row["kind"] == "bounce"]
    others = [mail for row, mail in found if row["kind"] != "bounce"]
    assert sum(1 for mail in bounces if mail.delivery_report) / len(bounces) >= 0.98
    assert [mail.subject for mail in others if mail.delivery_report] == []
    ham = [parse(raw_mail(row)) for row in rows("emails-spamassassin")]
    assert [mail.subject for mail in ham if mail.delivery_report] == []


def test_report_names_recipient_and_reply_of_nearly_all() -> None:
    found = [mail.delivery_report for _, mail in reports() if mail.delivery_report]

    assert sum(1 for report in found if "@" in report.recipient) / len(found) >= 0.95
    assert sum(1 for report in found if report.original_message_id) / len(found) >= 0.8
