"""The order's cases beside the conversation."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from comptoir.orders.models import Case
from comptoir.tickets.models import ThreadKey, Ticket
from tests.web.conftest import LogIn
from tests.web.counting import every_query
from tests.web.shop import Shop, open_ticket


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
