"""Verbs of one ticket say what they did and can be undone, unless somebody did something since."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from comptoir.inbox import closing
from comptoir.merchant.models import Team
from comptoir.tickets.actions import assign, no_response, snooze, tag
from comptoir.tickets.models import Fact, Ticket
from tests.web.conftest import LogIn
from tests.web.pages import tree
from tests.web.shop import Shop, open_ticket, say

HOUR = timedelta(hours=1)
FIELDS = (
    "status",
    "assignee_id",
    "team_id",
    "tier",
    "tier_set_by_person",
    "snoozed_until_at",
    "snoozed_by_id",
    "snooze_reason",
    "queue_tier",
    "queue_at",
)


@pytest.fixture
def ticket(shop: Shop, present: datetime) -> Ticket:
    """A ticket that Jonas has, put off by him with a reason, in no team."""
    made = open_ticket(shop, shop.amazon_de, now=present)
    assign.assign(made.pk, to=shop.jonas.pk, by=shop.jonas, now=present)
    until = present + 3 * HOUR
    snooze.snooze(made.pk, until=until, reason="parcel due", by=shop.jonas, now=present)
    return made


def as_it_is(ticket: Ticket) -> dict[str, object]:
    return Ticket.objects.filter(pk=ticket.pk).values(*FIELDS).get()


def do(browser: Client, ticket: Ticket, path: str, form: dict[str, object]) -> tuple[str, str]:
    """Press a button, and give what the toast says and where its way back leads."""
    browser.post(f"/tickets/{ticket.pk}/{path}", form)
    toast = tree(browser.get(f"/tickets/{ticket.pk}")).css_first("#toasts .toast")
    assert toast is not None
    form_back = toast.css_first("form")
    text = toast.css_first(".toast__text")
    assert text is not None
    return text.text(strip=True), form_back.attributes["action"] or "" if form_back else ""


def undo(browser: Client, ticket: Ticket, address: str) -> str:
    """Press the way back, and give what is said of it."""
    browser.post(address)
    toast = tree(browser.get(f"/tickets/{ticket.pk}")).css_first("#toasts .toast__text")
    assert toast is not None
    return toast.text(strip=True)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("snooze", {"until": "hour", "reason": "another one"}),
        ("wake", {}),
        ("assign", {"to": ""}),
        ("take", {}),
        ("team", {"team": "the team"}),
        ("tier", {"tier": "1"}),
        ("no-response", {"reason": "only thanks", "confirmed_outside": "1"}),
    ],
)
def test_undone_verb_leaves_the_ticket_exactly_as_it_was(
    shop: Shop, ticket: Ticket, log_in: LogIn, path: str, form: dict[str, object]
) -> None:
    if "team" in form:
        form = {"team": Team.objects.get().pk}
    browser, before = log_in(shop.camille), as_it_is(ticket)

    _said, back = do(browser, ticket, path, form)
    assert as_it_is(ticket) != before

    assert undo(browser, ticket, back) == "Undone: the ticket is as it was."
    assert as_it_is(ticket) == before


def test_mark_that_the_marketplace_has_not_yet_is_taken_back_too(
    shop: Shop, ticket: Ticket, log_in: LogIn
) -> None:
    browser = log_in(shop.camille)
    _said, back = do(browser, ticket, "no-response", {"reason": "only thanks"})
    assert no_response.pending_mark(ticket) is not None

    undo(browser, ticket, back)

    assert no_response.last_mark(ticket) is None


def test_no_way_back_is_offered_once_the_channel_is_told(
    shop: Shop, ticket: Ticket, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(closing, "ask", lambda ids: told.extend(ids) or list(ids))

    said, back = do(log_in(shop.camille), ticket, "no-response", {"reason": "only thanks"})

    assert told == [ticket.pk]
    assert (said, back) == ("Marked: no response needed.", "")


def test_toast_names_to_whom_and_until_when(shop: Shop, ticket: Ticket, log_in: LogIn) -> None:
    browser, team = log_in(shop.camille), Team.objects.get()

    given, _back = do(browser, ticket, "assign", {"to": shop.ines.pk})
    put_off, _back = do(browser, ticket, "snooze", {"until": "hour"})
    to_team, _back = do(browser, ticket, "team", {"team": team.pk})

    assert given == "Given to Inès Moreau."
    assert put_off.startswith("Snoozed until ")
    until = Ticket.objects.get(pk=ticket.pk).snoozed_until_at
    assert until is not None
    assert put_off.endswith(f"{until.astimezone(ZoneInfo(shop.camille.time_zone)):%H:%M}.")
    assert to_team == "Given to the team Tableware."


def test_undo_is_refused_with_the_name_of_who_did_something_since(
    shop: Shop, ticket: Ticket, log_in: LogIn, present: datetime
) -> None:
    browser = log_in(shop.camille)
    _said, back = do(browser, ticket, "assign", {"to": shop.ines.pk})
    tag.add(ticket.pk, "fragile", by=shop.jonas, now=present)

    said = undo(browser, ticket, back)

    assert said == "Jonas Weber did something here since, so it stays as it is."
    assert as_it_is(ticket)["assignee_id"] == shop.ines.pk


def test_undo_is_refused_when_the_buyer_wrote(
    shop: Shop, ticket: Ticket, log_in: LogIn, present: datetime
) -> None:
    browser = log_in(shop.camille)
    _said, back = do(browser, ticket, "wake", {})
    say(ticket, "Hello?", at=present)

    said = undo(browser, ticket, back)

    assert said == "The buyer wrote here since, so it stays as it is."
    assert as_it_is(ticket)["snoozed_until_at"] is None


def test_way_back_is_only_for_who_went(shop: Shop, ticket: Ticket, log_in: LogIn) -> None:
    _said, back = do(log_in(shop.camille), ticket, "assign", {"to": shop.ines.pk})
    facts = Fact.objects.count()

    log_in(shop.jonas).post(back)

    assert as_it_is(ticket)["assignee_id"] == shop.ines.pk
    assert Fact.objects.count() == facts
