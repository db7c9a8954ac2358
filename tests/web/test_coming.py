"""*Next* in one sitting: what one could not answer does not come back after every reply."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from comptoir.inbox import dealing
from comptoir.storage import clock
from comptoir.tickets.models import Ticket
from comptoir.web.views import coming
from tests.web.conftest import LogIn
from tests.web.shop import Shop, open_ticket

MINUTE = timedelta(minutes=1)


@pytest.fixture
def four(shop: Shop, present: datetime) -> list[Ticket]:
    """Four tickets in the order in which they are dealt."""
    return [open_ticket(shop, shop.amazon_de, now=present - n * 20 * MINUTE) for n in (4, 3, 2, 1)]


def reply_to(browser: Any, ticket: Ticket, text: str = "It arrives tomorrow.") -> str:
    form = {"text": text, "key": f"k{ticket.pk}{len(text)}", "then": "next"}
    answer = browser.post(f"/tickets/{ticket.pk}/reply", form, HTTP_HX_REQUEST="true")
    return str(answer.headers.get("HX-Redirect", answer.status_code))


def at(ticket: Ticket) -> str:
    return f"/tickets/{ticket.pk}"


def test_ticket_passed_over_does_not_come_back_after_the_next_reply(
    shop: Shop, log_in: LogIn, four: list[Ticket]
) -> None:
    browser = log_in(shop.camille)
    passed = browser.get(f"/next?after={four[0].pk}")

    assert passed.headers["Location"] == at(four[1])
    assert reply_to(browser, four[1]) == at(four[2])
    assert reply_to(browser, four[2]) == at(four[3])
    assert reply_to(browser, four[3]) == at(four[0]), "better than nothing"


def test_ticket_whose_reply_was_refused_does_not_come_back_after_the_next_reply(
    shop: Shop, log_in: LogIn, four: list[Ticket]
) -> None:
    browser = log_in(shop.camille)

    assert reply_to(browser, four[0], "Your {{ parcel.carrier }}") == "422"
    assert reply_to(browser, four[1]) == at(four[2])


def test_ticket_passed_over_is_dealt_in_its_own_place_after_a_while(
    shop: Shop, log_in: LogIn, four: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = log_in(shop.camille)
    browser.get(f"/next?after={four[0].pk}")
    later = clock.now() + dealing.PASSED_FOR + MINUTE
    monkeypatch.setattr(coming.clock, "now", lambda: later)

    assert reply_to(browser, four[1]) == at(four[0])


def test_ticket_that_was_answered_after_all_is_passed_over_no_longer(
    shop: Shop, log_in: LogIn, four: list[Ticket]
) -> None:
    browser = log_in(shop.camille)
    reply_to(browser, four[0], "Your {{ parcel.carrier }}")
    reply_to(browser, four[0])

    assert browser.session[coming.PASSED] == {}
