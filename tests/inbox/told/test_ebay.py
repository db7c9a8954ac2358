"""eBay, from a buyer's question to the reply that is known again, through what can go wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.channels.ebay.fake import NOW, SECRETS, TOKEN_PATH, Ebay, ebay, message, order, written
from tests.channels.loopback import Answer
from tests.inbox.told.shops import an_admin

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import arrivals, connecting, outbox, pushing, queue
from comptoir.inbox.filter_sql import Moment
from comptoir.inbox.filters import NONE
from comptoir.inbox.naming import shown_name, user_name
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.inbox.search.hits import hits
from comptoir.merchant.models import ChannelFigure, Connection, Merchant
from comptoir.merchant.rights import rights_of
from comptoir.orders.models import Case, Order
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
START = NOW - timedelta(days=7)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def shop() -> Iterator[Ebay]:
    with ebay() as running:
        yield running


@pytest.fixture
def account(shop: Ebay) -> Connection:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    sites = [
        connecting.NewChannel("ebay", f"eBay {country}", START, country, locale=locale)
        for country, locale in (("DE", "de"), ("FR", "fr"))
    ]
    row = connecting.connect(
        "ebay",
        "eBay",
        {**shop.settings, "site": "EBAY_FR"},
        dict(SECRETS),
        sites,
        by=None,
        now=START,
    )
    forget_routes()
    return row


def fetch(row: Connection, at: datetime = LATER) -> None:
    pull_by_id(row.pk, clock=lambda: at)
    arrivals.read_waiting(clock=lambda: at)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Let connectors see the tests' time."""
    moments = [LATER]
    monkeypatch.setattr("comptoir.storage.clock.now", lambda: moments[0])
    return moments


def test_question_meets_its_order_by_buyer_and_listing_on_the_orders_site(
    account: Connection, shop: Ebay
) -> None:
    shop.orders.append(order())
    shop.says("c1", message(1, "Wo bleibt mein Paket?"))
    fetch(account)

    ticket = Ticket.objects.get()
    assert ticket.order_number == "12-34567-89012"
    assert ticket.order == Order.objects.get()
    assert (ticket.channel.name, ticket.next_kind) == ("eBay DE", "first_reply")
    assert ticket.buyer_name == "Anna Berg", "known by the order, told by user name alone"
    assert ticket.customer_id == Order.objects.get().customer_id
    assert not RawItem.objects.exclude(state="done").exists()


def test_question_before_a_purchase_goes_to_the_main_site(account: Connection, shop: Ebay) -> None:
    shop.says("c1", message(1, "Est-elle disponible en bleu ?"))
    fetch(account)
    ticket = Ticket.objects.get()
    assert (ticket.channel.name, ticket.order_number) == ("eBay FR", "")


def test_question_about_a_listing_that_others_bought_goes_where_it_sells(
    account: Connection, shop: Ebay
) -> None:
    shop.orders.append(order(buyer={"username": "somebody"}))
    shop.says("c1", message(1, "Gibt es sie in Blau?"))
    fetch(account)
    ticket = Ticket.objects.get()
    assert (ticket.channel.name, ticket.order_number) == ("eBay DE", "")


def test_conversation_stays_where_it_began_when_the_buyer_buys(
    account: Connection, shop: Ebay
) -> None:
    shop.says("c1", message(1, "Gibt es sie in Blau?"))
    fetch(account)
    shop.orders.append(order(creationDate=written(NOW + timedelta(minutes=30))))
    shop.says("c1", message(58, "Ich habe sie bestellt."))
    fetch(account, LATER + timedelta(minutes=1))
    assert [(one.channel.name, one.order_number) for one in Ticket.objects.all()] == [
        ("eBay FR", "12-34567-89012"),
    ]


def test_conversation_archived_at_ebay_needs_no_answer(account: Connection, shop: Ebay) -> None:
    shop.orders.append(order())
    shop.says("c1", message(1, "Danke, hat sich erledigt."))
    fetch(account)
    shop.conversations["c1"]["conversationStatus"] = "ARCHIVE"
    Connection.objects.update(cursor={})
    fetch(account)
    ticket = Ticket.objects.get()
    assert (ticket.channel.name, ticket.queue_tier) == ("eBay DE", None)


