"""A buyer writes in TikTok Shop's chat; ticket, order and return beside it, the reply, its copy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.channels.loopback import Answer
from tests.channels.tiktok_shop.shop import (
    SECRETS,
    SETTINGS,
    Shop,
    a_return,
    order,
    push,
    push_signature,
    refusal,
    seconds,
    shop,
)
from tests.inbox.told.shops import START, an_admin
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import arrivals, connecting, outbox, pushing
from comptoir.inbox.connections import open_connector, stored_secrets
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection, Merchant
from comptoir.orders.models import Case, Order
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def tiktok(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with shop() as running:
        running.now = FRIDAY
        monkeypatch.setattr(clock, "now", lambda: running.now)
        yield running


@pytest.fixture
def account(tiktok: Shop) -> Connection:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    channel = connecting.NewChannel("tiktok_shop", "TikTok", START, "FR", locale="fr")
    quick = {f"rate_{name}": "100/1s burst 100" for name in ("*", "conversations", "messages",
             "send")}  # fmt: skip
    urls = {"base_url": tiktok.vendor.url, "auth_url": tiktok.vendor.url}
    values: dict[str, Any] = {**SETTINGS, **quick, **urls}
    row = connecting.connect("tiktok_shop", "TikTok", values, SECRETS, [channel], by=None,
                             now=START)  # fmt: skip
    forget_routes()
    return row


def fetch(row: Connection, tiktok: Shop) -> None:
    pull_by_id(row.pk, clock=lambda: tiktok.now)
    arrivals.read_waiting(clock=lambda: tiktok.now)


def answer(ticket: Ticket, text: str, tiktok: Shop, key: str = "k1") -> Outbox:
    reply.send(ticket.pk, text, by=an_admin(), now=tiktok.now, key=key)
    tiktok.now += timedelta(minutes=1)
    outbox.deliver_due(clock=lambda: tiktok.now)
    return Outbox.objects.get(idempotency_key=key)


def about_the_order(tiktok: Shop) -> None:
    tiktok.says({"order_id": "576461"}, kind="BUYER_ENTER_FROM_ORDER", at=FRIDAY - HOUR)
    tiktok.says("Où est ma lampe ?", at=FRIDAY - HOUR)
    tiktok.orders.append(order(update_time=seconds(FRIDAY - HOUR)))


def test_from_the_buyers_message_to_the_known_copy_through_all_trouble(
    account: Connection, tiktok: Shop
) -> None:
    about_the_order(tiktok)
    open_connector(account).check()
    tiktok.vendor.fails_with(
        Answer(500), refusal(105002, "access token is expired", 401),
        Answer(429, headers={"retry-after": "0.1"}), Answer(breaks="before"),
        Answer(body=b'{"code":', breaks="after"), Answer(body=b""),
    )  # fmt: skip
    with pytest.raises(ChannelError) as caught:
        fetch(account, tiktok)
    assert not caught.value.permanent
    fetch(account, tiktok)

    ticket, bought = Ticket.objects.get(), Order.objects.get()
    assert (ticket.buyer_name, ticket.order, ticket.order_number) == ("Cleo", bought, "576461")
    assert (bought.state, str(bought.total)) == ("shipped", "54.85")
    assert stored_secrets(account)["refresh_token"] == "refresh-2"

    tiktok.vendor.fails_with(Answer(429))
    sent = answer(ticket, "Elle arrive demain.", tiktok)
    assert (sent.state, sent.last_code) == ("queued", "throttled")
    tiktok.now += HOUR
    outbox.deliver_due(clock=lambda: tiktok.now)
    sent.refresh_from_db()
    assert sent.state == "accepted"
    fetch(account, tiktok)
    tiktok.now += HOUR
    tiktok.says("Merci !")
    fetch(account, tiktok)

    said = list(Message.objects.order_by("occurred_at").values_list("author", "text"))
    assert said == [
        ("buyer", "Où est ma lampe ?"), ("agent", "Elle arrive demain."), ("buyer", "Merci !"),
    ]  # fmt: skip
    assert Ticket.objects.count() == 1
    assert tiktok.read_chats == ["c1"]
    assert not RawItem.objects.exclude(state="done").exists()


def test_a_reply_whose_answer_was_lost_is_found_and_not_sent_twice(
    account: Connection, tiktok: Shop
) -> None:
    about_the_order(tiktok)
    fetch(account, tiktok)
    tiktok.vendor.fails_with(Answer(body=b'{"code":0', breaks="after"))
    sent = answer(Ticket.objects.get(), "Elle arrive demain.", tiktok)
    assert sent.state == "uncertain"
    tiktok.says("Elle arrive demain.", role="CUSTOMER_SERVICE")

    assert outbox.look_for_uncertain(clock=lambda: tiktok.now) == 1

    sent.refresh_from_db()
    assert sent.state == "accepted"
    fetch(account, tiktok)
    assert Message.objects.filter(author="agent").count() == 1


def test_pushes_are_verified_and_the_pull_repairs_what_was_missed(
    account: Connection, tiktok: Shop
) -> None:
    about_the_order(tiktok)
    said = tiktok.chats["c1"][0]
    body = push(14, {**said, "message_id": said["id"], "conversation_id": "c1"})
    address = f"/push/{pushing.key_of(account)}"
    client = Client(enforce_csrf_checks=True)

    forged = client.post(address, body, "application/json", headers={"authorization": "00"})
    for _ in range(2):
        taken = client.post(
            address, body, "application/json", headers={"authorization": push_signature(body)}
        )
        assert taken.status_code == 200
    arrivals.read_waiting(clock=lambda: tiktok.now)

    assert forged.status_code == 401
    assert (Ticket.objects.get().buyer_name, Message.objects.count()) == ("Cleo", 1)
    tiktok.says("Vous êtes là ?")
    fetch(account, tiktok)
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 2)


def test_a_return_stands_on_the_order_and_asks_with_its_deadline(
    account: Connection, tiktok: Shop
) -> None:
    about_the_order(tiktok)
    at = seconds(FRIDAY - HOUR)
    tiktok.returns.append(a_return(create_time=at, update_time=at, seller_next_action_response=[
        {"action": "SELLER_RESPOND_RETURN", "deadline": at + 2 * 86_400}]))  # fmt: skip
    fetch(account, tiktok)

    case = Case.objects.get()
    assert (case.kind, case.state, case.order_number) == ("return", "opened", "576461")
    assert case.due_at == FRIDAY - HOUR + timedelta(days=2)
    assert Order.objects.get().returns.count() == 1
