"""The lists: what stands where, who sees it, and what it costs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from comptoir.merchant.models import Person
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.storage import clock
from comptoir.tickets.clocks import place_of_open
from comptoir.tickets.models import Clock, Ticket
from tests.web.conftest import LogIn
from tests.web.counting import every_query
from tests.web.pages import all_words, tree, words
from tests.web.shop import Shop, open_ticket

HOUR = timedelta(hours=1)


def test_queue_puts_claims_first_then_what_can_be_saved(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Missed", asked_ago=25 * HOUR, now=present)
    open_ticket(shop, shop.amazon_de, buyer="Claim", asked_ago=HOUR, now=present, tier=0)
    open_ticket(shop, shop.amazon_de, buyer="In time", asked_ago=HOUR, now=present)

    page = log_in(shop.camille).get("/")

    assert all_words(page, ".row__link") == ["Claim", "In time", "Missed"]
    assert all_words(page, ".rows__heading") == [
        "Claims on which it is our move",
        "In time to save",
        "Past the limit",
    ]


def test_past_our_target_with_no_limit_is_not_called_in_time(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    open_ticket(shop, shop.own_shop, buyer="Overdue", asked_ago=30 * HOUR, now=present)
    open_ticket(shop, shop.own_shop, buyer="In time", asked_ago=HOUR, now=present)
    # Past the target too, but the marketplace's limit lies ahead: that can be saved.
    open_ticket(shop, shop.amazon_de, buyer="To save", asked_ago=15 * HOUR, now=present)

    page = tree(log_in(shop.camille).get("/"))

    found = {
        words(heading): [words(one) for one in rows.css(".row__link")]
        for heading, rows in zip(page.css(".rows__heading"), page.css(".rows"), strict=True)
    }
    assert found == {
        "Past our target, no limit to lose": ["Overdue"],
        "In time to save": ["To save", "In time"],
    }


def _places(shop: Shop, log_in: LogIn) -> dict[str, list[str]]:
    page = tree(log_in(shop.camille).get("/"))
    return {
        words(heading): [words(one) for one in rows.css(".row__link")]
        for heading, rows in zip(page.css(".rows__heading"), page.css(".rows"), strict=True)
    }


def test_missed_promise_with_a_limit_ahead_can_be_saved(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    """The promise leads the row, and has no limit; the first reply still has its own."""
    late = present - timedelta(minutes=1)
    for buyer, channel in (("To save", shop.amazon_de), ("Overdue", shop.own_shop)):
        ticket = open_ticket(shop, channel, buyer=buyer, asked_ago=3 * HOUR, now=present)
        Ticket.objects.filter(pk=ticket.pk).update(
            next_kind="promise", target_at=late, limit_at=None, queue_at=late
        )
        Clock.objects.create(
            ticket=ticket,
            channel=channel,
            policy_version=ticket.policy_version,
            kind="promise",
            number=1,
            state="past_target",
            started_at=present - 2 * HOUR,
            target_at=late,
            target_missed=True,
        )

    assert _places(shop, log_in) == {
        "Past our target, no limit to lose": ["Overdue"],
        "In time to save": ["To save"],
    }


def test_ticket_opened_again_is_past_no_target(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.own_shop, buyer="Again", asked_ago=72 * HOUR, now=present)
    Clock.objects.filter(ticket=ticket).update(ended_at=present - 70 * HOUR, next_at=None)
    nothing = {"oldest_unanswered_at": None, "target_at": None, "next_kind": ""}
    Ticket.objects.filter(pk=ticket.pk).update(
        **nothing, queue_tier=1, queue_at=place_of_open(ticket.last_message_at)[1]
    )

    assert _places(shop, log_in) == {"In time to save": ["Again"]}


def test_limit_to_plan_by_is_never_missed(shop: Shop, log_in: LogIn, present: datetime) -> None:
    """Where the marketplace judges a mean there is no limit to lose, only one to plan by."""
    missed = present - HOUR
    for buyer, limit in (("Overdue", missed), ("In time", present + HOUR)):
        ticket = open_ticket(shop, shop.ebay_fr, buyer=buyer, asked_ago=6 * HOUR, now=present)
        Clock.objects.filter(ticket=ticket).update(target_at=None, limit_at=limit)
        Ticket.objects.filter(pk=ticket.pk).update(target_at=None, limit_at=limit, queue_at=limit)
    mean = {"first_reply": {"limit_minutes": 1440, "limit_model": "mean"}}
    PolicyVersion.objects.filter(pk=shop.policies[shop.ebay_fr.pk].pk).update(spec=mean)

    page = log_in(shop.camille).get("/")

    assert all_words(page, ".row__link") == ["Overdue", "In time"]
    assert all_words(page, ".rows__heading") == [
        "Past our target, no limit to lose",
        "In time to save",
    ]
    assert all_words(page, ".state__word") == ["Past target", "Soon"]
    assert (
        tree(page).css("[data-lost], .deadline[data-limit]") == []
    )  # browsers go on in the same way


def test_own_limit_of_a_policy_can_be_lost_where_the_channel_has_a_mean(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.ebay_fr, now=present)
    base = shop.policies[shop.ebay_fr.pk]
    mean = {"first_reply": {"limit_minutes": 1440, "limit_model": "mean"}}
    PolicyVersion.objects.filter(pk=base.pk).update(spec=mean)
    own = PolicyVersion.objects.create(
        policy=Policy.objects.create(name="Ours"), spec={"inherits": True}, valid_from=present
    )
    Ticket.objects.filter(pk=ticket.pk).update(policy_version=own, base_version=base)
    lost = "[data-lost] .deadline[data-limit]"
    assert not tree(log_in(shop.camille).get("/")).css(lost)

    stricter = {"inherits": True, "first_reply": {"limit_minutes": 600}}
    PolicyVersion.objects.filter(pk=own.pk).update(spec=stricter)

    assert tree(log_in(shop.camille).get("/")).css(lost)


def test_row_says_state_and_what_is_at_stake_next(
    shop: Shop, log_in: LogIn, present: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = present.replace(second=0, microsecond=0)  # lists tell the time by the minute
    monkeypatch.setattr(clock, "now", lambda: present)
    minutes = timedelta(minutes=1)
    for buyer, asked_ago in (
        ("on track", HOUR),
        ("soon", 12 * HOUR),
        ("past target", 15 * HOUR),
        ("save now", 23 * HOUR),
        ("missed", 26 * HOUR),
    ):
        ago = asked_ago - minutes / 2
        open_ticket(shop, shop.amazon_de, buyer=buyer, asked_ago=ago, now=present)

    page = tree(log_in(shop.camille).get("/"))

    said = {
        words(row.css_first(".row__link")): words(row.css_first(".deadline"))
        for row in page.css(".row")
    }
    assert said == {
        "on track": "On track Target 13 h",
        "soon": "Soon Target 2 h",
        "past target": "Past target Limit 9 h",
        "save now": "Save now Limit 1 h",
        "missed": "Limit missed 1 h 59 ago",
    }


def test_row_without_limit_shows_dashed_bar(shop: Shop, log_in: LogIn, present: datetime) -> None:
    open_ticket(shop, shop.own_shop, now=present)

    page = tree(log_in(shop.camille).get("/"))

    assert len(page.css(".gauge--open")) == 1
    assert page.css(".gauge__tick") == []


def test_row_names_claim_by_its_native_name(shop: Shop, log_in: LogIn, present: datetime) -> None:
    reasons = ["a_to_z_claim_opened"]
    intents = ["a_to_z_claim", "damaged_defective", "return_request"]
    open_ticket(shop, shop.amazon_de, now=present, tier=0, tier_reasons=reasons, intents=intents)

    page = log_in(shop.camille).get("/")

    assert all_words(page, ".row .chip") == ["A-to-z claim", "Damaged or defective"]


def test_queue_hides_channels_of_other_teams(shop: Shop, log_in: LogIn, present: datetime) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Ours", now=present)
    open_ticket(shop, shop.own_shop, buyer="Not ours", now=present)
    open_ticket(shop, shop.own_shop, buyer="Given to me", now=present, assignee=shop.ines)

    page = log_in(shop.ines).get("/")

    assert sorted(all_words(page, ".row__link")) == ["Given to me", "Ours"]


def test_views_and_channels_narrow_the_list(shop: Shop, log_in: LogIn, present: datetime) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Mine", now=present, assignee=shop.camille)
    open_ticket(shop, shop.ebay_fr, buyer="Nobody's", now=present)
    browser = log_in(shop.camille)

    assert all_words(browser.get("/?view=mine"), ".row__link") == ["Mine"]
    assert all_words(browser.get("/?view=unassigned"), ".row__link") == ["Nobody's"]
    assert all_words(browser.get(f"/?channel={shop.ebay_fr.pk}"), ".row__link") == ["Nobody's"]
    everything = all_words(browser.get("/?view=no-such-view&channel=x"), ".row__link")
    assert sorted(everything) == ["Mine", "Nobody's"]


def test_rail_shows_counts(shop: Shop, log_in: LogIn, present: datetime) -> None:
    open_ticket(shop, shop.amazon_de, now=present, assignee=shop.camille)
    open_ticket(shop, shop.ebay_fr, now=present)

    page = tree(log_in(shop.camille).get("/"))

    shown = {n.attributes["data-count"]: words(n) for n in page.css("[data-count]")}
    assert shown["queue"] == "2"
    assert shown["mine"] == "1"
    assert shown["claims"] == ""
    assert shown[f"channel:{shop.ebay_fr.pk}"] == "1"


def test_load_more_goes_on_where_the_page_ended(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    for number in range(52):
        ago = HOUR - timedelta(seconds=number)
        open_ticket(shop, shop.amazon_de, buyer=f"B{number}", asked_ago=ago, now=present)
    browser = log_in(shop.camille)

    first = browser.get("/")
    more = tree(first).css_first(".rows__more a").attributes["hx-get"]
    second = browser.get(str(more))

    assert len(all_words(first, ".row__link")) == 50
    assert all_words(second, ".row__link") == ["B50", "B51"]
    assert all_words(second, ".rows__heading") == []
    assert tree(second).css("html body nav") == []


def test_queue_costs_the_same_with_one_and_three_rows(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    browser = log_in(shop.ines)

    def cost() -> int:
        with every_query() as queries:
            assert browser.get("/").status_code == 200
        return len(queries)

    open_ticket(shop, shop.amazon_de, now=present)
    cost()
    one = cost()
    open_ticket(shop, shop.amazon_de, now=present)
    open_ticket(shop, shop.ebay_fr, now=present, assignee=shop.jonas)

    assert (cost(), one) == (4, 4)  # session, person, rights, page


def test_rows_give_changed_rows_and_say_what_left(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    stays = open_ticket(shop, shop.amazon_de, buyer="Stays", now=present)
    left = open_ticket(
        shop, shop.amazon_de, buyer="Left", now=present, queue_tier=None, queue_at=None
    )
    hidden = open_ticket(shop, shop.own_shop, now=present)

    answer = log_in(shop.ines).get(f"/rows?ids={stays.pk},{left.pk},{hidden.pk},x").json()

    assert answer["rows"][str(stays.pk)]["belongs"] is True
    assert answer["rows"][str(left.pk)]["belongs"] is False
    assert answer["rows"][str(hidden.pk)] is None
    assert 'id="t' + str(stays.pk) in answer["rows"][str(stays.pk)]["html"]
    assert answer["counts"]["queue"] == "1"


def test_next_opens_what_comes_first(shop: Shop, log_in: LogIn, present: datetime) -> None:
    open_ticket(shop, shop.amazon_de, asked_ago=HOUR, now=present)
    first = open_ticket(shop, shop.amazon_de, asked_ago=20 * HOUR, now=present)
    browser = log_in(shop.camille)

    assert browser.get("/next").headers["Location"] == f"/tickets/{first.pk}"


def test_next_from_a_ticket_leads_to_the_one_after_it(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    other = open_ticket(shop, shop.amazon_de, asked_ago=HOUR, now=present)
    first = open_ticket(shop, shop.amazon_de, asked_ago=20 * HOUR, now=present)
    browser = log_in(shop.camille)

    here = {"Referer": f"http://testserver/tickets/{first.pk}"}
    assert browser.get("/next", headers=here).headers["Location"] == f"/tickets/{other.pk}"


def test_next_from_the_only_ticket_says_that_nothing_else_waits(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    only = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.camille)

    here = {"Referer": f"http://testserver/tickets/{only.pk}"}
    assert browser.get("/next", headers=here).headers["Location"] == f"/tickets/{only.pk}"
    toast = tree(browser.get(f"/tickets/{only.pk}")).css_first(".toast")
    assert words(toast).startswith("Nothing else waits for you.")


def test_next_with_nothing_to_answer_goes_to_the_list(shop: Shop, log_in: LogIn) -> None:
    assert log_in(shop.camille).get("/next").headers["Location"] == "/"


def test_empty_queue_says_when_the_next_limit_is(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    open_ticket(
        shop,
        shop.amazon_de,
        now=present,
        asked_ago=15 * HOUR,
        queue_tier=None,
        queue_at=None,
        next_deadline_at=present + 9 * HOUR,
    )

    page = tree(log_in(shop.camille).get("/"))

    assert words(page.css_first(".empty h2")) == "Nothing to answer."
    assert words(page.css_first(".empty p")).startswith("Next limit ")


def test_person_without_channels_learns_why_the_list_is_empty(shop: Shop, log_in: LogIn) -> None:
    nobody = Person.objects.create_user(
        "sofia@maisonperrin.example",
        name="Sofia Ricci",
        role="agent",
        joined_at=shop.camille.joined_at,
    )

    page = tree(log_in(nobody).get("/"))

    assert words(page.css_first(".empty h2")) == "You do not see any channel yet."


def test_visitor_is_sent_to_log_in(shop: Shop, client: Client) -> None:
    answer = client.get("/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


def test_policy_forbids_inline_styles_and_foreign_scripts(shop: Shop, log_in: LogIn) -> None:
    answer = log_in(shop.camille).get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert " style=" not in answer.content.decode()
