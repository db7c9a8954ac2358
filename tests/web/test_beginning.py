"""Writing first: orders are found by who may see them, and a ticket is made by sending."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from comptoir.merchant.models import Channel
from comptoir.orders.models import Order
from comptoir.tickets.actions import draft
from comptoir.tickets.actions.receive import receive
from comptoir.tickets.incoming import Incoming
from comptoir.tickets.models import Draft, Message, Outbox, ThreadKey, Ticket
from tests.web.conftest import LogIn
from tests.web.pages import all_words, tree
from tests.web.shop import Shop, open_ticket

SCRIPTED = {"HX-Request": "true"}
FORM = {"text": "Your casserole is back in stock.", "subject": "Your order", "key": "k1"}


@pytest.fixture
def order(shop: Shop, present: datetime) -> Order:
    """An order of Anna Berg at the shop's own site, without a ticket."""
    return order_on(shop, shop.own_shop, present)


def order_on(shop: Shop, channel: Channel, present: datetime) -> Order:
    ticket = open_ticket(shop, channel, now=present)
    order = ticket.order
    assert order is not None
    ticket.delete()
    assert order.customer is not None
    order.customer.email = "anna@berg.example"
    order.customer.save()
    return order


def test_orders_are_found_by_number_buyer_and_article(
    shop: Shop, order: Order, log_in: LogIn
) -> None:
    browser = log_in(shop.camille)

    for text in (order.external_id, "anna", "casserole", order.tracking_number):
        answer = browser.get("/message", {"q": text, "part": "found"})
        assert all_words(answer, ".message-found strong") == ["Anna Berg"]


def test_orders_of_other_channels_are_not_found(shop: Shop, order: Order, log_in: LogIn) -> None:
    browser = log_in(shop.ines)

    assert all_words(browser.get("/message", {"q": "anna"}), ".message-found strong") == []
    assert browser.get(f"/orders/{order.pk}/message").status_code == 404
    assert browser.post(f"/orders/{order.pk}/message", FORM).status_code == 404
    assert not Ticket.objects.exists()


def test_first_message_without_the_file_it_speaks_of_is_held_and_makes_no_ticket(
    shop: Shop, order: Order, log_in: LogIn
) -> None:
    browser = log_in(shop.camille)
    address, form = f"/orders/{order.pk}/message", {**FORM, "text": "Your invoice is attached."}

    held = browser.post(address, form, headers=SCRIPTED)

    assert held.status_code == 409
    assert all_words(held, ".notice button") == ["Add a file", "Change the text", "Send anyway"]
    assert not Ticket.objects.exists()
    assert browser.post(address, {**form, "anyway": "file"}, headers=SCRIPTED).status_code == 204
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("part", ["", "/draft", "/draft/files", "/draft/older", "/draft/seen"])
def test_reader_and_visitor_write_to_nobody(
    shop: Shop, order: Order, log_in: LogIn, part: str
) -> None:
    address = f"/orders/{order.pk}/message{part}"

    assert log_in(shop.noah).post(address, FORM).status_code == 404
    assert Client().post(address, FORM).status_code == 302
    assert Client().post(address, FORM, headers=SCRIPTED).status_code == 401
    assert not Ticket.objects.exists()
    assert not Draft.objects.exists()


def test_message_makes_its_ticket_when_it_is_sent(shop: Shop, order: Order, log_in: LogIn) -> None:
    browser = log_in(shop.camille)
    browser.post(f"/orders/{order.pk}/message/draft", {"text": "Your casserole"})
    assert Draft.objects.get().order_id == order.pk
    assert not Ticket.objects.exists()

    answer = browser.post(f"/orders/{order.pk}/message", FORM, headers=SCRIPTED)
    again = browser.post(f"/orders/{order.pk}/message", FORM, headers=SCRIPTED)

    ticket = Ticket.objects.get()
    assert answer["HX-Redirect"] == again["HX-Redirect"] == f"/tickets/{ticket.pk}"
    envelope = Outbox.objects.get().envelope
    assert (envelope["recipient"], envelope["subject"]) == ("anna@berg.example", "Your order")
    assert not Draft.objects.exists()


def test_buyers_answer_lands_on_the_ticket_that_was_begun(
    shop: Shop, order: Order, log_in: LogIn, present: datetime
) -> None:
    log_in(shop.camille).post(f"/orders/{order.pk}/message", FORM, headers=SCRIPTED)
    ticket = Ticket.objects.get()
    message_id = ThreadKey.objects.get(ticket=ticket, key__startswith="mid:").key

    got = receive(
        Incoming(
            channel_id=order.channel_id,
            connection_id=shop.mailbox.pk,
            raw_item_id=None,
            external_id="answer@berg.example",
            author="buyer",
            kind="buyer_message",
            occurred_at=present + timedelta(minutes=5),
            find_by=(message_id,),
            known_as=("mid:answer@berg.example",),
            facts=(("buyer_message", {}),),
            buyer_name="Anna Berg",
            reply_address="anna@berg.example",
            alias="anna@berg.example",
            marketplace="shopify",
            subject="Re: Your order",
            text="Wonderful.",
            new_text="Wonderful.",
        ),
        now=present + timedelta(minutes=5),
    )

    assert got.ticket_id == ticket.pk
    assert Message.objects.filter(ticket=ticket).count() == 2


def test_channel_where_only_buyers_begin_says_so(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    order = order_on(shop, shop.ebay_fr, present)
    browser = log_in(shop.camille)

    page = browser.get(f"/orders/{order.pk}/message")
    (said,) = all_words(page, ".notice--warn")
    assert said.startswith("On eBay.fr only the buyer can begin a conversation by mail.")
    assert tree(page).css_first("#composer") is None

    answer = browser.post(f"/orders/{order.pk}/message", FORM, headers=SCRIPTED)
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_amazon_is_not_written_to_outside_its_relay(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    """A buyer's private address, known from the own shop, is no way around Amazon."""
    order = order_on(shop, shop.amazon_de, present)

    page = log_in(shop.camille).get(f"/orders/{order.pk}/message")

    (said,) = all_words(page, ".notice--warn")
    assert said.startswith("Amazon.de gave no address of this buyer.")


def test_drafts_of_an_order_are_two_for_two_people(
    shop: Shop, order: Order, present: datetime
) -> None:
    for person in (shop.camille, shop.camille):
        draft.save_for_order(order.pk, "Dear", by=person, now=present)

    assert Draft.objects.count() == 1
