"""Around the lists: filters, views, columns, and one verb for many, as a browser asks for them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from comptoir.inbox import bulk
from comptoir.inbox.bulk import Wanted
from comptoir.inbox.models import BulkChange, SavedView
from comptoir.merchant.models import Team
from comptoir.storage.models import AuditEntry
from comptoir.tickets.models import Mention, Presence, Ticket
from comptoir.web.present import bulk as words_of_bulk
from comptoir.web.present.times import times_for
from comptoir.web.urls import queue as addresses
from tests.web.conftest import LogIn
from tests.web.counting import every_query
from tests.web.pages import all_words, tree, words
from tests.web.shop import Shop, open_ticket, say

HOUR = timedelta(hours=1)
POSTED = ("display", "keep_view", "change_view", "move_view", "delete_view", "bulk", "undo_bulk")
SHOWN = ("queue", "rows", "next", "filters", "views", "bulk_tickets", "changes", "keys")


def path_of(name: str) -> str:
    pattern = next(str(p.pattern) for p in addresses.urlpatterns if p.name == name)
    return "/" + pattern.replace("<int:view_id>", "1").replace("<int:change_id>", "1")


@pytest.mark.parametrize("name", [*POSTED, *SHOWN])
def test_visitor_is_led_to_the_log_in(name: str, db: None) -> None:
    ask = Client().post if name in POSTED else Client().get

    answer = ask(path_of(name))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("name", POSTED)
def test_change_needs_the_token_of_a_form_of_ours(name: str, shop: Shop) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(shop.camille, "allauth.account.auth_backends.AuthenticationBackend")

    assert browser.post(path_of(name)).status_code == 403


def test_reader_changes_no_ticket(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    answer = log_in(shop.noah).post("/bulk", {"verb": "take", "ids": str(ticket.pk)})

    assert answer.status_code == 403
    assert not AuditEntry.objects.filter(action__startswith="ticket.").exists()
    assert tree(log_in(shop.noah).get("/")).css("#bulk") == []


def test_chips_say_what_narrows_and_lead_to_the_list_without(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Anna", now=present, tier=1)
    open_ticket(shop, shop.ebay_fr, buyer="Bert", now=present, tier=1)

    page = log_in(shop.camille).get(f"/?tier=1&channel={shop.amazon_de.pk}")

    assert all_words(page, ".row__link") == ["Anna"]
    assert all_words(page, ".filter") == [
        "Channel Amazon.de – Maison Perrin",
        "Risk Escalation risk",
    ]
    off = [link.attributes["href"] for link in tree(page).css(".filter__off")]
    assert off == ["/?tier=1", f"/?channel={shop.amazon_de.pk}"]


def test_wrong_values_are_left_out_with_a_word(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Anna", now=present)

    page = log_in(shop.camille).get("/?channel=999999&due=never&tier=2")

    assert all_words(page, ".row__link") == ["Anna"]
    said = all_words(page, ".filters__left-out")[0]
    assert "Channel: 999999" in said
    assert "Deadline: never" in said


def test_hidden_channel_cannot_be_asked_for(shop: Shop, log_in: LogIn, present: datetime) -> None:
    open_ticket(shop, shop.own_shop, buyer="Hidden", now=present)
    open_ticket(shop, shop.amazon_de, buyer="Ours", now=present)

    page = log_in(shop.ines).get(f"/?channel={shop.own_shop.pk}")

    assert all_words(page, ".row__link") == ["Ours"]
    assert "Hidden" not in page.content.decode()


def test_no_match_says_how_many_filters_hide(shop: Shop, log_in: LogIn, present: datetime) -> None:
    for _number in range(3):
        open_ticket(shop, shop.amazon_de, now=present)

    page = tree(log_in(shop.camille).get("/?tag=none"))

    assert words(page.css_first(".empty h2")) == "No match."
    assert words(page.css_first(".empty p")) == "3 hidden by filters."
    assert page.css_first(".empty a").attributes["href"] == "/"


def test_view_is_kept_opened_and_changed(shop: Shop, log_in: LogIn, present: datetime) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Anna", now=present, tier=1)
    open_ticket(shop, shop.amazon_de, buyer="Bert", now=present)
    browser = log_in(shop.camille)

    kept = browser.post("/views/keep", {"name": "Threats", "query": "tier=1", "share": "all"})
    view = SavedView.objects.get()
    page = browser.get(kept.headers["Location"])

    assert kept.headers["Location"] == f"/?saved={view.pk}"
    assert words(tree(page).css_first("h1")) == "Threats"
    assert all_words(page, ".row__link") == ["Anna"]
    rail = tree(log_in(shop.ines).get("/")).css_first(f'[data-count="saved:{view.pk}"]')
    assert words(rail) == "1"

    wider = browser.get(f"/?saved={view.pk}&view=queue")
    assert all_words(wider, ".row__link") == ["Anna", "Bert"]
    assert "Back to how it was kept" in wider.content.decode()
    browser.post(f"/views/{view.pk}", {"query": f"saved={view.pk}&view=mine"})
    assert SavedView.objects.get().filters == {"view": "mine"}


def test_view_over_a_channel_that_is_gone_says_so_and_works(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Anna", now=present, tier=1)
    view = SavedView.objects.create(
        name="Old", owner=shop.camille, made_by=shop.camille, made_at=present,
        filters={"view": "queue", "channel": ["999999"], "tier": ["1"]},
    )  # fmt: skip
    browser = log_in(shop.camille)

    page = browser.get(f"/?saved={view.pk}")

    assert all_words(page, ".row__link") == ["Anna"]
    assert "Channel: 999999" in all_words(page, ".filters__left-out")[0]
    assert "works without" in all_words(browser.get("/views"), ".view__gone")[0]


def test_somebody_elses_view_is_not_opened(shop: Shop, log_in: LogIn, present: datetime) -> None:
    view = SavedView.objects.create(
        name="Private", owner=shop.ines, made_by=shop.ines, made_at=present, filters={}
    )

    assert "Private" not in log_in(shop.camille).get(f"/?saved={view.pk}").content.decode()


def test_columns_and_density_are_each_persons(shop: Shop, log_in: LogIn, present: datetime) -> None:
    open_ticket(shop, shop.amazon_de, now=present, tags=["fragile"])
    browser = log_in(shop.camille)

    form = {"density": "compact", "columns_of": "me", "columns": ["tags", "country"]}
    answer = browser.post("/display", {**form, "query": "view=all&tier=2"})
    page = tree(browser.get("/"))

    assert answer.headers["Location"] == "/?view=all&tier=2"
    assert words(page.css_first(".row__tags")) == "fragile"
    assert words(page.css_first(".row__pair--short")) == "DE"
    assert page.css(".row__deadline") == []
    assert len(page.css(".list--compact")) == 1
    assert tree(log_in(shop.ines).get("/")).css(".row__tags") == []


def test_form_leads_back_to_a_list_of_ours_only(shop: Shop, log_in: LogIn) -> None:
    answer = log_in(shop.camille).post("/display", {"query": "//evil.example/?x=1"})

    assert answer.headers["Location"].startswith("/?")


def test_row_says_who_is_on_it_and_who_asks_for_me(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    note = say(ticket, "@Camille?", at=present, author="agent", state="note", person=shop.ines)
    Mention.objects.create(message=note, person=shop.camille)
    Presence.objects.create(ticket=ticket, person=shop.ines, seen_at=present, is_writing=True)
    Presence.objects.create(ticket=ticket, person=shop.jonas, seen_at=present - HOUR)

    seen = all_words(log_in(shop.camille).get("/"), ".row .chip")

    assert seen == ["Inès is writing", "Mentions you"]
    assert all_words(log_in(shop.ines).get("/"), ".row .chip") == []


def test_rows_belong_to_filtered_lists_as_the_database_says(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    inside = open_ticket(shop, shop.amazon_de, now=present, tier=1)
    outside = open_ticket(shop, shop.amazon_de, now=present, tier=2)

    answer = log_in(shop.camille).get(f"/rows?ids={inside.pk},{outside.pk}&tier=1").json()

    assert answer["rows"][str(inside.pk)]["belongs"] is True
    assert answer["rows"][str(outside.pk)]["belongs"] is False


def test_bulk_is_told_one_by_one_and_undone(shop: Shop, log_in: LogIn, present: datetime) -> None:
    tickets = [open_ticket(shop, shop.amazon_de, buyer=f"B{n}", now=present) for n in range(2)]
    hidden = open_ticket(shop, shop.own_shop, buyer="Hidden", now=present)
    ids = ",".join(str(ticket.pk) for ticket in [*tickets, hidden])
    browser = log_in(shop.ines)

    given = browser.post("/bulk", {"verb": "assign", "to": shop.jonas.pk, "ids": ids}).json()

    assert given["said"] == "2 tickets attribués à Jonas Weber"
    assert [(p["id"], p["is_seen"]) for p in given["problems"]] == [(hidden.pk, False)]
    assert "Hidden" not in str(given)
    assert set(Ticket.objects.filter(assignee=shop.jonas)) == set(tickets)

    undone = browser.post(f"/bulk/{given['change']}/undo").json()
    assert (len(undone["done"]), undone["is_over"]) == (2, True)
    assert not Ticket.objects.filter(assignee=shop.jonas).exists()
    assert BulkChange.objects.get().undone_at is not None


def test_bulk_refusal_as_a_whole_is_a_sentence(shop: Shop, log_in: LogIn) -> None:
    answer = log_in(shop.camille).post("/bulk", {"verb": "explode", "ids": "1"})

    assert answer.status_code == 422
    assert answer.json()["refusal"] == "That cannot be done to many tickets at once."


@pytest.mark.parametrize("verb", ["team", "wake"])
def test_bulk_takes_no_verb_that_only_a_tickets_page_offers(
    shop: Shop, log_in: LogIn, present: datetime, verb: str
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    team = Team.objects.get()
    Ticket.objects.filter(pk=ticket.pk).update(team=team)

    answer = log_in(shop.camille).post("/bulk", {"verb": verb, "ids": str(ticket.pk)})

    assert answer.status_code == 422
    assert Ticket.objects.get(pk=ticket.pk).team == team


@pytest.mark.parametrize("verb", bulk.FOR_MANY)
def test_bulk_has_a_sentence_for_every_verb(verb: str, present: datetime) -> None:
    assert words_of_bulk.said(Wanted(verb), 2, {}, times_for("Europe/Paris", present))


def test_whole_list_can_be_selected(shop: Shop, log_in: LogIn, present: datetime) -> None:
    wanted = [open_ticket(shop, shop.amazon_de, now=present, tier=1) for _ in range(3)]
    open_ticket(shop, shop.amazon_de, now=present)

    found = log_in(shop.camille).get("/bulk/tickets?tier=1").json()

    assert sorted(found["ids"]) == [ticket.pk for ticket in wanted]
    assert found["is_more"] is False


def test_filters_are_a_page_without_scripts(shop: Shop, log_in: LogIn, present: datetime) -> None:
    open_ticket(shop, shop.amazon_de, now=present, tags=["fragile"])
    page = tree(log_in(shop.camille).get("/filters?view=mine&tag=fragile"))

    assert page.css_first(".sieve").attributes["action"] == "/"
    assert page.css_first(".sieve [name=view]").attributes["value"] == "mine"
    checked = [box.attributes["value"] for box in page.css(".sieve [checked]")]
    assert checked == ["fragile"]


@pytest.mark.parametrize(
    "query",
    ["tier=2&due=week&worth=1-&customer=new&type=order_question", "sort=value", "view=all"],
)
def test_filtered_list_costs_the_same_with_one_and_three_rows(
    shop: Shop, log_in: LogIn, present: datetime, query: str
) -> None:
    browser = log_in(shop.ines)

    def cost() -> int:
        with every_query() as queries:
            assert browser.get(f"/?{query}").status_code == 200
        return len(queries)

    for _number in range(2):
        open_ticket(shop, shop.amazon_de, now=present)
    cost()
    one = cost()
    open_ticket(shop, shop.amazon_de, now=present)
    open_ticket(shop, shop.ebay_fr, now=present, assignee=shop.jonas)

    assert (cost(), one) == (4, 4)


def order_of(page: HttpResponse) -> list[str | None]:
    return [row.attributes["data-id"] for row in tree(page).css(".row")]


def test_order_and_density_are_remembered_for_that_list_alone(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    cheap = open_ticket(shop, shop.amazon_de, total="10.00", asked_ago=9 * HOUR, now=present)
    dear = open_ticket(shop, shop.amazon_de, total="90.00", asked_ago=HOUR, now=present)
    browser = log_in(shop.camille)
    form = {"query": "", "columns_of": "me", "columns": ["deadlines", "value"]}
    browser.post("/display", {**form, "sort": "value", "density": "compact"})

    assert order_of(browser.get("/")) == [str(dear.pk), str(cheap.pk)]
    assert order_of(browser.get("/?view=unassigned")) == [str(cheap.pk), str(dear.pk)]
    assert order_of(log_in(shop.ines).get("/")) == [str(cheap.pk), str(dear.pk)]

    browser.post("/display", {"query": "view=unassigned", "density": "normal"})
    assert tree(browser.get("/")).css_first(".list--compact") is not None
    assert tree(browser.get("/?view=unassigned")).css_first(".list--normal") is not None

    browser.post("/display", {**form, "sort": "deadline"})
    assert order_of(browser.get("/")) == [str(cheap.pk), str(dear.pk)]


def test_order_and_columns_of_a_saved_view_are_changed_for_all_who_see_it(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, now=present)
    leader = log_in(shop.camille)
    leader.post("/views/keep", {"name": "Dear", "share": "all", "query": "tier=2"})
    view = SavedView.objects.get()
    form = {"query": f"saved={view.pk}", "columns_of": "me", "columns": ["value", "tags"]}

    leader.post("/display", {**form, "sort": "value", "into_view": "1"})
    view.refresh_from_db()
    assert (view.columns, view.sort, view.filters["tier"]) == (["value", "tags"], "value", ["2"])

    agent = log_in(shop.ines)
    agent.post("/display", {**form, "columns": ["team"], "sort": "age"})
    view.refresh_from_db()
    assert view.columns == ["value", "tags"], "an agent changes what they see themselves alone"
    assert tree(agent.get(f"/?saved={view.pk}")).css_first(".row__pair--age") is not None
    assert tree(leader.get(f"/?saved={view.pk}")).css_first(".row__pair--age") is None
