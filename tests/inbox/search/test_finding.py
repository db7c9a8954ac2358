"""What a search finds, and what it never shows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.inbox.search.conftest import Search
from tests.web.shop import NOW, Shop, open_ticket, say

from comptoir.inbox.models import SearchDocument, SearchWord
from comptoir.inbox.search import indexing, planning
from comptoir.inbox.search.texts import snippet_of
from comptoir.orders.models import Parcel
from comptoir.storage.files import keep
from comptoir.storage.models import Change
from comptoir.tickets.actions import join
from comptoir.tickets.actions.assign import assign
from comptoir.tickets.models import MessageFile, Ticket


@pytest.fixture
def broken(shop: Shop) -> Ticket:
    return open_ticket(
        shop, shop.amazon_de, buyer="Jörg Müller", text="Der Deckel ist zerbrochen, bitte Ersatz."
    )


@pytest.fixture
def late(shop: Shop) -> Ticket:
    return open_ticket(
        shop,
        shop.own_shop,
        buyer="Amélie Durand",
        text="Où est mon colis ? Je demande un remboursement.",
        asked_ago=timedelta(days=3),
    )


@pytest.mark.parametrize(
    "typed",
    [
        "zerbrochen", "ZERBR", "deckel ersatz", "müller", "mueller", "Muller", "jorg",
        "from:müller", '"deckel ist zerbrochen"', "deckel -colis", "channel:amz", "language:de",
        "casserole", "MP-2104", "sku:mp2104", "zerbrohcen", "zerbrchen", "alias42",
    ],
)  # fmt: skip
def test_ticket_is_found_by(typed: str, broken: Ticket, late: Ticket, search: Search) -> None:
    Ticket.objects.filter(pk=broken.pk).update(language="de")

    assert broken.pk in search(typed).ticket_ids


@pytest.mark.parametrize(
    "typed", ["colis zerbrochen", '"zerbrochen deckel"', "deckel -ersatz", "from:deckel", "xyzzy"]
)
def test_ticket_is_not_found_by(typed: str, broken: Ticket, late: Ticket, search: Search) -> None:
    assert search(typed).ticket_ids == ()


@pytest.mark.parametrize("cut", ["{}", "{:.13}", "order:{}"])
def test_order_number_is_found_whatever_its_dashes(
    cut: str, broken: Ticket, late: Ticket, search: Search
) -> None:
    number = broken.order_number

    for written in (number, number.replace("-", " "), number.replace("-", "")):
        if " " in written and "order" in cut:
            continue
        assert search(cut.format(written)).ticket_ids == (broken.pk,)


def test_number_of_a_ticket_finds_that_ticket_alone(
    shop: Shop, broken: Ticket, late: Ticket, search: Search
) -> None:
    say(late, f"I paid {broken.pk}.60 EUR, ticket {broken.pk}", at=NOW)

    assert late.pk in search(f"{broken.pk}").ticket_ids
    for typed in ("#{}", " # {} "):
        found = search(typed.format(broken.pk))
        assert found.ticket_ids == (broken.pk,)
        assert (found.count, found.next_after) == (1, "")
    assert search(f"#{broken.pk} colis").ticket_ids == (late.pk,)


def test_number_that_no_ticket_has_is_searched_as_text(
    broken: Ticket, late: Ticket, search: Search
) -> None:
    say(late, "You wrote of #25997 there", at=NOW)

    assert search("#25997").ticket_ids == (late.pk,)
    assert search(f"#{'9' * 18}").ticket_ids == ()


def test_number_of_a_ticket_leads_to_where_it_was_merged_and_to_none_one_may_not_see(
    shop: Shop, broken: Ticket, late: Ticket, search: Search
) -> None:
    other = open_ticket(shop, shop.amazon_de, buyer="Jörg Müller", text="Und?")
    join.merge(other.pk, broken.pk, by=shop.camille, now=NOW)

    assert search(f"#{other.pk}").ticket_ids == (broken.pk,)
    assert search(f"#{late.pk}", by=shop.ines).ticket_ids == ()
    assert search(f"#{late.pk}", channel_id=shop.amazon_de.pk).ticket_ids == ()


def test_last_digits_of_a_parcel_are_enough(broken: Ticket, search: Search) -> None:
    Parcel.objects.create(order=broken.order, tracking_number="00340434292135109999")

    assert search("109999").ticket_ids == (broken.pk,)
    assert search("tracking:0034043429213510 ").ticket_ids == (broken.pk,)


def test_note_and_name_of_a_file_are_searched(shop: Shop, late: Ticket, search: Search) -> None:
    note = say(late, "Fournisseur prévenu", at=NOW, author="agent", state="note", person=shop.ines)
    MessageFile.objects.create(
        message=note, file=keep(b"x", now=NOW), name="Bordereau-Perrin.pdf", content_type="x"
    )

    assert search("prevenu").ticket_ids == (late.pk,)
    assert search("bordereau has:note has:attachment").ticket_ids == (late.pk,)


def test_latest_comes_first_and_pages_follow_each_other(shop: Shop, search: Search) -> None:
    ids = [
        open_ticket(shop, shop.own_shop, text="vase", asked_ago=timedelta(hours=n), total=None).pk
        for n in range(5)
    ]

    first = search("vase", size=2)
    second = search("vase", size=2, after=first.next_after)
    third = search("vase", size=2, after=second.next_after)

    assert [*first.ticket_ids, *second.ticket_ids, *third.ticket_ids] == ids
    assert (first.count, third.next_after) == (5, "")


def test_correction_is_said(late: Ticket, search: Search) -> None:
    found = search("rembourcemant ")

    assert found.ticket_ids == (late.pk,)
    assert found.corrections == {"rembourcemant": "remboursement"}


def test_search_never_shows_nor_counts_what_one_may_not_see(
    shop: Shop, broken: Ticket, late: Ticket, search: Search
) -> None:
    for typed in ("colis", "colsi", "from:durand", "after:2020", late.order_number, "casserole"):
        found = search(typed, by=shop.ines)
        assert late.pk not in found.ticket_ids
        assert found.count == len(found.ticket_ids)
        assert found.corrections == {}


def test_right_that_was_taken_away_counts_before_the_index_knows(
    shop: Shop, late: Ticket, search: Search
) -> None:
    Ticket.objects.filter(pk=late.pk).update(assignee=shop.ines)
    assert search("colis", by=shop.ines).ticket_ids == (late.pk,)

    Ticket.objects.filter(pk=late.pk).update(assignee=None)

    assert search("colis", by=shop.ines).ticket_ids == ()


def test_verb_is_known_to_search_by_the_change_feed(
    shop: Shop, broken: Ticket, search: Search
) -> None:
    assert search("assignee:jonas").ticket_ids == ()

    assign(broken.pk, to=shop.jonas.pk, by=shop.camille, now=NOW)

    assert search("assignee:jonas").ticket_ids == (broken.pk,)
    assert search("assignee:me", by=shop.jonas).ticket_ids == (broken.pk,)
    assert search("assignee:nobody").ticket_ids == ()


def test_days_are_those_of_the_person(shop: Shop, late: Ticket, search: Search) -> None:
    assert search("before:yesterday colis").ticket_ids == (late.pk,)
    assert search("after:yesterday colis").ticket_ids == ()
    assert search("on:2026-11-18").ticket_ids == (late.pk,)


def test_filter_nobody_knows_finds_nothing_and_is_said(late: Ticket, search: Search) -> None:
    found = search("channel:tulip colis")

    assert (found.ticket_ids, found.not_understood) == ((), ("channel:tulip",))


def test_erased_ticket_leaves_no_word_behind(late: Ticket, search: Search) -> None:
    search("colis")
    assert SearchWord.objects.filter(word="durand").exists()

    indexing.forget([late.pk])

    assert not SearchDocument.objects.filter(ticket=late).exists()
    assert not SearchWord.objects.filter(word="durand").exists()


def test_document_goes_with_its_ticket_in_plain_sql(late: Ticket, search: Search) -> None:
    search("colis")

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM inbox_searchdocument WHERE ticket_id = %s", [late.pk])

    assert indexing.missing() == [late.pk]


def test_common_word_is_looked_for_in_the_newest_days_first(
    shop: Shop, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "RARE_COUNT", 2)
    monkeypatch.setattr(planning, "SAFETY", 1)
    ids = [
        open_ticket(shop, shop.own_shop, text="vase", asked_ago=timedelta(days=n), total=None).pk
        for n in range(0, 120, 6)
    ]

    found = search("vase", size=3)

    assert found.ticket_ids == tuple(ids[:3])
    assert search("vase before:2026-09-01", size=30).count == len(ids) - 14


def test_snippet_marks_the_words_and_stands_around_them(late: Ticket, search: Search) -> None:
    found = search("remboursement")
    shown = snippet_of(found.texts[late.pk], found.matching)

    assert shown is not None
    assert shown.pieces == (
        ("Où est mon colis ? Je demande un ", False), ("remboursement", True), (".", False),
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_search_costs_the_same_reads_for_one_and_three(
    count: int, shop: Shop, search: Search
) -> None:
    for _number in range(count):
        open_ticket(shop, shop.own_shop, text="vase bleu", total=None)
    search("vase")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert search("vase bleu").count == count

    reads = [
        one
        for one in asked.captured_queries
        if "searchword" in one["sql"] or "hit AS" in one["sql"] or "LATERAL" in one["sql"]
    ]
    assert len(reads) == 4  # words, days, tickets, texts


def test_steps_that_the_feed_forgot_are_made_up_by_walking_again(
    shop: Shop, late: Ticket, search: Search
) -> None:
    search("colis")
    say(late, "Trotzdem danke", at=NOW)
    Change.objects.all().delete()
    Change.objects.create(id=10_000_000, at=NOW, kind="person")

    assert search("trotzdem").ticket_ids == (late.pk,)


def test_what_is_done_while_the_index_is_prepared_is_not_lost(
    shop: Shop, broken: Ticket, late: Ticket, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 1)
    indexing.step()
    assign(broken.pk, to=shop.jonas.pk, by=shop.camille, now=NOW)

    assert search("assignee:jonas").ticket_ids == (broken.pk,)
    assert search("colis").ticket_ids == (late.pk,)
    assert indexing.progress() == 1
