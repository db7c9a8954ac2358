"""The ticket page: what it shows, to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comptoir.merchant.models import Channel
from comptoir.tickets.actions import assign, no_response, tier
from comptoir.tickets.models import Fact, Outbox, Ticket
from tests.web.conftest import LogIn
from tests.web.counting import every_query
from tests.web.pages import all_words, tree, words
from tests.web.shop import Shop, open_ticket, say

HOUR = timedelta(hours=1)


def test_ticket_shows_who_said_what_by_days(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, asked_ago=50 * HOUR, now=present)
    say(ticket, "We look into it.", at=present - 49 * HOUR, author="automation", state="accepted")
    say(
        ticket,
        "It is on its way.",
        at=present - 2 * HOUR,
        author="agent",
        state="accepted",
        person=shop.ines,
    )
    say(
        ticket,
        "Ask the carrier.",
        at=present - HOUR,
        author="agent",
        state="note",
        person=shop.jonas,
    )

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}")

    for time in (parsed := tree(page)).css(".message__head time"):
        time.decompose()
    assert [words(head) for head in parsed.css(".message__head")] == [
        "AB Anna Berg Buyer Not answered",
        "Automatic message does not count as an answer",
        "IM Inès Moreau to the buyer",
        "JW Jonas Weber Note, for colleagues only",
    ]
    assert all_words(page, ".message__text") == [
        "Where is my parcel?",
        "We look into it.",
        "It is on its way.",
        "Ask the carrier.",
    ]
    zone = ZoneInfo(shop.camille.time_zone)
    spoken = [present - hours * HOUR for hours in (50, 49, 2, 1)]
    assert len(tree(page).css(".day")) == len({at.astimezone(zone).date() for at in spoken})


def test_quoted_text_is_folded_away(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    say(ticket, "Thanks", at=present, full_text="Thanks\n> It is on its way.")

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}")

    assert all_words(page, ".message__text--whole") == ["> It is on its way."]


def test_buyers_markup_is_text(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(
        shop, shop.amazon_de, buyer="<b>Eve</b>", text="<script>alert(1)</script>", now=present
    )

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}")

    assert all_words(page, ".message__text") == ["<script>alert(1)</script>"]
    assert b"<script>alert" not in page.content


def test_clock_explains_itself(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, asked_ago=15 * HOUR, now=present)

    page = tree(log_in(shop.camille).get(f"/tickets/{ticket.pk}"))

    assert words(page.css_first(".clock__head")) == "First reply Past target"
    why = [words(node).split(":")[0] for node in page.css(".clock__why li")]
    assert why[0] == 'Policy "Amazon Urgent" applies'
    assert why[2:4] == ["14 h target on the whole week", "24 h limit on the whole week"]


def test_ticket_of_another_team_does_not_exist(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.own_shop, now=present)

    assert log_in(shop.ines).get(f"/tickets/{ticket.pk}").status_code == 404
    assert log_in(shop.ines).get("/tickets/999999999").status_code == 404
    assert log_in(shop.camille).get(f"/tickets/{ticket.pk}").status_code == 200


def test_reader_sees_why_nothing_can_be_written(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    page = tree(log_in(shop.noah).get(f"/tickets/{ticket.pk}"))

    assert words(page.css_first("#composer")) == "You may read everything here, and change nothing."
    assert page.css("#composer textarea, .head__verbs form, .head__verbs button") == []


def test_watch_mode_locks_the_reply_and_leaves_notes(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    Channel.objects.filter(pk=shop.amazon_de.pk).update(is_watched_only=True)
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    page = tree(log_in(shop.camille).get(f"/tickets/{ticket.pk}"))

    assert words(page.css_first(".composer__lock")).startswith("Amazon.de is in watch mode")
    assert [node.attributes["data-send"] for node in page.css("[data-send]")] == ["note"]


def test_channel_answered_in_its_portal_records_the_answer(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    Channel.objects.filter(pk=shop.ebay_fr.pk).update(marketplace="cdiscount")
    ticket = open_ticket(shop, shop.ebay_fr, now=present)

    page = tree(log_in(shop.camille).get(f"/tickets/{ticket.pk}"))

    labels = {n.attributes["data-send"]: words(n) for n in page.css("[data-send]")}
    assert labels == {"reply": "I answered at eBay.fr, then next", "note": "Keep note"}


def test_button_says_where_the_reply_goes(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    page = tree(log_in(shop.camille).get(f"/tickets/{ticket.pk}"))

    assert words(page.css_first('.composer__foot [data-send="reply"]')) == (
        "Send to buyer via Amazon.de, then next"
    )


def test_side_panel_shows_order_in_its_currency(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, total="1249.90")

    english = tree(log_in(shop.camille).get(f"/tickets/{ticket.pk}"))
    german = tree(log_in(shop.jonas).get(f"/tickets/{ticket.pk}"))

    assert words(english.css_first(".side__number strong")) == "€1,249.90"
    assert words(german.css_first(".side__number strong")) == "1.249,90 €"
    assert (
        words(english.css_first(".lines li")) == "1 × Cast-iron casserole, 24 cm MP-2104 €1,249.90"
    )


def test_other_ticket_on_the_same_order_is_announced(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    first = open_ticket(shop, shop.amazon_de, text="Broken lid", now=present)
    second = open_ticket(shop, shop.amazon_de, now=present, total=None)
    Ticket.objects.filter(pk=second.pk).update(order_number=first.order_number)

    page = log_in(shop.camille).get(f"/tickets/{second.pk}")

    assert all_words(page, ".banner strong, .banner a, .banner button") == [
        "Another open ticket on the same order:",
        "Broken lid",
        "Merge into this one",
    ]


def test_timeline_tells_what_people_did(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    assign.assign(ticket.pk, to=shop.jonas.pk, by=shop.camille, now=present)
    assign.take(ticket.pk, by=shop.ines, now=present)
    tier.correct(ticket.pk, 1, by=shop.ines, now=present)

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}")

    assert words(tree(page).css_first(".events > summary > span")) == "3 changes"
    assert all_words(page, "p.event > span") == [
        "Camille Perrin gave it to Jonas Weber.",
        "Inès Moreau took it.",
        "Inès Moreau corrected the risk: Standard is now Escalation risk.",
    ]


def test_mark_not_set_at_the_marketplace_stays_visible(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    ticket.messages.update(links={"no_response_needed": "https://sellercentral.example/nrn"})
    no_response.mark(ticket.pk, reason="Only says thanks", by=shop.ines, now=present)

    page = tree(log_in(shop.camille).get(f"/tickets/{ticket.pk}"))

    assert words(page.css_first(".notice strong")) == "Marked here, not at Amazon.de."
    link = page.css_first(".notice a")
    assert link is not None
    assert link.attributes["href"] == "https://sellercentral.example/nrn"


def test_open_case_asks_for_its_own_answer(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, tier=0)
    Fact.objects.create(
        ticket=ticket, kind="case_opened", happened_at=present, stored_at=present, data={"id": "c1"}
    )

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}")

    assert all_words(page, ".notice--bad .notice__text") == [
        "The marketplace waits for an answer on its own page. A reply to the buyer does not count as one."
    ]


@pytest.mark.parametrize(
    ("state", "code", "said", "decisions"),
    [
        ("queued", "", "On its way", []),
        ("accepted", "", "Accepted by Amazon.de", []),
        (
            "refused",
            "sender_not_authorised",
            "Amazon.de refused your reply: sender not authorised. The buyer has not received it.",
            ["Send again"],
        ),
        (
            "uncertain",
            "no_answer",
            "The connection to Amazon.de broke after the last byte: the reply may have arrived. "
            "It is never sent again by itself. Look there, then decide.",
            ["It arrived", "It did not arrive", "Send again"],
        ),
    ],
)
def test_reply_shows_how_far_it_got(
    shop: Shop,
    log_in: LogIn,
    present: datetime,
    state: str,
    code: str,
    said: str,
    decisions: list[str],
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    message = say(
        ticket,
        "Here it is.",
        at=present,
        author="agent",
        kind="reply",
        state=state,
        person=shop.ines,
    )
    Outbox.objects.create(
        message=message,
        channel=ticket.channel,
        idempotency_key="k",
        envelope={},
        state=state,
        queued_at=present,
        not_before_at=present - HOUR,
        last_code=code,
    )

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}")

    assert all_words(page, ".delivery__text") == [said]
    assert all_words(page, ".delivery button") == decisions


def test_ticket_costs_the_same_with_one_and_three_messages(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.ines)

    def cost() -> int:
        with every_query() as queries:
            assert browser.get(f"/tickets/{ticket.pk}").status_code == 200
        return len(queries)

    cost()
    one = cost()
    say(ticket, "And?", at=present)
    say(ticket, "Soon.", at=present, author="agent", state="accepted", person=shop.jonas)
    three = cost()
    for number in range(3):
        say(ticket, f"And {number}?", at=present)
        say(
            ticket,
            f"Soon {number}.",
            at=present,
            author="agent",
            state="accepted",
            person=shop.jonas,
        )

    assert (three - one, cost() - three) == (2, 0)  # who wrote, and how far the answer got


def test_live_parts_leave_the_composer_alone(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    parts = tree(
        log_in(shop.ines).get(f"/tickets/{ticket.pk}?part=live", headers={"HX-Request": "true"})
    )

    swapped = [node.attributes["id"] for node in parts.css("[hx-swap-oob]")]
    assert swapped == ["ticket-head", "conversation", "side"]
