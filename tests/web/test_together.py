"""Pages and buttons of working together: what they say, store, and to whom they open."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from comptoir.inbox import presence
from comptoir.merchant.models import Absence, AssignmentRule, Person, Role, Team
from comptoir.merchant.rights import rights_of
from comptoir.tickets.actions import note
from comptoir.tickets.models import Follow, Mention, Presence, Ticket
from comptoir.web.urls import together
from tests.web.conftest import LogIn
from tests.web.pages import tree, words
from tests.web.shop import Shop, open_ticket

HOUR = timedelta(hours=1)
VERBS = ("snooze", "wake", "follow", "unfollow", "skip", "team", "here")
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _everybody_reads_english(shop: Shop) -> None:
    Person.objects.update(language="en")


@pytest.fixture
def ticket(shop: Shop, present: datetime) -> Ticket:
    return open_ticket(shop, shop.amazon_de, now=present)


def text_of(content: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def test_every_address_is_walked_here() -> None:
    paths = {str(one.pattern).rpartition("/")[2] for one in together.urlpatterns}
    assert paths == {*VERBS, "who", "colleagues"}


@pytest.mark.parametrize("verb", [*VERBS, "who", "colleagues"])
def test_hidden_ticket_does_not_exist_and_visitors_log_in(
    verb: str, shop: Shop, present: datetime, log_in: LogIn
) -> None:
    hidden = open_ticket(shop, shop.own_shop, now=present)
    place = f"/tickets/{hidden.pk}/{verb}"
    form = {"until": "hour", "reason": "knowledge", "writing": "0"}
    asks = (
        (lambda c: c.get(place))
        if verb in ("who", "colleagues")
        else (lambda c: c.post(place, form))
    )

    assert asks(log_in(shop.ines)).status_code == 404
    assert asks(Client()).status_code == 302
    assert not Presence.objects.exists()


@pytest.mark.parametrize("place", ["/presence", "/mentions", "/account/hours/"])
def test_own_pages_need_a_log_in(place: str, shop: Shop, log_in: LogIn) -> None:
    assert Client().get(place).status_code == 302
    assert log_in(shop.ines).get(place).status_code == 200


@pytest.mark.parametrize("place", ["/settings/assignment", "/settings/assignment/new"])
def test_rules_are_for_leaders(place: str, shop: Shop, log_in: LogIn) -> None:
    assert log_in(shop.ines).get(place).status_code == 403
    assert log_in(shop.camille).get(place).status_code == 200


def test_put_off_says_until_when_and_how_to_bring_it_back(
    shop: Shop, ticket: Ticket, log_in: LogIn
) -> None:
    browser = log_in(shop.ines)

    page = text_of(browser.post(f"/tickets/{ticket.pk}/snooze", {"until": "hour"}, **HTMX).content)  # type: ignore[arg-type]

    assert "Snooze until" in page
    assert "Bring back now" in page
    assert Ticket.objects.get(pk=ticket.pk).snoozed_by == shop.ines


def test_past_the_limit_is_refused_with_the_moment_before(
    shop: Shop, ticket: Ticket, log_in: LogIn, present: datetime
) -> None:
    at = (present + 40 * HOUR).strftime("%Y-%m-%dT%H:%M")
    form = {"until": "date", "at": at}

    answer = log_in(shop.ines).post(f"/tickets/{ticket.pk}/snooze", form, **HTMX)  # type: ignore[arg-type]

    assert "at the latest, or answer first." in text_of(answer.content)
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until_at is None


def test_moment_past_our_target_says_so_and_can_be_chosen(
    shop: Shop, ticket: Ticket, log_in: LogIn, present: datetime
) -> None:
    browser = log_in(shop.ines)
    moments = {"target_at": present + timedelta(minutes=30), "limit_at": present + 80 * HOUR}
    ticket.clocks.update(**moments)

    hour = tree(browser.get(f"/tickets/{ticket.pk}")).css_first("#snooze .moment[value=hour]")
    assert "after our target (" in words(hour)
    assert "disabled" not in hour.attributes

    ticket.clocks.update(target_at=present + 2 * HOUR)
    hour = tree(browser.get(f"/tickets/{ticket.pk}")).css_first("#snooze .moment[value=hour]")
    assert "after our target" not in words(hour)


def test_follow_and_skip_from_the_page(shop: Shop, ticket: Ticket, log_in: LogIn) -> None:
    browser = log_in(shop.ines)

    browser.post(f"/tickets/{ticket.pk}/follow")
    answer = browser.post(f"/tickets/{ticket.pk}/skip", {"reason": "other", "text": "Not mine."})

    assert Follow.objects.get().person == shop.ines
    assert answer.headers["Location"] == "/"
    assert "left it to others: Not mine." in text_of(browser.get(f"/tickets/{ticket.pk}").content)


def test_colleagues_see_who_is_here_and_who_writes(
    shop: Shop, ticket: Ticket, log_in: LogIn
) -> None:
    log_in(shop.ines).post(f"/tickets/{ticket.pk}/here", {"writing": "1"})

    other = log_in(shop.jonas)
    told = {"name": "Inès Moreau", "initials": "IM", "writing": True}
    assert other.get(f"/tickets/{ticket.pk}/who").json() == {"people": [told]}
    assert other.get("/presence").json() == {"tickets": {str(ticket.pk): [told]}}
    log_in(shop.ines).post(f"/tickets/{ticket.pk}/here", {"leaving": "1"})
    assert other.get(f"/tickets/{ticket.pk}/who").json() == {"people": []}


def test_beat_that_changes_nothing_tells_nobody(
    shop: Shop, ticket: Ticket, present: datetime
) -> None:
    from comptoir.storage.models import Change

    rights = rights_of(shop.ines)
    presence.come(ticket.pk, rights, writing=False, now=present)
    before = Change.objects.count()
    presence.come(ticket.pk, rights, writing=False, now=present + timedelta(seconds=15))
    assert Change.objects.count() == before

    presence.come(ticket.pk, rights, writing=True, now=present + timedelta(seconds=20))
    assert Change.objects.count() == before + 1


def test_note_that_names_somebody_is_marked_and_listed(
    shop: Shop, ticket: Ticket, log_in: LogIn, present: datetime
) -> None:
    note.add(ticket.pk, "@Jonas Weber <b>look</b>", by=shop.ines, now=present)
    browser = log_in(shop.jonas)

    page = browser.get(f"/tickets/{ticket.pk}").content.decode()
    listed = text_of(browser.get("/mentions").content)

    assert '<span class="mention">@Jonas Weber</span> &lt;b&gt;look' in page
    assert "Inès Moreau on the ticket of Anna Berg" in listed
    assert "New" in listed


def test_list_of_mentions_asks_as_much_with_three_as_with_one(
    shop: Shop,
    ticket: Ticket,
    log_in: LogIn,
    present: datetime,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = log_in(shop.jonas)
    counts = []
    for number in (1, 2):
        for n in range(number):
            note.add(ticket.pk, f"@Jonas Weber {n}", by=shop.ines, now=present)
        browser.get("/mentions")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/mentions")
        counts.append(len(asked))

    assert Mention.objects.count() == 3
    assert counts[0] == counts[1]


def test_rule_is_made_tried_and_moved(shop: Shop, ticket: Ticket, log_in: LogIn) -> None:
    browser, team = log_in(shop.camille), Team.objects.get()
    form = {"name": "Amazon", "how": "turns", "team": str(team.pk), "if-marketplace": "amazon"}

    tried = text_of(browser.post("/settings/assignment/new", {**form, "do": "try"}).content)
    assert "1 of 1 tickets fit." in tried
    assert not AssignmentRule.objects.exists()
    browser.post("/settings/assignment/new", form)
    browser.post("/settings/assignment/new", {**form, "name": "Second"})
    first, second = AssignmentRule.objects.order_by("position")
    browser.post(f"/settings/assignment/{second.pk}/move", {"way": "up"})

    assert first.conditions == {"marketplace": ["amazon"]}
    names = AssignmentRule.objects.order_by("position").values_list("name", flat=True)
    assert list(names) == ["Second", "Amazon"]


def test_rule_without_a_team_is_refused_in_words(shop: Shop, log_in: LogIn) -> None:
    answer = log_in(shop.camille).post("/settings/assignment/new", {"name": "x", "how": "turns"})

    assert "Choose the team that gets these tickets." in text_of(answer.content)


def test_own_hours_and_absence_are_stored_and_shown_to_colleagues(
    shop: Shop, ticket: Ticket, log_in: LogIn, present: datetime
) -> None:
    browser, today = log_in(shop.ines), present.date()
    browser.post("/account/hours/", {"mon": "9-12, 13-17", "capacity": "20"})
    days = {"first_on": str(today), "last_on": str(today + timedelta(days=2))}
    browser.post(f"/settings/people/{shop.ines.pk}/absences", {**days, "reason": "Fair"})

    shop.ines.refresh_from_db()
    assert shop.ines.working_hours == {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}
    assert shop.ines.capacity == 20
    assert Absence.objects.get().reason == "Fair"
    assert "away until" in text_of(log_in(shop.jonas).get(f"/tickets/{ticket.pk}").content)
    assert "away until" in text_of(log_in(shop.camille).get("/settings/people").content)


def test_hours_of_others_are_for_leaders(shop: Shop, log_in: LogIn) -> None:
    place = f"/settings/people/{shop.jonas.pk}/absences"

    answer = log_in(shop.ines).post(place, {"first_on": "2026-01-01", "last_on": "2026-01-02"})

    assert answer.status_code == 403
    assert not Absence.objects.exists()


def test_leader_changes_the_hours_of_their_team_and_of_nobody_else(
    shop: Shop, log_in: LogIn
) -> None:
    shop.jonas.role = Role.LEADER
    shop.jonas.save(update_fields=["role"])
    browser = log_in(shop.jonas)

    browser.post(f"/settings/people/{shop.ines.pk}/hours", {"mon": "9-12", "capacity": "8"})
    other = browser.post(f"/settings/people/{shop.camille.pk}/hours", {"mon": "9-12"})

    shop.ines.refresh_from_db()
    shop.camille.refresh_from_db()
    assert shop.ines.working_hours == {"mon": [["09:00", "12:00"]]}
    assert other.status_code == 403
    assert shop.camille.working_hours == {}
