"""The order's cases beside the conversation."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.http import HttpResponse

from comptoir.orders.models import Case
from comptoir.tickets.actions.changing import write_fact
from comptoir.tickets.models import Fact, ThreadKey, Ticket
from tests.web.conftest import LogIn
from tests.web.counting import every_query
from tests.web.pages import tree, words
from tests.web.shop import Shop, open_ticket, say

SCRIPTED = {"HX-Request": "true"}


def case(ticket: Ticket, number: str, at: datetime, **more: object) -> Case:
    values = {"kind": "claim", "order_number": ticket.order_number, "opened_at": at, **more}
    made: Case = Case.objects.create(channel=ticket.channel, external_id=number, **values)
    return made


def test_case_of_the_order_tells_its_end_amount_and_page(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    case(
        ticket, "AZ-1", present, due_at=present + timedelta(hours=30), amount=Decimal("49.90"),
        currency="EUR", reason="Not received", link="https://amazon.example/claims/1",
    )  # fmt: skip
    case(ticket, "AZ-2", present, link="javascript:alert(1)", state="closed", kind="return")

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}").content.decode()

    for text in ("AZ-1", "Waits for us", "Not received", "€49.90", "Answer until",
                 "https://amazon.example/claims/1", "Return request"):  # fmt: skip
        assert text in page, text
    assert "javascript:alert" not in page


def test_case_without_an_order_is_known_by_the_conversation_it_opened(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, total=None)
    made = case(ticket, "R:77", present, kind="review", rating=1, rating_max=5, order_number="")
    key = f"case:amazon:{made.kind}:{made.external_id}"
    ThreadKey.objects.create(channel=ticket.channel, ticket=ticket, key=key)

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}").content.decode()

    assert "1 / 5" in page


def test_case_of_the_same_number_on_another_channel_is_not_shown(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    made = case(ticket, "AZ-9", present)
    Case.objects.filter(pk=made.pk).update(channel=shop.own_shop)

    assert "AZ-9" not in log_in(shop.camille).get(f"/tickets/{ticket.pk}").content.decode()


def test_case_that_somebody_answered_there_says_who_until_the_marketplace_says_so(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    made, browser = case(ticket, "AZ-1", present), log_in(shop.camille)
    write_fact(ticket, "case_opened", at=present, now=present, by=None, id="AZ-1")

    browser.post(f"/tickets/{ticket.pk}/case-answered", headers=SCRIPTED)
    said = tree(browser.get(f"/tickets/{ticket.pk}")).css_first("#side .part:has(.case__said)")
    assert words(said.css_first(".chip")) == "Answered there"
    assert "Camille" in words(said.css_first(".case__said"))
    assert words(said.css_first(".case__said")).endswith("Not confirmed by the marketplace yet.")

    Case.objects.filter(pk=made.pk).update(state="answered")
    assert "Not confirmed" not in browser.get(f"/tickets/{ticket.pk}").content.decode()


def test_case_that_is_opened_anew_or_another_one_still_waits_for_us(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    case(ticket, "AZ-1", present)
    case(ticket, "AZ-2", present)
    later = present + timedelta(minutes=1)
    for kind, number, at, by in (
        ("case_opened", "AZ-1", present, None),
        ("case_answered", "AZ-1", present, shop.camille),
        ("case_opened", "AZ-1", later, None),
    ):
        write_fact(ticket, kind, at=at, now=at, by=by, id=number)

    page = tree(log_in(shop.camille).get(f"/tickets/{ticket.pk}"))

    assert [words(chip) for chip in page.css("#side .part__head .chip")][-2:] == [
        "Waits for us"
    ] * 2


def chips(page: HttpResponse) -> list[str]:
    return [words(chip) for chip in tree(page).css("#side .part__head .chip")]


def test_answer_to_a_case_that_closed_since_is_none_to_the_one_that_is_left(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    for number in ("AZ-1", "AZ-2"):
        case(ticket, number, present)
        write_fact(ticket, "case_opened", at=present, now=present, by=None, id=number)
    browser = log_in(shop.camille)
    browser.post(f"/tickets/{ticket.pk}/case-answered", headers=SCRIPTED)
    assert sorted(chips(browser.get(f"/tickets/{ticket.pk}"))[-2:]) == [
        "Answered there",
        "Waits for us",
    ]

    Case.objects.filter(external_id="AZ-2").update(state="closed")

    page = browser.get(f"/tickets/{ticket.pk}")
    assert "Waits for us" in chips(page)
    assert "Answered there" not in chips(page)


def test_of_two_open_returns_the_one_that_was_decided_says_so(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    for number in ("R-1", "R-2"):
        case(ticket, number, present, kind="return")
        write_fact(ticket, "return_requested", at=present, now=present, by=None, id=number)
    browser = log_in(shop.camille)

    browser.post(f"/tickets/{ticket.pk}/return-decided", headers=SCRIPTED)

    said = tree(browser.get(f"/tickets/{ticket.pk}")).css("#side .part:has(.case__said)")
    assert ["R-2" in words(part) for part in said] == [True]


def test_claim_read_in_a_mail_is_the_only_one_that_is_open(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    case(ticket, "AZ-1", present)
    mail = say(ticket, "A claim was opened.", at=present, author="marketplace", kind="claim")
    Fact.objects.filter(message=mail).update(kind="case_opened", data={"id": str(mail.pk)})
    browser = log_in(shop.camille)

    browser.post(f"/tickets/{ticket.pk}/case-answered", headers=SCRIPTED)

    assert "Answered there" in chips(browser.get(f"/tickets/{ticket.pk}"))


def test_three_cases_ask_as_often_as_one(shop: Shop, present: datetime, log_in: LogIn) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser, counts = log_in(shop.camille), []
    for number in range(3):
        case(ticket, f"AZ-{number}", present)
        browser.get(f"/tickets/{ticket.pk}")
        with every_query() as queries:
            browser.get(f"/tickets/{ticket.pk}")
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_case_that_was_answered_on_another_ticket_of_the_order_says_so_here_too(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    other = open_ticket(shop, shop.amazon_de, now=present)
    Ticket.objects.filter(pk=other.pk).update(order_number=ticket.order_number)
    case(ticket, "AZ-1", present)
    write_fact(other, "case_opened", at=present, now=present, by=None, id="AZ-1")
    write_fact(other, "case_answered", at=present, now=present, by=shop.jonas, id="AZ-1")

    page = tree(log_in(shop.camille).get(f"/tickets/{ticket.pk}"))

    said = words(page.css_first("#side .case__said"))
    assert said.startswith("Jonas Weber")
    assert words(page.css_first("#side .part:has(.case__said) .chip")) == "Answered there"


def test_of_two_claims_each_is_answered_by_itself(
    shop: Shop, present: datetime, log_in: LogIn
) -> None:
    ticket, browser = open_ticket(shop, shop.amazon_de, now=present), log_in(shop.camille)
    for number in ("AZ-1", "AZ-2"):
        write_fact(ticket, "case_opened", at=present, now=present, by=None, id=number)

    seen = []
    for _ in range(3):
        page = tree(browser.get(f"/tickets/{ticket.pk}"))
        seen.append(page.css_first("form[action$='/case-answered']") is not None)
        browser.post(f"/tickets/{ticket.pk}/case-answered", headers=SCRIPTED)

    answered = ticket.facts.filter(kind="case_answered").order_by("id")
    assert seen == [True, True, False]
    assert [fact.data["id"] for fact in answered][:2] == ["AZ-2", "AZ-1"]
