"""A buyer writes through Amazon's relay; the API tells the order by the same alias; the reply is a mail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.channels.amazon_sp.seller import (
    ALIAS,
    DE,
    FR,
    NUMBER,
    RETURNS_HEAD,
    Seller,
    order,
    shipped,
)
from tests.channels.loopback import Answer, Vendor, vendor
from tests.channels.specs import spec
from tests.inbox.conftest import Deliver
from tests.inbox.letters import amazon
from tests.inbox.told.shops import START, an_account, an_admin, fetch, posting
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import outbox
from comptoir.inbox.limits import headroom
from comptoir.merchant.models import Channel, ChannelFigure, Connection
from comptoir.orders.models import Case, Order
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
AT = FRIDAY - timedelta(days=2)


@pytest.fixture(autouse=True)
def moving(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """Let connectors believe that it is Friday evening, and later where a test says so."""
    ahead = [HOUR]
    monkeypatch.setattr(clock, "now", lambda: FRIDAY + ahead[0])
    return ahead


@pytest.fixture
def seller() -> Seller:
    return Seller(orders=[order(NUMBER, AT)])


@pytest.fixture
def running(seller: Seller) -> Iterator[Vendor]:
    with vendor(seller.handle) as found:
        seller.url = found.url
        yield found
    assert seller.broken == []


@pytest.fixture
def account(running: Vendor, deliver: Deliver) -> Connection:
    values = {
        "region": "eu", "countries": "DE, FR", "client_id": "id", "base_url": running.url,
        "token_url": f"{running.url}/auth/o2/token", "rate_report_document": "9/1s burst 9",
    }  # fmt: skip
    secrets = {"client_secret": "cs", "refresh_token": "Atzr|good"}
    channels = list(Channel.objects.filter(marketplace="amazon"))
    return an_account("amazon_sp", values, secrets, channels)


def test_an_order_told_by_the_api_meets_the_ticket_that_a_mail_opened(
    account: Connection, deliver: Deliver
) -> None:
    deliver(amazon("Wo ist mein Paket?", at=FRIDAY))
    ticket = Ticket.objects.get()
    assert (ticket.order, ticket.order_number) == (None, NUMBER)

    fetch(account)

    ticket.refresh_from_db()
    told = Order.objects.get()
    assert ticket.order == told
    assert told.customer is not None
    assert ticket.customer == told.customer, "the alias of the mail is that of the order"
    assert (told.channel.country, str(told.total), told.lines.get().sku) == ("DE", "49.90", "L-1")


def test_orders_go_to_the_channel_of_their_country(account: Connection, seller: Seller) -> None:
    seller.orders.append(order("402-1234567-7654321", AT, FR))
    fetch(account)
    assert {one.external_id[:3]: one.channel.country for one in Order.objects.all()} == {
        "302": "DE", "402": "FR",
    }  # fmt: skip


def test_from_the_mail_to_the_accepted_reply_through_bad_days(
    account: Connection,
    deliver: Deliver,
    seller: Seller,
    running: Vendor,
    monkeypatch: pytest.MonkeyPatch,
    moving: list[timedelta],
) -> None:
    deliver(amazon("Wo ist mein Paket?", at=FRIDAY))
    seller.page_size = 2
    seller.orders += [order(f"302-0000000-000000{n}", AT + timedelta(minutes=n)) for n in range(5)]
    fetch(account)
    assert Order.objects.count() == 6

    seller.token = "ended"
    seller.orders[0] = shipped(NUMBER, FRIDAY + HOUR, "JD1")
    moving[0] = 2 * HOUR
    running.fails_with(
        Answer(500), Answer(429, headers={"retry-after": "1"}), Answer(breaks="after", body='{"or')
    )
    fetch(account, FRIDAY + 2 * HOUR)
    assert (Order.objects.get(external_id=NUMBER).tracking_number, seller.tokens_made) == ("JD1", 2)
    moving[0] = 3 * HOUR
    running.fails_with(Answer(body=b""))
    with pytest.raises(ChannelError):
        fetch(account, FRIDAY + 3 * HOUR)
    assert fetch(account, FRIDAY + 3 * HOUR) == 0
    assert not RawItem.objects.exclude(state="done").exists()

    ticket = Ticket.objects.get()
    now = FRIDAY + 4 * HOUR
    reply.send(ticket.pk, "Es kommt morgen.", by=an_admin(), now=now, key="k1")
    with posting(monkeypatch) as office:
        outbox.deliver_due(clock=lambda: now + timedelta(minutes=1))

    (sent,) = office.sent
    assert (sent.recipient, sent.sender) == (ALIAS, "info@maison-perrin.example")
    assert Outbox.objects.get().state == "accepted"
    assert Ticket.objects.get().status == "waiting_on_buyer"
    assert Message.objects.filter(author="agent").count() == 1


def test_a_wish_to_cancel_is_on_the_ticket_of_its_order(
    account: Connection, deliver: Deliver, seller: Seller
) -> None:
    deliver(amazon("Bitte stornieren", at=FRIDAY))
    wish = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Falsche Farbe"}}
    seller.orders[0]["orderItems"][0]["cancellation"] = wish
    fetch(account)

    assert Case.objects.get().kind == "cancellation"
    assert Ticket.objects.count() == 1


def test_returns_and_figures_come_by_reports(
    account: Connection, seller: Seller, moving: list[timedelta]
) -> None:
    row = f"{NUMBER}\t01-Mar-2026\t05-Mar-2026\tApproved\tD1\tDHL\tJD9\tL-1\tLampe\t1\tDEFECTIVE\t"
    seller.documents = {
        "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": f"{RETURNS_HEAD}\n{row}\n".encode(),
        "GET_V2_SELLER_PERFORMANCE_REPORT": health(),
    }
    fetch(account)
    fetch(account)

    (returned,) = Order.objects.get().returns.all()
    assert (returned.external_id, returned.state, returned.reason) == (
        "D1",
        "accepted",
        "DEFECTIVE",
    )
    figure = ChannelFigure.objects.get(name="order_defect_rate_mfn")
    assert (figure.channel.country, str(figure.value.normalize())) == ("DE", "0.009")


def health() -> bytes:
    path = spec("amazon-sp-api/schemas/reports/accountHealthReport-2020-11-18.json")
    text = json.dumps(json.loads(path.read_text())["examples"][0])
    return text.replace("ATVPDKIKX0DER", DE).encode()


def test_the_secrets_end_is_known_and_the_limits_are_shared(account: Connection) -> None:
    fetch(account)
    account.refresh_from_db()
    assert account.credentials_expire_at == START + timedelta(days=180)
    assert "search" in {one.name for one in headroom(account.pk)}
