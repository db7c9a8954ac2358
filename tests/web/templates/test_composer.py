"""Templates while somebody writes: the list behind "/", hints, and what is kept of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptoir.merchant.models import Channel
from comptoir.orders.models import Parcel, Refund
from comptoir.replies.actions import templates
from comptoir.replies.actions.templates import Content
from comptoir.replies.models import Template
from comptoir.tickets.actions import reply
from comptoir.tickets.actions.writing import How
from comptoir.tickets.models import Ticket
from comptoir.tickets.template_facts import working_days
from tests.web.conftest import LogIn
from tests.web.pages import tree, words
from tests.web.shop import Shop, open_ticket


def shared(shop: Shop, name: str, now: datetime, **texts: str) -> Template:
    return templates.make(Content(name, texts), is_shared=True, by=shop.camille, now=now)


@pytest.fixture
def ticket(shop: Shop, present: datetime) -> Ticket:
    return open_ticket(shop, shop.amazon_de, now=present, language="de")


def test_buyer_gets_their_language_with_their_order_in_it(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    shared(shop, "Total", present, en="Total {{ order.total }}", de="Summe {{ order.total }}")

    page = log_in(shop.ines).get(f"/tickets/{ticket.pk}/templates").content.decode()

    assert "Summe 49,90\u00a0€" in page
    assert "Total 49" not in page


def test_refunds_and_parcels_are_those_of_the_order(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    order = ticket.order
    assert order is not None
    Refund.objects.create(
        order=order, external_id="r", amount=Decimal(5), currency="EUR", refunded_at=present
    )
    Parcel.objects.create(order=order, carrier="UPS", tracking_number="1Z", delivered_at=present)
    Parcel.objects.create(order=order, carrier="UPS", tracking_number="2Z")
    shared(
        shop,
        "x",
        present,
        de="{{ refund.amount }} {{ parcel.tracking_number }} {{ parcel.tracking_link }}",
    )

    page = log_in(shop.ines).get(f"/tickets/{ticket.pk}/templates").content.decode()

    assert "5,00\u00a0€ 2Z https://www.ups.com/track?tracknum=2Z" in page


def test_list_takes_as_many_queries_for_three_templates_as_for_one(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    browser, counts = log_in(shop.ines), []
    for name in ("One", "Two", "Three"):
        shared(shop, name, present, de="{{ order.number }}")
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/tickets/{ticket.pk}/templates")
        counts.append(len(captured))

    assert counts[1] == counts[2]


def test_most_used_on_this_channel_stand_first(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    shared(shop, "Alpha", present, de="a")
    often = shared(shop, "Zulu", present, de="z")
    how = How(templates=((often.pk, "de"),))
    reply.send(ticket.pk, "z", by=shop.ines, now=present, key="k", how=how)

    page = log_in(shop.ines).get(f"/tickets/{ticket.pk}/templates").content.decode()

    assert page.index("Zulu") < page.index("Alpha")


def test_template_of_other_channels_is_not_offered(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    only = frozenset({shop.ebay_fr.pk})
    templates.make(
        Content("Only eBay", {"de": "x"}, "", only), is_shared=True, by=shop.camille, now=present
    )

    page = log_in(shop.ines).get(f"/tickets/{ticket.pk}/templates").content.decode()

    assert "Only eBay" not in page


def test_another_language_can_be_chosen(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    made = shared(shop, "Hello", present, de="Guten Tag", fr="Bonjour le {{ order.placed_on }}")

    answer = log_in(shop.ines).get(f"/tickets/{ticket.pk}/templates/{made.pk}?language=fr")

    assert answer.json()["language"] == "fr"
    assert answer.json()["text"].startswith("Bonjour le ")


def test_template_in_another_language_than_the_buyers_says_so(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    one = shared(shop, "English", present, en="Hello")
    two = shared(shop, "Both", present, en="Hello", de="Guten Tag")
    browser, address = log_in(shop.camille), f"/tickets/{ticket.pk}/templates"

    missing = browser.get(f"{address}/{one.pk}").json()["foreign"]
    chosen = browser.get(f"{address}/{two.pk}?language=en").json()["foreign"]

    assert missing == "No German version: this one is English."
    assert chosen == "This version is English; the buyer writes German."
    assert browser.get(f"{address}/{two.pk}").json()["foreign"] == ""


@pytest.mark.parametrize(("language", "said"), [("de", True), ("en", False), ("", False)])
def test_draft_with_a_template_in_another_language_says_so_again(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime, language: str, said: bool
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(language=language)
    one = shared(shop, "English", present, en="Hello")
    browser = log_in(shop.camille)
    browser.post(f"/tickets/{ticket.pk}/draft", {"text": "Hello", "templates": f"{one.pk}:en"})

    line = tree(browser.get(f"/tickets/{ticket.pk}")).css_first("[data-foreign-line]")

    assert ("No German version: this one is English." in words(line)) is said
    assert ("hidden" in line.attributes) is not said


def test_first_message_on_an_order_has_templates_too(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    order = ticket.order
    assert order is not None
    shared(shop, "No.", present, de="Nr. {{ order.number }} {{ ticket.number }}")

    page = log_in(shop.ines).get(f"/orders/{order.pk}/message/templates").content.decode()

    assert f"Nr. {order.external_id} {{{{ ticket.number }}}}" in page


@pytest.mark.parametrize("path", ["templates", "templates/1", "hints"])
def test_ticket_of_a_hidden_channel_offers_nothing(
    path: str, shop: Shop, log_in: LogIn, present: datetime
) -> None:
    hidden = open_ticket(shop, shop.own_shop, now=present)
    shared(shop, "x", present, de="{{ buyer.full_name }}")
    verb = "post" if path == "hints" else "get"

    answer = getattr(log_in(shop.ines), verb)(f"/tickets/{hidden.pk}/{path}", {"text": "x"})

    assert answer.status_code == 404
    visitor = getattr(Client(), verb)(f"/tickets/{hidden.pk}/{path}")
    assert visitor.status_code == 302


def test_order_of_a_hidden_channel_offers_nothing(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    order = open_ticket(shop, shop.own_shop, now=present).order
    assert order is not None

    for path in ("templates", "templates/1"):
        answer = log_in(shop.ines).get(f"/orders/{order.pk}/message/{path}")
        assert answer.status_code == 404


def hints(browser: Client, ticket: Ticket, text: str, **form: str) -> str:
    answer = browser.post(f"/tickets/{ticket.pk}/hints", {"text": text, **form})
    return str(answer.content.decode())


LONG = "We have sent your parcel again today, it will be with you within three working days."


def test_hint_names_the_channels_own_rule(shop: Shop, log_in: LogIn, ticket: Ticket) -> None:
    said = hints(log_in(shop.camille), ticket, "Call 030 1234567")

    assert "Amazon.de forbids telephone numbers: 030 1234567" in said
    assert "e-mail addresses and telephone numbers" in said


def test_signature_is_looked_at_too(shop: Shop, log_in: LogIn, ticket: Ticket) -> None:
    Channel.objects.filter(pk=shop.amazon_de.pk).update(signature="www.perrin.fr")

    assert "www.perrin.fr" in hints(log_in(shop.camille), ticket, "Hello there")


def test_text_this_buyer_got_on_an_earlier_ticket_is_noticed(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    earlier = open_ticket(shop, shop.amazon_de, now=present - timedelta(days=3))
    Ticket.objects.filter(pk=earlier.pk).update(customer=ticket.customer, reply_address="other")
    reply.send(earlier.pk, LONG, by=shop.jonas, now=present - timedelta(days=2), key="a")

    browser = log_in(shop.camille)

    assert "nearly the same text" in hints(browser, ticket, LONG.replace("today", "yesterday"))
    assert f"/tickets/{earlier.pk}" in hints(browser, ticket, LONG)
    assert (
        hints(browser, ticket, "Something else entirely that nobody has ever said here.").strip()
        == ""
    )


def test_template_this_buyer_got_before_is_named(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    late = shared(shop, "Late parcel", present, de="Entschuldigung")
    how = How(templates=((late.pk, "de"),))
    reply.send(ticket.pk, "Entschuldigung", by=shop.jonas, now=present, key="a", how=how)

    said = hints(log_in(shop.camille), ticket, "Etwas anderes", templates=f"{late.pk}:de")

    assert "Late parcel" in said


def test_another_buyers_text_is_no_repetition(
    shop: Shop, log_in: LogIn, ticket: Ticket, present: datetime
) -> None:
    other = open_ticket(
        shop, shop.amazon_de, buyer="Ben Other", reply_address="b@x.example", now=present
    )
    reply.send(other.pk, LONG, by=shop.jonas, now=present, key="a")

    assert hints(log_in(shop.camille), ticket, LONG).strip() == ""


def test_working_days_leave_out_weekends_and_public_holidays() -> None:
    assert working_days(date(2026, 12, 23), "DE")[:3] == (
        date(2026, 12, 24),
        date(2026, 12, 28),
        date(2026, 12, 29),
    )


@pytest.mark.parametrize(
    "text",
    [
        "Please find the invoice attached.", "Vous trouverez ci-joint la facture.",
        "Die Rechnung finden Sie im Anhang.", "Le envío la factura adjunta.",
        "Trova la fattura in allegato.",
    ],
)  # fmt: skip
def test_text_that_speaks_of_a_file_says_that_none_is_attached(
    shop: Shop, log_in: LogIn, ticket: Ticket, text: str
) -> None:
    browser = log_in(shop.camille)

    assert "none is attached" in hints(browser, ticket, text, files="0")
    assert "none is attached" not in hints(browser, ticket, text, files="1")
    assert "none is attached" not in hints(browser, ticket, "It comes tomorrow.", files="0")
