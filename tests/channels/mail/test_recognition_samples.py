"""Invented mails of every channel and kind, read through the whole recognition (R57).

`samples/expected.json` says what each must give; only the named fields are compared.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from comptoir.channels.mail.understood import understand

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text())
OWN = frozenset({"kundenservice@maison-perrin.example"})


def read(name):
    return understand((SAMPLES / f"{name}.eml").read_bytes(), own_addresses=OWN)


def described(found):
    within = found.verdict.answer_within
    return {
        "marketplace": found.recognition.marketplace,
        "kind": found.kind,
        "subkind": found.subkind,
        "country": found.recognition.country,
        "buyer_alias": found.recognition.buyer_alias,
        "operators": list(found.recognition.operators),
        "order_ids": list(found.order_ids),
        "new_text": found.new_text,
        "language": found.language,
        "tier": found.tier,
        "needs_reply": found.needs_reply,
        "original": found.verdict.original_message_id,
        "answer_within_hours": within.total_seconds() / 3600 if within else None,
    }


def test_every_sample_is_expected_and_every_expectation_has_its_sample():
    assert sorted(EXPECTED) == sorted(path.stem for path in SAMPLES.glob("*.eml"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_sample_is_recognised(name):
    wanted = EXPECTED[name]
    found = described(read(name))

    assert {field: found[field] for field in wanted} == wanted


def test_channel_is_never_wrong_and_right_in_99_of_100():
    verdicts = Counter()
    for name, wanted in EXPECTED.items():
        found = read(name).recognition.marketplace
        verdict = "right" if found == wanted["marketplace"] else "unknown" if not found else "wrong"
        verdicts[verdict] += 1

    assert verdicts["wrong"] == 0
    assert verdicts["right"] / verdicts.total() >= 0.99


def test_automatic_mails_are_marked_and_buyers_are_not():
    automatic = {name for name in EXPECTED if read(name).verdict.is_automatic}

    assert "out_of_office_direct" in automatic
    assert "amazon_policy_news" in automatic
    assert "bounce_delayed" in automatic
    assert "own_copy_to_relay" in automatic
    assert not automatic & {"amazon_de_order_question", "direct_customer", "ebay_question"}
