"""Kinds measured on real mails: bounces, replies, ham and spam. The floors are what was measured."""

import base64
import gzip
import json
from collections import Counter

import pytest
from tests.shared_material import shared

from comptoir.channels.mail.message import Address, Mail
from comptoir.channels.mail.parse import parse
from comptoir.channels.mail.recognition import KindName, classify, recognise

MACHINES = {KindName.BOUNCE, KindName.AUTO_REPLY}


def corpus(name):
    with gzip.open(shared("data", name, "mails.jsonl.gz")) as lines:
        for row in map(json.loads, lines):
            yield row["kind"], parse(base64.b64decode(row["raw_b64"]))


def kind_of(mail):
    return classify(mail, recognise(mail)).name


@pytest.fixture(scope="module")
def sisimai():
    return [(kind, kind_of(mail)) for kind, mail in corpus("emails-bounces-sisimai")]


@pytest.fixture(scope="module")
def spamassassin():
    found = [(kind, kind_of(mail)) for kind, mail in corpus("emails-spamassassin")]
    return {which: Counter(k for w, k in found if w == which) for which in ("ham", "spam")}


def test_bounces_are_recognised(sisimai):
    bounces = [found for kind, found in sisimai if kind == "bounce"]

    assert sum(found in MACHINES for found in bounces) / len(bounces) >= 0.98


def test_automatic_answers_and_abuse_reports_are_recognised(sisimai):
    assert {found for kind, found in sisimai if kind == "autoreply"} == {KindName.AUTO_REPLY}
    assert {found for kind, found in sisimai if kind == "feedback-report"} == {
        KindName.NOTIFICATION
    }


def test_what_is_no_bounce_is_not_taken_for_one(sisimai):
    assert {found for kind, found in sisimai if kind == "not-a-bounce"} == {KindName.BUYER_MESSAGE}


def test_no_reply_is_taken_for_a_bounce_or_a_machine():
    with gzip.open(shared("data", "emails-replies", "replies.jsonl.gz")) as lines:
        bodies = [json.loads(line)["body"] for line in lines]

    replies = [
        Mail(sender=Address("", "anna@posteo.example"), subject="Re: Rechnung", text=body)
        for body in bodies
    ]

    assert len(replies) == 128
    assert {kind_of(reply) for reply in replies} == {KindName.BUYER_MESSAGE}


def test_no_private_mail_is_taken_for_a_report_or_a_claim(spamassassin):
    ham = spamassassin["ham"]

    assert set(ham) <= {KindName.BUYER_MESSAGE, KindName.MARKETING, KindName.NOTIFICATION}
    assert ham[KindName.NOTIFICATION] <= 2


def test_spam_without_a_filters_mark_is_known_in_four_of_ten_cases(spamassassin):
    """Mails of 2002, without the headers a filter would add: only wordings are left."""
    spam = spamassassin["spam"]

    assert spam[KindName.MARKETING] / spam.total() >= 0.40


def test_hard_mime_is_read_to_the_end():
    kinds = Counter(kind_of(mail) for _, mail in corpus("emails-mime"))

    assert kinds.total() == 200
    assert KindName.CLAIM not in kinds
