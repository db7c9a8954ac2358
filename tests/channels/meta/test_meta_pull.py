"""Pulling from Meta: every message once, whatever order, cursor or trouble; comments apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.channels.loopback import Answer
from tests.channels.meta.graph import NOW, SECRETS, SETTINGS, Platform, platform, refusal

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import ChannelError, RawItem
from comptoir.channels.kernel.told import Author, MessageTold
from comptoir.channels.meta.connector import Meta, connect, read


@pytest.fixture
def meta() -> Iterator[Platform]:
    with platform() as running:
        yield running


def opened(meta: Platform, **settings: Any) -> Meta:
    around = Around(now=lambda: meta.now, patience_seconds=3.0)
    rates = {f"rate_{name}": "1000/1s burst 1000" for name in ("*", "conversations", "messages",
             "comments", "comment", "send")}  # fmt: skip
    values = {**SETTINGS, **rates, "base_url": meta.vendor.url, **settings}
    return connect(values, SECRETS, around)


def pulled(
    connector: Meta, cursor: dict[str, Any], size: int = 50
) -> tuple[list[RawItem], dict[str, Any]]:
    items: list[RawItem] = []
    for page in connector.pull(cursor, page_size=size):
        items += page.items
        cursor = dict(page.cursor)
    return items, cursor


def told(items: list[RawItem], settings: dict[str, Any] = SETTINGS) -> list[MessageTold]:
    found = [one for item in items for one in read(item, settings)]
    return [one for one in found if isinstance(one, MessageTold)]


def test_messages_of_both_surfaces_come_with_their_window(meta: Platform) -> None:
    meta.says("Gibt es die Lampe in Blau?")
    meta.says("Bonjour", person="p2", surface="MESSENGER")

    found = told(pulled(opened(meta), {})[0])

    assert [(m.text, m.thread_id, m.stream, m.place.marketplace) for m in found] == [
        ("Gibt es die Lampe in Blau?", "p1", "direct", "instagram"),
        ("Bonjour", "p2", "direct", "facebook"),
    ]
    assert [m.may_be_answered_until for m in found] == [NOW + timedelta(days=7)] * 2
    assert found[0].buyer.name == "anna.berg"
    without = told(pulled(opened(meta), {})[0], {**SETTINGS, "human_agent": False})
    assert without[0].may_be_answered_until == NOW + timedelta(hours=24)


def test_our_own_answers_are_ours_and_open_no_window(meta: Platform) -> None:
    meta.says("Ja, in Blau auch.", is_ours=True)

    (said,) = told(pulled(opened(meta), {})[0])

    assert (said.author, said.thread_id, said.may_be_answered_until) == (Author.US, "p1", None)


def test_the_pull_goes_on_where_it_stood_and_reads_nothing_old_again(meta: Platform) -> None:
    for number in range(45):
        meta.says(f"Frage {number}", at=NOW - timedelta(hours=3) + timedelta(minutes=number))
    first, cursor = pulled(opened(meta), {})
    meta.now += timedelta(hours=1)
    meta.says("Noch eine")
    second, _ = pulled(opened(meta), cursor)

    assert [one.text for one in told(first)] == [f"Frage {number}" for number in range(45)]
    assert [one.text for one in told(second)] == ["Noch eine"]


def test_conversations_are_read_page_by_page(meta: Platform) -> None:
    for number in range(7):
        meta.says("Hallo", person=f"p{number}", at=NOW - timedelta(minutes=number))

    found = told(pulled(opened(meta), {}, 3)[0])

    assert sorted(one.thread_id for one in found) == [f"p{number}" for number in range(7)]


def test_a_pull_that_breaks_off_leaves_the_cursor_where_it_was(meta: Platform) -> None:
    meta.says("Eins", person="p1")
    meta.says("Zwei", person="p2", at=NOW - timedelta(minutes=1))
    _, cursor = pulled(opened(meta), {})
    meta.now += timedelta(minutes=30)
    meta.says("Drei", person="p1")
    connector = opened(meta)
    meta.vendor.fails_with(refusal(190, "expired"), refusal(190, "expired"))

    with pytest.raises(ChannelError) as caught:
        list(connector.pull(cursor))

    assert (caught.value.code, caught.value.permanent) == ("consent_revoked", True)
    assert "Drei" in [one.text for one in told(pulled(opened(meta), cursor)[0])]


def test_a_refused_page_token_is_got_anew(meta: Platform) -> None:
    meta.says("Hallo")
    connector = opened(meta)
    connector.check()
    meta.page_token = "page-token-2"

    assert [one.text for one in told(pulled(connector, {})[0])] == ["Hallo"]
    assert meta.page_tokens_given == 2


@pytest.mark.parametrize("trouble", [
    [Answer(500)], [Answer(429, headers={"retry-after": "0.1"})], [Answer(breaks="before")],
    [Answer(body=b'{"data": [', breaks="after")],
])  # fmt: skip
def test_passing_trouble_is_overcome(meta: Platform, trouble: list[Answer]) -> None:
    meta.says("Hallo")
    connector = opened(meta)
    connector.check()
    meta.vendor.fails_with(*trouble)

    assert [one.text for one in told(pulled(connector, {"x": 1})[0])] == ["Hallo"]


@pytest.mark.parametrize(("answer", "code"), [
    (refusal(4, "Application request limit reached"), "throttled"),
    (refusal(200, "Requires pages_messaging permission", 403), "forbidden"),
    (Answer(body=b""), "bad_answer"),
    (Answer(body=b"<html>"), "bad_answer"),
])  # fmt: skip
def test_lasting_trouble_has_a_clear_code(meta: Platform, answer: Answer, code: str) -> None:
    connector = opened(meta)
    connector.check()
    meta.vendor.fails_with(answer)

    with pytest.raises(ChannelError) as caught:
        list(connector.pull({"x": 1}))

    assert caught.value.code == code


def test_an_empty_answer_is_no_news(meta: Platform) -> None:
    connector = opened(meta)
    connector.check()
    meta.vendor.fails_with(Answer(body={}))

    assert pulled(connector, {"x": 1})[0] == []


def test_files_come_before_their_message_and_only_from_metas_hosts(meta: Platform) -> None:
    meta.files["/lampe.jpg"] = b"jpeg"
    good = {"image_data": {"url": f"{meta.vendor.url}/lampe.jpg"}, "mime_type": "image/jpeg"}
    bad = {"image_data": {"url": "http://localhost/secret.jpg"}, "mime_type": "image/jpeg"}
    meta.says("Kaputt", attachments={"data": [good, bad]})

    items, _ = pulled(opened(meta), {})
    (said,) = told(items)

    stored = {item.external_id: item.content for item in items}
    assert [stored.get(file.reference["item"]) for file in said.files] == [b"jpeg", None]
    (fetched,) = [one for one in meta.vendor.asked if one.path == "/lampe.jpg"]
    assert "authorization" not in fetched.headers


def test_comments_are_a_stream_of_their_own_with_their_post(meta: Platform) -> None:
    meta.comments("Wann wieder da?")
    meta.comments("Nächste Woche!", "1790019", parent_id="179001", **{"from": {"id": "178410"}})

    items, cursor = pulled(opened(meta), {})
    first, answer = told(items)

    assert (first.stream, first.thread_id, first.author) == ("comments", "179001", Author.BUYER)
    assert (first.item, first.link) == ("180001", "https://www.instagram.com/p/Lampe/")
    assert first.may_be_answered_until is None
    assert (answer.thread_id, answer.author) == ("179001", Author.US)
    meta.now += timedelta(minutes=2)
    before = len([one for one in meta.vendor.asked if one.path.endswith("/media")])
    pulled(opened(meta), cursor)
    assert len([one for one in meta.vendor.asked if one.path.endswith("/media")]) == before


def test_check_tells_whose_token_it_is(meta: Platform) -> None:
    with pytest.raises(ChannelError) as caught:
        opened(meta, page_id="999").check()
    assert caught.value.code == "not_found"

    meta.is_revoked = True
    with pytest.raises(ChannelError) as caught:
        opened(meta).check()
    assert caught.value.code == "consent_revoked"

    with pytest.raises(ChannelError) as caught:
        opened(meta, page_id="")
    assert caught.value.code == "settings_invalid"


def test_the_first_pull_asks_for_pushes_and_lives_without(meta: Platform) -> None:
    pulled(opened(meta), {})
    assert {"messages", "feed"} <= set(meta.subscribed)

    connector = opened(meta)
    connector.check()
    meta.vendor.fails_with(refusal(200, "no permission", 403))
    meta.says("Hallo")
    assert [one.text for one in told(pulled(connector, {})[0])] == ["Hallo"]
