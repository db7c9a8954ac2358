"""A reply that did not arrive stands in the row of its ticket, until another one is on its way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from comptoir.inbox.listing import UNDELIVERED_SQL
from comptoir.tickets.actions import delivery, reply
from comptoir.tickets.models import Outbox, Ticket
from tests.web.conftest import LogIn
from tests.web.counting import every_query
from tests.web.pages import all_words
from tests.web.shop import Shop, open_ticket

MARKS = ".row .row__who .chip:has(.icon)"
SOON = timedelta(minutes=1)


def answered(shop: Shop, ticket: Ticket, now: datetime, key: str) -> Outbox:
    """Answer a ticket and give the reply, on its way."""
    reply.send(ticket.pk, "It comes tomorrow.", by=shop.camille, now=now, key=key)
    (claimed,) = delivery.claim(now=now + SOON)
    return claimed


@pytest.mark.parametrize(
    ("fate", "said"),
    [("refused", ["Reply refused"]), ("uncertain", ["Reply uncertain"]), ("pending", [])],
)
def test_reply_that_did_not_arrive_stands_in_the_row_in_every_list(
    shop: Shop, log_in: LogIn, present: datetime, fate: str, said: list[str]
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    outbox = answered(shop, ticket, present, "k1")
    if fate == "refused":
        delivery.refused(outbox.pk, "sender_not_authorised", now=present + SOON)
    else:
        delivery.uncertain(outbox.pk, now=present + SOON, code=fate)
    browser = log_in(shop.camille)

    assert all_words(browser.get("/?view=mine"), MARKS) == said
    assert all_words(browser.get("/?view=all"), MARKS) == said
    live = browser.get(f"/rows?ids={ticket.pk}&view=mine").json()["rows"][str(ticket.pk)]["html"]
    assert ("Reply " in live) is bool(said)


def test_row_is_quiet_once_another_reply_is_on_its_way_or_the_ticket_is_solved(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    again, solved = (open_ticket(shop, shop.amazon_de, now=present) for _ in range(2))
    for number, ticket in enumerate((again, solved)):
        outbox = answered(shop, ticket, present, f"k{number}")
        delivery.refused(outbox.pk, "no", now=present + SOON)
    browser = log_in(shop.camille)
    assert all_words(browser.get("/?view=mine"), MARKS) == ["Reply refused"] * 2

    reply.send(again.pk, "Once more.", by=shop.camille, now=present + 2 * SOON, key="again")
    Ticket.objects.filter(pk=solved.pk).update(status="solved", solved_at=present)

    assert all_words(browser.get("/?view=mine"), MARKS) == []
    assert all_words(browser.get("/?view=solved"), MARKS) == []


def test_three_refused_replies_ask_as_often_as_one(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    browser, counts = log_in(shop.camille), []
    for number in range(3):
        ticket = open_ticket(shop, shop.amazon_de, now=present)
        delivery.refused(answered(shop, ticket, present, f"k{number}").pk, "no", now=present + SOON)
        browser.get("/")
        with every_query() as queries:
            browser.get("/")
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_replies_that_did_not_arrive_are_read_from_their_own_index(shop: Shop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT {UNDELIVERED_SQL} FROM tickets_ticket t")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "message_undelivered" in plan