def test_reply_leaves_is_accepted_and_its_copy_is_known(
    account: Connection, shop: Ebay, today: list[datetime]
) -> None:
    shop.says("c1", message(1, "Wo bleibt mein Paket?"))
    fetch(account)
    shop.token = "t2"  # the first token ends at eBay before its time: 401, renewed, sent
    now = LATER + timedelta(minutes=10)
    reply.send(Ticket.objects.get().pk, "Es kommt morgen.", by=an_admin(), now=now, key="k1")
    outbox.deliver_due(clock=lambda: now + timedelta(minutes=1))
    today[0] = now + timedelta(minutes=5)
    fetch(account, today[0])

    assert Outbox.objects.get().state == "accepted"
    assert Message.objects.filter(author="agent").count() == 1
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.queue_tier) == ("waiting_on_buyer", None)
    assert shop.messages["c1"][-1]["messageBody"] == "Es kommt morgen."


def test_reply_that_arrived_unheard_is_found_and_not_sent_again(
    account: Connection, shop: Ebay
) -> None:
    shop.says("c1", message(1, "Wo bleibt mein Paket?"))
    fetch(account)
    now = LATER + timedelta(minutes=1)
    reply.send(Ticket.objects.get().pk, "Es kommt morgen.", by=an_admin(), now=now, key="k1")
    shop.vendor.fails_with(Answer(500))
    outbox.deliver_due(clock=lambda: now + timedelta(minutes=1))
    assert Outbox.objects.get().state == "uncertain"

    shop.says("c1", message(62, "Es kommt morgen.", "maison-perrin"))
    assert outbox.look_for_uncertain(clock=lambda: now + timedelta(minutes=5)) == 1
    assert Outbox.objects.get().state == "accepted"
    assert sum("/send_message" in one.path for one in shop.vendor.asked) == 1


def test_reply_made_on_ebays_pages_is_credited(account: Connection, shop: Ebay) -> None:
    shop.says("c1", message(1, "Wo?"), message(30, "Morgen.", "Maison-Perrin"))
    fetch(account)
    assert Message.objects.get(author="agent").seen_elsewhere
    assert Ticket.objects.get().status == "waiting_on_buyer"


@pytest.mark.parametrize(
    "trouble",
    [[Answer(429, headers={"retry-after": "0"})], [Answer(500)], [Answer(401)],
     [Answer(breaks="before")], [Answer(body={"orders": []}, breaks="after")]],
)  # fmt: skip
def test_pull_gets_over_passing_trouble(
    account: Connection, shop: Ebay, trouble: list[Answer]
) -> None:
    shop.says("c1", message(1, "Wo?"))
    fetch(account)
    shop.says("c1", message(58, "Hallo?"))
    shop.vendor.fails_with(*trouble)
    fetch(account)
    fetch(account)
    assert Message.objects.filter(author="buyer").count() == 2


@pytest.mark.parametrize(
    "answer", [Answer(body=b""), Answer(body={"conversations": None}), Answer(body=[])]
)
def test_empty_answers_lose_nothing(account: Connection, shop: Ebay, answer: Answer) -> None:
    shop.says("c1", message(1, "Wo?"))
    shop.vendor.fails_with(Answer(body={"access_token": "t1", "expires_in": 7200}), answer)
    try:
        fetch(account)
    except ChannelError as error:
        assert error.code == "bad_answer"  # noqa: PT017 - an empty body says so, an empty list not
    fetch(account, LATER + timedelta(minutes=2))
    assert Message.objects.count() == 1


def test_the_same_pull_twice_is_once(account: Connection, shop: Ebay) -> None:
    shop.orders.append(order())
    shop.says("c1", message(1, "Wo?"))
    fetch(account)
    Connection.objects.update(cursor={})
    fetch(account)
    assert (Message.objects.count(), Ticket.objects.count(), Order.objects.count()) == (1, 1, 1)


def test_notice_opens_the_ticket_and_the_pull_does_not_double_it(
    account: Connection, shop: Ebay
) -> None:
    said = message(1, "Wo bleibt mein Paket?")
    shop.says("c1", said)
    told: dict[str, Any] = {"notificationId": "n1", "eventDate": written(NOW),
                            "data": {**said, "conversationId": "c1"}}  # fmt: skip
    body = json.dumps({"metadata": {"topic": "NEW_MESSAGE"}, "notification": told}).encode()
    address = f"/push/{pushing.key_of(account)}"
    client = Client(enforce_csrf_checks=True)

    signed = {"x-ebay-signature": shop.signature(body)}
    taken = client.post(address, body, "application/json", headers=signed)
    forged = client.post(address, body + b" ", "application/json", headers=signed)
    asked = client.get(address, {"challenge_code": "abc"})
    arrivals.read_waiting(clock=lambda: LATER)
    assert (taken.status_code, forged.status_code, asked.status_code) == (204, 401, 200)
    assert Ticket.objects.count() == 1

    fetch(account)
    assert (Message.objects.count(), Ticket.objects.count()) == (1, 1)


