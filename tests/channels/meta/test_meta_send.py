"""Replies at Meta: within a day any, within a week tagged, never after; comments as comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.channels.loopback import Answer
from tests.channels.meta.graph import NOW, Platform, form, platform, refusal
from tests.channels.meta.test_meta_pull import opened

from comptoir.channels.kernel.protocol import Outcome, Outgoing, OutgoingFile, Receipt
from comptoir.channels.meta.connector import Meta

WEEK = timedelta(days=7)
REPLY = Outgoing("k1", "k1@x", "", "Anna", "", "Maison Perrin", "", "Ja, auch in Blau.",
                 thread_id="p1", stream="direct", written_at=NOW)  # fmt: skip


@pytest.fixture
def meta() -> Iterator[Platform]:
    with platform() as running:
        running.says("Gibt es die Lampe in Blau?")
        yield running


def sent(meta: Platform, until: datetime | None = NOW + WEEK, **more: object) -> Receipt:
    return opened(meta, surface="instagram_page").send(
        replace(REPLY, answer_until=until, **more)  # type: ignore[arg-type]
    )


def bodies(meta: Platform) -> list[dict[str, object]]:
    asked = [one for one in meta.vendor.asked if one.method == "POST"]
    return [one.json for one in asked if one.path.endswith("/messages")]


@pytest.mark.parametrize(("hours", "kind"), [
    (0, {"messaging_type": "RESPONSE"}),
    (23.9, {"messaging_type": "RESPONSE"}),
    (24, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}),
    (167.9, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}),
])  # fmt: skip
def test_a_reply_leaves_as_the_window_asks(
    meta: Platform, hours: float, kind: dict[str, str]
) -> None:
    meta.now = NOW + timedelta(hours=hours)

    receipt = sent(meta)

    assert (receipt.outcome, receipt.external_id) == (Outcome.ACCEPTED, "m_Ip12")
    assert bodies(meta) == [{"recipient": {"id": "p1"}, **kind, "message": {"text": REPLY.text}}]


def test_beyond_seven_days_nothing_is_even_tried(meta: Platform) -> None:
    meta.now = NOW + WEEK

    assert (sent(meta).outcome, sent(meta).code) == (Outcome.REFUSED, "window_closed")
    assert bodies(meta) == []


def test_a_person_who_wrote_again_meanwhile_is_answered(meta: Platform) -> None:
    meta.now = NOW + WEEK + timedelta(hours=1)
    meta.says("Hallo?")

    assert sent(meta).outcome is Outcome.ACCEPTED
    assert bodies(meta)[0]["messaging_type"] == "RESPONSE"


def test_what_the_desk_does_not_know_is_asked(meta: Platform) -> None:
    meta.now = NOW + timedelta(days=2)

    assert sent(meta, None).outcome is Outcome.ACCEPTED
    assert bodies(meta)[0]["tag"] == "HUMAN_AGENT"


def test_without_the_feature_and_for_rules_a_day_is_all(meta: Platform) -> None:
    meta.now = NOW + timedelta(days=2)
    day = NOW + timedelta(days=1)
    without = opened(meta, human_agent=False).send(replace(REPLY, answer_until=day))

    assert (without.outcome, without.code) == (Outcome.REFUSED, "window_closed")
    assert sent(meta, automatic=True).code == "window_closed"
    assert bodies(meta) == []


def test_metas_own_no_to_a_late_reply_is_the_same_no(meta: Platform) -> None:
    meta.now = NOW + timedelta(days=8)
    receipt = sent(meta, meta.now + timedelta(days=6, hours=23))

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "window_closed")


@pytest.mark.parametrize(("answer", "outcome", "code"), [
    (Answer(500), Outcome.UNCERTAIN, "server_error"),
    (Answer(body=b"{", breaks="after"), Outcome.UNCERTAIN, "unreachable"),
    (refusal(2, "Service temporarily unavailable"), Outcome.UNCERTAIN, "server_error"),
    (refusal(1200, "Temporary send message failure"), Outcome.DEFERRED, "server_error"),
    (Answer(429), Outcome.DEFERRED, "throttled"),
    (refusal(613, "Calls to this api have exceeded the rate limit"), Outcome.DEFERRED, "throttled"),
    (refusal(551, "This person isn't available right now"), Outcome.REFUSED, "buyer_unreachable"),
    (refusal(100, "Invalid parameter"), Outcome.REFUSED, "request_refused"),
    (refusal(10, "Application does not have permission", 403), Outcome.REFUSED, "forbidden"),
])  # fmt: skip
def test_every_other_answer_is_told_for_what_it_is(
    meta: Platform, answer: Answer, outcome: Outcome, code: str
) -> None:
    connector = opened(meta)
    connector.check()
    meta.vendor.fails_with(answer)

    receipt = connector.send(replace(REPLY, answer_until=NOW + WEEK))

    assert (receipt.outcome, receipt.code) == (outcome, code)


def test_a_refused_token_is_renewed_and_the_reply_leaves_once(meta: Platform) -> None:
    connector: Meta = opened(meta)
    connector.check()
    meta.page_token = "page-token-2"

    assert connector.send(replace(REPLY, answer_until=NOW + WEEK)).outcome is Outcome.ACCEPTED
    assert [one["message"] for one in meta.talks["INSTAGRAM", "p1"]].count(REPLY.text) == 1


def test_an_uncertain_reply_is_found_by_its_words(meta: Platform) -> None:
    connector = opened(meta)
    assert connector.find(REPLY) is None
    said = meta.says(REPLY.text, is_ours=True)
    meta.says(REPLY.text, mid="m_theirs")

    assert connector.find(REPLY) == said["id"]
    assert connector.find(replace(REPLY, written_at=NOW + timedelta(hours=1))) is None


def test_files_are_laid_up_first_and_leave_before_the_words(meta: Platform) -> None:
    file = OutgoingFile("lampe.jpg", "image/jpeg", b"jpeg")

    assert sent(meta, files=(file,)).outcome is Outcome.ACCEPTED
    assert [one["message"] for one in bodies(meta)] == [
        {"attachment": {"type": "image", "payload": {"attachment_id": "1701"}}},
        {"text": REPLY.text},
    ]
    connector = opened(meta)
    connector.check()
    meta.vendor.fails_with(
        Answer(body={"attachment_id": "1"}), Answer(body={"message_id": "m"}), Answer(429)
    )
    half = connector.send(replace(REPLY, answer_until=NOW + WEEK, files=(file,)))
    assert (half.outcome, half.code) == (Outcome.UNCERTAIN, "partly_sent")


def test_instagram_takes_a_thousand_bytes_not_letters(meta: Platform) -> None:
    assert sent(meta, text="ä" * 501).code == "too_long"
    assert sent(meta, text="ä" * 500).outcome is Outcome.ACCEPTED


def test_a_comment_is_answered_under_it_and_knows_no_window(meta: Platform) -> None:
    meta.comments("Wann wieder da?")
    meta.now = NOW + timedelta(days=30)
    comment = replace(REPLY, stream="comments", thread_id="179001", text="Nächste Woche!")

    receipt = opened(meta).send(comment)

    assert (receipt.outcome, receipt.external_id) == (Outcome.ACCEPTED, "1790019")
    assert meta.vendor.asked[-1].path == "/v23.0/179001/replies"
    assert form(meta.vendor.asked[-1]) == {"message": "Nächste Woche!"}
    assert opened(meta).find(replace(comment, written_at=meta.now)) == "1790019"
