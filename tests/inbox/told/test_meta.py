"""A person writes on Instagram; the ticket, its window, the reply, and the comment beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.channels.loopback import Answer
from tests.channels.meta.graph import (
    SECRETS,
    SETTINGS,
    Platform,
    batch,
    event,
    platform,
    refusal,
    signature,
)
from tests.inbox.told.shops import START, an_admin
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import arrivals, connecting, outbox, pushing
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection, Merchant
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def meta(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    with platform() as running:
        running.now = FRIDAY
        monkeypatch.setattr(clock, "now", lambda: running.now)
        yield running


@pytest.fixture
def account(meta: Platform) -> Connection:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    channels = [
        connecting.NewChannel("instagram", "Instagram", START, "FR", locale="fr"),
        connecting.NewChannel("facebook", "Messenger", START, "FR", locale="fr"),
    ]
    quick = {f"rate_{name}": "100/1s burst 100" for name in ("*", "conversations", "messages",
             "comments", "comment", "send")}  # fmt: skip
    values: dict[str, Any] = {**SETTINGS, **quick, "base_url": meta.vendor.url}
    row = connecting.connect("meta", "Meta", values, SECRETS, channels, by=None, now=START)
    forget_routes()
    return row


def fetch(row: Connection, meta: Platform) -> None:
    pull_by_id(row.pk, clock=lambda: meta.now)
    arrivals.read_waiting(clock=lambda: meta.now)


def answer(ticket: Ticket, text: str, meta: Platform, key: str = "k1") -> Outbox:
    reply.send(ticket.pk, text, by=an_admin(), now=meta.now, key=key)
    meta.now += timedelta(minutes=1)
    outbox.deliver_due(clock=lambda: meta.now)
    return Outbox.objects.get(idempotency_key=key)


def test_from_the_buyers_message_to_the_known_copy_through_all_trouble(
    account: Connection, meta: Platform
) -> None:
    meta.says("Gibt es die Lampe in Blau?", at=FRIDAY - HOUR)
    meta.vendor.fails_with(
        Answer(500), Answer(429, headers={"retry-after": "0.1"}), Answer(breaks="before"),
        refusal(190, "expired", 401), Answer(body=b'{"da', breaks="after"),
    )  # fmt: skip
    fetch(account, meta)
    meta.page_token = "page-token-2"
    fetch(account, meta)

    ticket = Ticket.objects.get()
    assert (ticket.channel.marketplace, ticket.buyer_name) == ("instagram", "anna.berg")
    until = FRIDAY - HOUR + timedelta(days=7)
    assert datetime.fromisoformat(Message.objects.get().links["answer_until"]) == until

    sent = answer(ticket, "Ja, auch in Blau.", meta)
    assert (sent.state, sent.last_code) == ("accepted", "")
    meta.now += HOUR
    fetch(account, meta)
    meta.says("Danke!")
    fetch(account, meta)

    ticket.refresh_from_db()
    texts = list(Message.objects.order_by("occurred_at").values_list("author", "text"))
    assert texts == [
        ("buyer", "Gibt es die Lampe in Blau?"), ("agent", "Ja, auch in Blau."),
        ("buyer", "Danke!"),
    ]  # fmt: skip
    assert Ticket.objects.count() == 1
    assert not RawItem.objects.exclude(state="done").exists()


def test_a_push_comes_first_and_the_pull_repairs_the_one_that_was_missed(
    account: Connection, meta: Platform
) -> None:
    first = meta.says("Hallo", at=FRIDAY - HOUR)
    meta.says("Gibt es die Lampe in Blau?", at=FRIDAY)
    body = batch(event(str(first["id"]), "Hallo", FRIDAY - HOUR))
    address = f"/push/{pushing.key_of(account)}"
    client = Client(enforce_csrf_checks=True)

    forged = client.post(
        address, body, "application/json", headers={"x-hub-signature-256": "sha256=00"}
    )
    taken = client.post(
        address, body, "application/json", headers={"x-hub-signature-256": signature(body)}
    )
    again = client.post(
        address, body, "application/json", headers={"x-hub-signature-256": signature(body)}
    )
    shaken = client.get(address, {"hub.mode": "subscribe", "hub.verify_token": "maison",
                                  "hub.challenge": "42"})  # fmt: skip

    assert [one.status_code for one in (forged, taken, again, shaken)] == [401, 200, 200, 200]
    assert shaken.content == b"42"
    fetch(account, meta)
    assert [one.text for one in Message.objects.order_by("occurred_at")] == [
        "Hallo", "Gibt es die Lampe in Blau?",
    ]  # fmt: skip
    assert Ticket.objects.count() == 1


def test_beyond_the_window_the_composer_says_so_and_nothing_leaves(
    account: Connection, meta: Platform
) -> None:
    meta.says("Gibt es die Lampe in Blau?")
    fetch(account, meta)
    ticket = Ticket.objects.get()
    meta.now = FRIDAY + timedelta(days=2)
    assert answer(ticket, "Ja, auch in Blau.", meta).state == "accepted"
    fetch(account, meta)
    meta.now = FRIDAY + timedelta(days=7)

    with pytest.raises(Refused) as caught:
        reply.send(ticket.pk, "Noch da?", by=an_admin(), now=meta.now, key="k2")

    assert caught.value.code == "window_closed"
    sent = [one.json for one in meta.vendor.asked if one.method == "POST" and b"text" in one.body]
    assert [one.get("tag") for one in sent] == ["HUMAN_AGENT"]


def test_a_reply_overtaken_by_the_window_is_refused_and_the_ticket_opens_again(
    account: Connection, meta: Platform
) -> None:
    meta.says("Gibt es die Lampe in Blau?")
    fetch(account, meta)
    ticket = Ticket.objects.get()
    meta.now = FRIDAY + timedelta(days=7) - timedelta(seconds=30)

    sent = answer(ticket, "Ja, auch in Blau.", meta)

    ticket.refresh_from_db()
    assert (sent.state, sent.last_code) == ("refused", "window_closed")
    assert ticket.status == "open"


def test_comments_and_messages_of_one_person_are_two_tickets(
    account: Connection, meta: Platform
) -> None:
    meta.says("Gibt es die Lampe in Blau?", person="p9")
    meta.comments("Wann wieder da?")
    fetch(account, meta)

    comment = Message.objects.get(text="Wann wieder da?")
    assert Ticket.objects.count() == 2
    sent = answer(comment.ticket, "Nächste Woche!", meta)
    meta.now += HOUR
    fetch(account, meta)

    assert sent.state == "accepted"
    assert meta.posts["178410"][0]["comments"]["data"][0]["text"] == "Nächste Woche!"
    assert list(comment.ticket.messages.values_list("author", flat=True)) == ["buyer", "agent"]


def test_a_revoked_consent_holds_replies_back_until_it_is_mended(
    account: Connection, meta: Platform
) -> None:
    meta.says("Gibt es die Lampe in Blau?")
    fetch(account, meta)
    meta.is_revoked = True
    with pytest.raises(ChannelError) as caught:
        fetch(account, meta)
    sent = answer(Ticket.objects.get(), "Ja, auch in Blau.", meta)

    assert caught.value.code == "consent_revoked"
    assert (sent.state, sent.last_code) == ("queued", "consent_revoked")
    meta.is_revoked = False
    meta.now += HOUR
    outbox.deliver_due(clock=lambda: meta.now)
    sent.refresh_from_db()
    assert sent.state == "accepted"