def test_dispute_is_on_top_until_answered_and_again_when_ebay_asks_for_more(
    account: Connection, shop: Ebay, today: list[datetime]
) -> None:
    shop.orders.append(order())
    dispute = {
        "paymentDisputeId": "d1", "paymentDisputeStatus": "ACTION_NEEDED",
        "orderId": "12-34567-89012", "openDate": written(NOW), "reason": "ITEM_NOT_RECEIVED",
        "respondByDate": written(NOW + timedelta(days=3)),
        "amount": {"value": "54.80", "currency": "EUR"},
    }  # fmt: skip
    shop.disputes.append(dispute)
    seen = []
    for minutes, status, days in (
        (0, "ACTION_NEEDED", 3),
        (20, "OPEN", 0),
        (40, "ACTION_NEEDED", 9),
    ):
        dispute["paymentDisputeStatus"] = status
        dispute["respondByDate"] = written(NOW + timedelta(days=days)) if days else ""
        today[0] = LATER + timedelta(minutes=minutes)
        fetch(account, today[0])
        seen.append((Case.objects.get().state, Ticket.objects.get().queue_tier == 0))
    assert seen == [("opened", True), ("answered", False), ("opened", True)]
    assert Case.objects.get().channel.name == "eBay DE"
    assert Case.objects.get().due_at == NOW + timedelta(days=9)
    assert Case.objects.get().settled_at is None


def test_bad_feedback_and_the_sellers_level_are_told(account: Connection, shop: Ebay) -> None:
    shop.orders.append(order())
    shop.feedback.append({
        "feedbackId": "f1", "commentType": "NEGATIVE", "feedbackEnteredDate": written(NOW),
        "feedbackComment": {"commentText": "Kaputt angekommen"},
        "providerUserDetail": {"userId": "anna_b"}, "orderLineItemSummary": {"listingId": "335001"},
    })  # fmt: skip
    shop.profiles.append({
        "program": "PROGRAM_DE", "standardsLevel": "TOP_RATED",
        "cycle": {"cycleType": "CURRENT", "evaluationDate": written(NOW)},
        "metrics": [{"metricKey": "DEFECTIVE_TRANSACTION_RATE", "type": "RATE",
                     "value": {"value": "0.40", "numerator": "2", "denominator": "500"}}],
    })  # fmt: skip
    fetch(account)

    case = Case.objects.get()
    assert (case.kind, case.rating, case.order_number) == ("review", 1, "12-34567-89012")
    figures = {one.name: (one.word, one.value) for one in ChannelFigure.objects.all()}
    assert figures["standards_level"] == ("TOP_RATED", None)
    assert str(figures["defective_transaction_rate"][1]).startswith("0.004")


def test_revoked_consent_stops_the_pull_and_tells_why(account: Connection, shop: Ebay) -> None:
    shop.refresh_works = False
    with pytest.raises(ChannelError) as caught:
        fetch(account)
    assert caught.value.code == "consent_revoked"
    assert [one.path for one in shop.vendor.asked] == [TOKEN_PATH]


def test_buyer_without_an_order_is_shown_by_user_name_and_never_greeted_by_it(
    account: Connection, shop: Ebay
) -> None:
    shop.says("c1", message(1, "Est-elle disponible en bleu ?"))
    fetch(account)

    ticket = Ticket.objects.get()
    rights = rights_of(an_admin())
    row = queue.page(rights, queue.ask("all", NONE), moment=Moment(LATER)).rows[0]
    assert (row.buyer_name, shown_name(ticket.pk, ticket.buyer_name)) == ("anna_b", "anna_b")
    assert (ticket.buyer_name, hits(rights, [ticket.pk])[0].buyer_name) == ("", "anna_b")


@pytest.mark.parametrize(
    ("alias", "shown"),
    [
        ("garten-freund77", "garten-freund77"),
        ("a@b.example", ""),
        ("123456789", ""),
        ("7c9e6679-7425-40de-944b-e07fc1f90ae7", ""),
        ("C000123456789", ""),
    ],
)
def test_user_name_is_what_a_person_chose(alias: str, shown: str) -> None:
    assert user_name(alias) == shown
