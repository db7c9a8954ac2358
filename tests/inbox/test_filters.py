"""Filters: what addresses may say, and which tickets each one keeps."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models.expressions import RawSQL
from tests.tickets.conftest import FRIDAY, Desk, desk

from comptoir.inbox import filters, queue
from comptoir.inbox.filter_sql import CLAUSES, Moment
from comptoir.inbox.filters import NAMES, Filters, Known
from comptoir.inbox.search import indexing
from comptoir.merchant.models import Team
from comptoir.merchant.rights import rights_of
from comptoir.orders.models import Customer, Order
from comptoir.sla.models import PolicyVersion
from comptoir.tickets.actions import assign, draft, note, tag, wait
from comptoir.tickets.models import Ticket

__all__ = ["desk"]

HOUR = timedelta(hours=1)
LATER = Moment(FRIDAY + HOUR, "Europe/Paris")


def kept(
    desk: Desk,
    view: queue.View = "queue",
    *,
    moment: Moment = LATER,
    **chosen: str | tuple[str, ...],
) -> list[str]:
    while "text" in chosen and indexing.step():
        pass
    given = {name: (v,) if isinstance(v, str) else v for name, v in chosen.items()}
    asked = queue.ask(view, Filters(given))
    rows = queue.page(rights_of(desk.camille), asked, moment=moment).rows
    return sorted(row.gist for row in rows)


def order_for(ticket: Ticket, total: str, **fields: object) -> Order:
    order = Order.objects.create(
        channel=ticket.channel,
        external_id=f"o{ticket.pk}",
        placed_at=FRIDAY,
        total=Decimal(total),
        **{"currency": "EUR", **fields},
    )
    Ticket.objects.filter(pk=ticket.pk).update(order=order)
    return order


def test_every_filter_has_a_condition() -> None:
    assert tuple(CLAUSES) == NAMES


def test_what_makes_no_sense_is_left_out_and_named() -> None:
    given = {
        "channel": ["7", "8", "x"],
        "tier": ["0", "9"],
        "country": ["DE", "de"],
        "due": ["today", "2h"],
        "worth": ["50-20x"],
        "text": ["  où   est \0"],
        "no_such_filter": ["1"],
    }

    read, left_out = filters.read(given, Known(channels=[7]))

    assert read.chosen == {
        "channel": ("7",), "country": ("DE",), "tier": ("0",), "due": ("today",), "text": ("où est",),
    }  # fmt: skip
    assert sorted(left_out) == [
        ("channel", "8"), ("channel", "x"), ("country", "de"), ("tier", "9"), ("worth", "50-20x"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("50-200EUR", (Decimal(50), Decimal(200), "EUR")),
        ("49.90-", (Decimal("49.90"), None, "")),
        ("-200", (None, Decimal(200), "")),
    ],
)
def test_worth_is_read_with_one_bound_or_two(text: str, bounds: tuple[object, ...]) -> None:
    worth = filters.read_worth(text)

    assert worth is not None
    assert (worth.least, worth.most, worth.currency) == bounds


@pytest.mark.parametrize("text", ["-", "a-b", "1-2eur", "", "9999999999-"])
def test_what_is_no_pair_of_bounds_is_not_read(text: str) -> None:
    assert filters.read_worth(text) is None


def test_channel_marketplace_and_country_narrow(desk: Desk) -> None:
    desk.writes("amazon", thread="a")
    desk.writes("shop", thread="b", channel=desk.shop)

    assert kept(desk, channel=str(desk.shop.pk)) == ["shop"]
    assert kept(desk, channel=(str(desk.shop.pk), str(desk.amazon.pk))) == ["amazon", "shop"]
    assert kept(desk, marketplace="amazon") == ["amazon"]
    assert kept(desk, country="FR") == ["shop"]


def test_several_names_must_all_hold(desk: Desk) -> None:
    desk.writes("one", thread="a", tier=1)
    desk.writes("two", thread="b", tier=1, channel=desk.shop)

    assert kept(desk, tier="1", country="FR") == ["two"]


def test_type_is_what_policies_know(desk: Desk) -> None:
    desk.writes("claim", thread="a", facts=(("buyer_message", {}), ("case_opened", {})))
    desk.writes("return", thread="b", facts=(("buyer_message", {}), ("return_requested", {})))
    desk.writes("order", thread="c", order_number="302-1")
    desk.writes("before", thread="d", order_number="")

    assert kept(desk, type="claim") == ["claim"]
    assert kept(desk, type="return_request") == ["return"]
    assert kept(desk, type="order_question") == ["order"]
    assert kept(desk, type=("pre_sale_question", "claim")) == ["before", "claim"]


def test_tag_assignee_and_team(desk: Desk) -> None:
    mine = desk.writes("mine", thread="a")
    tagged = desk.writes("tagged", thread="b")
    desk.writes("plain", thread="c")
    assign.take(mine.pk, by=desk.camille, now=FRIDAY)
    assign.assign(tagged.pk, to=desk.ines.pk, by=desk.camille, now=FRIDAY)
    tag.add(tagged.pk, "Fragile", by=desk.camille, now=FRIDAY)
    team = Team.objects.get(name="Support")
    Ticket.objects.filter(pk=mine.pk).update(team=team)

    assert kept(desk, tag="fragile") == ["tagged"]
    assert kept(desk, tag=("fragile", "none")) == ["tagged"]
    assert kept(desk, assignee="me") == ["mine"]
    assert kept(desk, assignee="nobody") == ["plain"]
    assert kept(desk, assignee=("nobody", str(desk.ines.pk))) == ["plain", "tagged"]
    assert kept(desk, team=str(team.pk)) == ["mine"]


def test_worth_and_state_of_the_order_and_its_customer(desk: Desk) -> None:
    cheap, dear, pounds = (desk.writes(name, thread=name) for name in ("cheap", "dear", "pounds"))
    order_for(cheap, "20", state="delivered")
    order_for(dear, "150")
    order_for(pounds, "150", currency="GBP")
    customer = Customer.objects.create(name="Heike", created_at=FRIDAY)
    Ticket.objects.filter(pk=dear.pk).update(customer=customer)
    for number in range(5):
        Order.objects.create(channel=desk.amazon, external_id=f"x{number}", customer=customer, placed_at=FRIDAY, total=1, currency="EUR")  # fmt: skip

    assert kept(desk, worth="100-") == ["dear", "pounds"]
    assert kept(desk, worth="100-200EUR") == ["dear"]
    assert kept(desk, worth="-20") == ["cheap"]
    assert kept(desk, order="delivered") == ["cheap"]
    assert kept(desk, customer="vip") == ["dear"]


def test_deadline_and_age(desk: Desk) -> None:
    desk.writes("missed", at=FRIDAY - 30 * HOUR, thread="a")
    desk.writes("soon", at=FRIDAY - 22 * HOUR, thread="b")
    desk.writes("fresh", at=FRIDAY, thread="c")

    assert kept(desk, due="passed") == ["missed", "soon"]
    assert kept(desk, due="2h") == ["soon"]
    assert kept(desk, age="4h") == ["missed", "soon"]
    assert kept(desk, age="1d") == ["missed"]


def test_day_ends_where_the_reader_is() -> None:
    in_paris, in_tokyo = (Moment(FRIDAY, zone).day_end() for zone in ("Europe/Paris", "Asia/Tokyo"))

    assert in_paris - FRIDAY == timedelta(hours=6, minutes=20)
    assert in_tokyo - FRIDAY == timedelta(hours=22, minutes=20)


def test_status_draft_text_language_and_topic(desk: Desk) -> None:
    waits = desk.writes("it waits", thread="a", language="fr-FR")
    desk.writes("Where is my 100% parcel?", thread="b", intents=("where_is_my_order",))
    drafted = desk.writes("drafted", thread="c")
    wait.wait(waits.pk, on="marketplace", by=desk.camille, now=FRIDAY)
    draft.save(drafted.pk, "Dear", is_note=False, by=desk.ines, now=FRIDAY)

    assert kept(desk, "all", status="waiting_on_marketplace") == ["it waits"]
    assert kept(desk, "all", language="fr") == ["it waits"]
    assert kept(desk, draft="any") == ["drafted"]
    assert kept(desk, draft="mine") == []
    assert kept(desk, text="PARCEL 100%") == ["Where is my 100% parcel?"]
    assert kept(desk, text="200") == []
    assert kept(desk, text="wheer parcel") == ["Where is my 100% parcel?"]
    assert kept(desk, intent="where_is_my_order") == ["Where is my 100% parcel?"]


def test_text_is_looked_for_in_all_that_was_said_and_in_notes(desk: Desk) -> None:
    ticket = desk.writes("Where is it?", thread="a")
    desk.writes("And the bröken handle?", at=FRIDAY + HOUR / 2, thread="a")
    desk.writes("Something else", thread="b")
    note.add(ticket.pk, "The depot in Lyon lost it", by=desk.ines, now=FRIDAY + HOUR / 2)

    latest = ["And the bröken handle?"]
    assert kept(desk, text="where") == latest, "an earlier message"
    assert kept(desk, text="broken handle") == latest
    assert kept(desk, text="depot lyon") == latest
    assert kept(desk, text="depot paris") == []


def test_hostile_words_are_only_words(desk: Desk) -> None:
    desk.writes("plain", thread="a")

    for text in ("'; DROP TABLE tickets_ticket; --", "%(me)s", "%s", "\\", '"]'):
        assert kept(desk, text=text) == []
        assert kept(desk, tag=text) == []
    assert kept(desk) == ["plain"]


def test_at_risk_is_from_half_of_the_limit_until_it_is_lost(desk: Desk) -> None:
    tuesday = FRIDAY - 72 * HOUR
    desk.writes("fresh", at=tuesday, thread="a")
    desk.writes("half", at=tuesday - 12 * HOUR, thread="b")
    desk.writes("lost", at=tuesday - 30 * HOUR, thread="c")
    later = Moment(tuesday + HOUR, "Europe/Paris")
    rights = rights_of(desk.camille)

    assert kept(desk, "risk", moment=later) == ["half"]
    assert queue.counts(rights, now=later.now)["risk"] == 1


def test_at_risk_is_also_what_the_last_shift_before_its_limit_must_answer(desk: Desk) -> None:
    desk.writes("before the week-end", at=FRIDAY, thread="a")
    answered = desk.writes("answered", at=FRIDAY, thread="b")
    Ticket.objects.filter(pk=answered.pk).update(queue_tier=None, queue_at=None)

    assert kept(desk, "risk") == ["before the week-end"]


def test_at_risk_follows_the_warnings_of_the_policy(desk: Desk) -> None:
    tuesday = FRIDAY - 72 * HOUR
    early = {"of": "limit", "share": 10, "to": ["assignee"]}
    PolicyVersion.objects.update(
        spec=RawSQL("spec || %s::jsonb", [json.dumps({"warnings": [early]})])
    )
    desk.writes("fresh", at=tuesday, thread="a")

    soon, later = (Moment(tuesday + hours * HOUR, "Europe/Paris") for hours in (2, 3))
    assert kept(desk, "risk", moment=soon) == []
    assert kept(desk, "risk", moment=later) == ["fresh"]


@pytest.mark.parametrize("sort", ["deadline", "age", "newest", "value"])
def test_pages_of_every_sort_follow_each_other(desk: Desk, sort: str) -> None:
    for number in range(7):
        ticket = desk.writes(f"m{number}", at=FRIDAY + number * HOUR, thread=f"t{number}")
        if number % 3:
            order_for(ticket, str(100 - number % 2))
    rights, asked = rights_of(desk.camille), queue.ask("queue", sort=sort)
    whole = [row.id for row in queue.page(rights, asked, moment=LATER).rows]

    seen, after = [], None
    for _page in range(7):
        found = queue.page(rights, asked, moment=LATER, after=after, size=2)
        seen += [row.id for row in found.rows]
        after = found.next_after
        if after is None:
            break

    assert len(set(seen)) == 7
    assert seen == whole


def test_value_sorts_the_dearest_first_and_none_last(desk: Desk) -> None:
    for name, total in (("none", None), ("cheap", "5"), ("dear", "500")):
        ticket = desk.writes(name, thread=name)
        if total:
            order_for(ticket, total)
    rows = queue.page(rights_of(desk.camille), queue.ask(sort="value"), moment=LATER).rows

    assert [row.gist for row in rows] == ["dear", "cheap", "none"]


def test_sort_that_a_view_does_not_have_becomes_its_own() -> None:
    assert queue.ask("all", sort="value").sort == "newest"
    assert queue.ask("queue", sort="nonsense").sort == "deadline"
