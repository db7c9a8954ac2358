"""The menu *More* of a ticket: merge, split, promise, each taken back again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comptoir.inbox.search import indexing
from comptoir.tickets.models import Joining, Ticket
from tests.web.conftest import LogIn
from tests.web.pages import all_words, tree
from tests.web.shop import Shop, open_ticket, say

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def ines_reads_english(shop: Shop) -> None:
    """The sentences of these tests are in English; translations are held elsewhere."""
    shop.ines.language = "en"
    shop.ines.save(update_fields=["language"])


def said(page: Any, place: str) -> str:
    """Give all words at that place of a page."""
    return " ".join(all_words(page, place))


def two_of_one_buyer(shop: Shop, now: datetime) -> tuple[Ticket, Ticket]:
    first = open_ticket(shop, shop.amazon_de, asked_ago=3 * HOUR, now=now)
    second = open_ticket(shop, shop.amazon_de, asked_ago=HOUR, text="And my invoice?", now=now)
    second.customer = first.customer
    second.save(update_fields=["customer"])
    return first, second


def test_ticket_of_the_same_buyer_is_offered_and_merged(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    first, second = two_of_one_buyer(shop, present)
    browser = log_in(shop.ines)

    offered = " ".join(all_words(browser.get(f"/tickets/{first.pk}"), "#merge"))
    answer = browser.post(f"/tickets/{first.pk}/merge", {"other": second.pk}, follow=True)

    assert "And my invoice?" in offered
    assert "Another buyer" not in offered
    (back,) = tree(answer).css(".toast form[data-undo]")
    undo = f"/tickets/{first.pk}/joinings/{Joining.objects.get().pk}/undo"
    assert back.attributes["action"] == undo
    assert all_words(answer, ".message__text") == ["Where is my parcel?", "And my invoice?"]
    assert f"Inès Moreau merged ticket {second.pk} into this one." in said(answer, "#conversation")
    assert browser.get(f"/tickets/{second.pk}").headers["Location"] == f"/tickets/{first.pk}"


def test_merge_is_undone_from_the_same_menu(shop: Shop, log_in: LogIn, present: datetime) -> None:
    first, second = two_of_one_buyer(shop, present)
    browser = log_in(shop.ines)
    browser.post(f"/tickets/{first.pk}/merge", {"number": f"#{second.pk}"})
    joining = Joining.objects.get()

    assert "Undo the merge" in said(browser.get(f"/tickets/{first.pk}"), "#more-menu")
    browser.post(f"/tickets/{first.pk}/joinings/{joining.pk}/undo")

    page = browser.get(f"/tickets/{second.pk}")
    assert all_words(page, ".message__text") == ["And my invoice?"]
    assert "Undo the merge" not in said(page, "#more-menu")


def test_messages_are_split_off(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, asked_ago=3 * HOUR, now=present)
    again = say(ticket, "And my invoice?", at=present - HOUR)
    browser = log_in(shop.ines)

    answer = browser.post(f"/tickets/{ticket.pk}/split", {"messages": [again.pk]}, follow=True)

    assert answer.redirect_chain[-1][0] != f"/tickets/{ticket.pk}"
    assert all_words(answer, ".message__text") == ["And my invoice?"]


def test_only_messages_that_can_be_split_off_are_offered(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, asked_ago=3 * HOUR, now=present)
    say(ticket, "A claim was filed.", at=present - 2 * HOUR, author="marketplace")
    browser = log_in(shop.ines)

    with_one = said(browser.get(f"/tickets/{ticket.pk}"), "#more-menu")
    say(ticket, "And my invoice?", at=present - HOUR)
    page = browser.get(f"/tickets/{ticket.pk}")

    assert "Split messages off" not in with_one
    assert "And my invoice?" in said(page, "#split")
    assert "A claim was filed." not in said(page, "#split")


def test_choosing_nothing_says_what_to_do(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.ines)

    merge = browser.post(f"/tickets/{ticket.pk}/merge", {}, follow=True)
    split = browser.post(f"/tickets/{ticket.pk}/split", {}, follow=True)

    assert "Choose the ticket to merge" in said(merge, ".toast")
    assert "Choose some of the messages" in said(split, ".toast")


def test_promise_is_told_in_the_persons_zone_and_has_a_clock(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.ines)
    local = (present + 5 * HOUR).astimezone(ZoneInfo(shop.ines.time_zone))

    browser.post(f"/tickets/{ticket.pk}/promise", {"due": f"{local:%Y-%m-%dT%H:%M}"})

    clock = ticket.clocks.get(kind="promise")
    assert clock.target_at == (present + 5 * HOUR).replace(second=0, microsecond=0)
    assert "Promise kept" in said(browser.get(f"/tickets/{ticket.pk}"), "#more-menu")
    browser.post(f"/tickets/{ticket.pk}/promise/kept")
    clock.refresh_from_db()
    assert clock.ended_at is not None


def test_promise_for_the_past_is_refused(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    answer = log_in(shop.ines).post(
        f"/tickets/{ticket.pk}/promise", {"due": "2020-01-01T10:00"}, follow=True
    )

    assert "That moment has passed" in said(answer, ".toast")
    assert not ticket.clocks.filter(kind="promise").exists()


def test_two_different_buyers_are_merged_only_when_it_is_said_once_more(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    here = open_ticket(shop, shop.amazon_de, now=present)
    other = open_ticket(shop, shop.amazon_de, buyer="Clara Vogt", now=present)
    browser, place = log_in(shop.ines), f"/tickets/{here.pk}/merge"
    scripted = {"HX-Request": "true"}

    asked = browser.post(place, {"number": other.pk}, headers=scripted)
    again = browser.post(place, {"other": other.pk, "confirmed": here.pk}, headers=scripted)
    assert (asked.status_code, again.status_code) == (422, 422)
    question = said(asked, "[role=alert]")
    assert "These are two different buyers" in question
    assert "Anna Berg" in question
    assert "Clara Vogt" in question
    assert not Joining.objects.exists()

    browser.post(place, {"other": other.pk, "confirmed": other.pk}, headers=scripted)
    assert Joining.objects.get().source_id == other.pk


@pytest.mark.parametrize("typed", ["Clara", "#{id}", "{id}", "{order}"])
def test_merge_dialog_finds_by_buyer_by_number_and_by_order(
    shop: Shop, log_in: LogIn, present: datetime, typed: str
) -> None:
    here = open_ticket(shop, shop.amazon_de, now=present)
    other = open_ticket(shop, shop.amazon_de, buyer="Clara Vogt", now=present)
    open_ticket(shop, shop.own_shop, buyer="Clara Vogt", now=present)  # of another channel
    while indexing.step():
        pass
    browser = log_in(shop.camille)

    asked = typed.format(id=other.pk, order=other.order_number)
    page = browser.get(f"/tickets/{here.pk}/merge/found", {"q": asked})

    found = tree(page).css("input[name=other]")
    assert [one.attributes["value"] for one in found] == [str(other.pk)]
    assert "Another buyer" in said(page, ".mergeable")
    is_number = "id" in typed
    assert ("checked" in found[0].attributes) is is_number


def test_ticket_and_row_show_the_number_that_the_dialog_asks_for(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.camille)

    assert f"#{ticket.pk}" in said(browser.get(f"/tickets/{ticket.pk}"), "#ticket-head")
    assert f"#{ticket.pk}" in said(browser.get("/"), ".row")
