"""What Meta pushes: believed only when signed over the raw bytes, and the same as what is pulled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.channels.meta.graph import INSTAGRAM, NOW, Platform, batch, event, platform, signature
from tests.channels.meta.test_meta_pull import opened, pulled, told

from comptoir.channels.kernel.protocol import Call, ChannelError, Forged, Pushed
from comptoir.channels.kernel.told import Author


@pytest.fixture
def meta() -> Iterator[Platform]:
    with platform() as running:
        yield running


def pushed(meta: Platform, body: bytes, signed: str | None = None, **settings: Any) -> Pushed:
    headers = {"x-hub-signature-256": signature(body) if signed is None else signed}
    return opened(meta, **settings).receive(Call("POST", {}, headers, body, NOW))


def test_the_handshake_gives_the_challenge_back_to_who_knows_the_token(meta: Platform) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "maison", "hub.challenge": "1158201444"}
    connector = opened(meta)

    assert connector.receive(Call("GET", query, {}, b"", NOW)).body == b"1158201444"
    for wrong in ({"hub.verify_token": "maisom"}, {"hub.mode": ""}, {"hub.verify_token": ""}):
        with pytest.raises(Forged):
            connector.receive(Call("GET", query | wrong, {}, b"", NOW))


@pytest.mark.parametrize("signed", [
    "", "sha256=", "sha256=00", "sha1=" + signature(b"x")[7:],
    signature(batch(event("m_1", "Hallo", NOW)) + b" "),
    signature(batch(event("m_1", "Hallo", NOW)), "other"),
    signature(batch(event("m_1", "Hallo", NOW)))[7:],
])  # fmt: skip
def test_whatever_is_not_signed_over_these_bytes_is_forged(meta: Platform, signed: str) -> None:
    with pytest.raises(Forged):
        pushed(meta, batch(event("m_1", "Hallo", NOW)), signed)


def test_signed_nonsense_is_no_news_and_no_crash(meta: Platform) -> None:
    with pytest.raises(ChannelError):
        pushed(meta, b"not json")
    for body in (b"[]", b"{}", b"[1]", b'{"object":"instagram","entry":[{"id":1}]}'):
        assert pushed(meta, body).items == ()


def test_a_pushed_message_is_the_same_item_as_the_pulled_one(meta: Platform) -> None:
    said = meta.says("Gibt es die Lampe in Blau?")

    push = pushed(meta, batch(event(str(said["id"]), "Gibt es die Lampe in Blau?", NOW)))
    items, _ = pulled(opened(meta), {})

    assert [one.external_id for one in push.items] == [one.external_id for one in items]
    (first,), (second,) = told(list(push.items)), told(items)
    for name in ("external_id", "thread_id", "author", "text", "occurred_at", "stream", "place",
                 "may_be_answered_until"):  # fmt: skip
        assert getattr(first, name) == getattr(second, name)
    assert (first.buyer.name, second.buyer.name) == ("Anna Berg", "anna.berg")


def test_a_push_is_taken_where_nobody_tells_the_name(meta: Platform) -> None:
    meta.is_revoked = True

    (said,) = told(list(pushed(meta, batch(event("m_1", "Hallo", NOW))).items))

    assert (said.text, said.buyer.alias, said.buyer.name) == ("Hallo", "p1", "")


def test_echoes_edits_shares_and_files_are_told_and_gestures_are_not(meta: Platform) -> None:
    meta.files["/a/lampe.jpg"] = b"jpeg"
    file = {"type": "image", "payload": {"url": f"{meta.vendor.url}/a/lampe.jpg"}}
    post = {
        "type": "ig_post",
        "payload": {"title": "Lampe", "url": "https://lookaside.fbsbx.com/1"},
    }
    echo = event("m_2", "Morgen", NOW, is_echo=True)
    echo["sender"], echo["recipient"] = echo["recipient"], echo["sender"]
    edit = {**event("m_1", "", NOW), "message_edit": {"mid": "m_1", "text": "Neu", "num_edit": 1}}
    del edit["message"]
    seen = {**event("", "", NOW), "message": None, "read": {"mid": "m_2"}}
    gone = event("m_1", "", NOW, is_deleted=True)
    events = [event("m_1", "Kaputt", NOW, attachments=[file]), echo, edit, seen, gone,
              event("m_3", "", NOW, attachments=[post])]  # fmt: skip

    push = pushed(meta, batch(*events))
    found = told(list(push.items))

    assert [(m.external_id, m.text, m.author, m.thread_id) for m in found] == [
        ("m_1", "Kaputt", Author.BUYER, "p1"),
        ("m_2", "Morgen", Author.US, "p1"),
        ("m_1/edit/1", "Neu", Author.BUYER, "p1"),
        ("m_3", "Lampe\nhttps://lookaside.fbsbx.com/1", Author.BUYER, "p1"),
    ]
    assert [(f.name, f.content_type) for f in found[0].files] == [("lampe.jpg", "image/jpeg")]
    assert {one.external_id: one.content for one in push.items}["file/m_1/0"] == b"jpeg"


def test_comments_of_instagram_and_of_the_page_are_told(meta: Platform) -> None:
    instagram = {"field": "comments", "value": {
        "id": "179001", "text": "Schön!", "from": {"id": "p9", "username": "cleo"},
        "media": {"id": "180001", "media_product_type": "FEED"}}}  # fmt: skip
    page = {"field": "feed", "value": {
        "item": "comment", "verb": "add", "comment_id": "10_2", "post_id": "10_1",
        "parent_id": "10_1", "created_time": int(NOW.timestamp()), "message": "Prix ?",
        "from": {"id": "p8", "name": "Luc"}}}  # fmt: skip
    like = {"field": "feed", "value": {"item": "reaction", "verb": "add", "post_id": "10_1"}}
    whole = {"object": "page", "entry": [{"id": "104500", "time": 1, "changes": [page, like]}]}
    at = NOW + timedelta(seconds=5)
    bare = {"time": int(at.timestamp()), "messaging": [], **instagram}

    for body in (batch(changes=[instagram]), batch(**bare)):
        (said,) = told(list(pushed(meta, body).items))
        assert (said.text, said.thread_id, said.buyer.name) == ("Schön!", "179001", "cleo")
        assert (said.stream, said.place.marketplace) == ("comments", "instagram")
    assert said.occurred_at == at
    (said,) = told(list(pushed(meta, json.dumps(whole).encode()).items))
    assert (said.text, said.thread_id, said.item) == ("Prix ?", "10_2", "10_1")
    assert (said.place.marketplace, said.occurred_at) == ("facebook", NOW)


def test_another_accounts_news_are_left_to_it(meta: Platform) -> None:
    other = batch(event("m_1", "Hallo", NOW)).replace(INSTAGRAM.encode(), b"178999")

    assert pushed(meta, other).items == ()
    assert pushed(meta, batch(event("m_1", "Hallo", NOW)), surface="messenger").items == ()
