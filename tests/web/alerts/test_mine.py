"""One's own alerts: the bell, the list, taking note of them, and what rings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.alerts.conftest import Tell
from tests.web.conftest import LogIn
from tests.web.pages import all_words, tree, words
from tests.web.shop import Shop, open_ticket

from comptoir.alerts.models import Alert, Delivery
from comptoir.storage.models import Change
from comptoir.web import shell

HOUR = timedelta(hours=1)


def test_the_bell_counts_ones_own_open_alerts(shop: Shop, log_in: LogIn, tell: Tell) -> None:
    tell(shop.ines)
    tell(shop.ines, level="count")
    tell(shop.jonas)
    tell(shop.ines, acknowledged_at=datetime.now().astimezone())

    bell = tree(log_in(shop.ines).get("/")).css_first(".bell")

    assert words(bell.css_first(".bell__count")) == "2"
    assert "is-loud" in bell.attributes["class"]
    assert words(tree(log_in(shop.camille).get("/")).css_first(".bell__count")) == ""


def test_the_list_says_what_happened_the_deadline_and_what_to_do(
    shop: Shop, log_in: LogIn, tell: Tell
) -> None:
    alert = tell(shop.camille)

    page = log_in(shop.camille).get("/alerts")

    (row,) = tree(page).css(".alert")
    said = words(row)
    assert "Anna Berg" in said
    assert "Amazon.de – Maison Perrin" in said
    assert "First reply: less than 2 h to the limit." in said
    assert "Answer the buyer." in said
    assert "1 h 29 left" in said or "1 h 30 left" in said
    assert row.css_first(".alert__link").attributes["href"] == f"/tickets/{alert.ticket_id}"


def test_claims_come_first_then_what_is_lost_soonest_then_the_latest(
    shop: Shop, log_in: LogIn, tell: Tell, present: datetime
) -> None:
    claim = tell(shop.camille)
    Alert.objects.update(kind="claim")
    later = tell(
        shop.camille, ticket=open_ticket(shop, shop.amazon_de, asked_ago=HOUR, now=present)
    )
    loud = tell(shop.camille)
    old = tell(shop.camille, level="count")
    new = tell(shop.camille, level="count")

    ids = [row.attributes["id"] for row in tree(log_in(shop.camille).get("/alerts")).css(".alert")]

    assert ids == [f"a{alert.pk}" for alert in (claim, loud, later, new, old)]


def test_alerts_of_tickets_one_may_not_see_any_more_are_left_out(
    shop: Shop, log_in: LogIn, tell: Tell, present: datetime
) -> None:
    tell(shop.ines, ticket=open_ticket(shop, shop.own_shop, now=present))

    page = log_in(shop.ines).get("/alerts")

    assert tree(page).css(".alert") == []
    assert words(tree(page).css_first(".bell__count")) == ""


def test_taking_note_closes_an_alert_for_everybody_and_rings_their_badges(
    shop: Shop, log_in: LogIn, tell: Tell
) -> None:
    alert = tell(shop.ines, shop.jonas)

    row = log_in(shop.ines).post(f"/alerts/{alert.pk}/acknowledge", HTTP_HX_REQUEST="true")

    alert.refresh_from_db()
    assert alert.acknowledged_by == shop.ines
    assert "Noted by Inès Moreau" in row.content.decode() or "Inès Moreau" in row.content.decode()
    shell.forget()
    assert words(tree(log_in(shop.jonas).get("/")).css_first(".bell__count")) == ""
    told = Change.objects.filter(kind="alert").values_list("data", flat=True)
    assert sorted(data["to"] for data in told) == sorted([shop.ines.pk, shop.jonas.pk])


def test_nobody_takes_note_of_what_they_may_not_see(
    shop: Shop, log_in: LogIn, tell: Tell, present: datetime
) -> None:
    alert = tell(shop.camille, ticket=open_ticket(shop, shop.own_shop, now=present))

    answer = log_in(shop.ines).post(f"/alerts/{alert.pk}/acknowledge", HTTP_HX_REQUEST="true")

    alert.refresh_from_db()
    assert alert.acknowledged_at is None
    assert "Anna" not in answer.content.decode()


def test_all_can_be_noted_at_once(shop: Shop, log_in: LogIn, tell: Tell) -> None:
    for _ in range(3):
        tell(shop.camille)
    other = tell(shop.jonas)

    log_in(shop.camille).post("/alerts/acknowledge")

    open_ones = Alert.objects.filter(acknowledged_at=None)
    assert list(open_ones) == [other]


def test_opening_the_ticket_takes_note_of_its_alerts(shop: Shop, log_in: LogIn, tell: Tell) -> None:
    alert = tell(shop.ines)
    log_in(shop.jonas).get(f"/tickets/{alert.ticket_id}")
    log_in(shop.noah).get(f"/tickets/{alert.ticket_id}")
    alert.refresh_from_db()
    assert alert.acknowledged_at is None

    log_in(shop.ines).get(f"/tickets/{alert.ticket_id}?part=live")
    alert.refresh_from_db()
    assert alert.acknowledged_at is None

    log_in(shop.ines).get(f"/tickets/{alert.ticket_id}")
    alert.refresh_from_db()
    assert alert.acknowledged_by == shop.ines


def test_who_only_reads_takes_note_of_nothing_by_looking(
    shop: Shop, log_in: LogIn, tell: Tell
) -> None:
    alert = tell(shop.noah)

    log_in(shop.noah).get(f"/tickets/{alert.ticket_id}")

    alert.refresh_from_db()
    assert alert.acknowledged_at is None


def test_noted_alerts_stand_on_a_page_of_their_own(shop: Shop, log_in: LogIn, tell: Tell) -> None:
    alert = tell(shop.camille)
    log_in(shop.camille).post(f"/alerts/{alert.pk}/acknowledge")

    assert tree(log_in(shop.camille).get("/alerts")).css(".alert") == []
    (row,) = all_words(log_in(shop.camille).get("/alerts?closed=1"), ".alert")
    assert "Noted by Camille Perrin" in row


def _rung(client: Any, *deliveries: Delivery) -> dict[str, Any]:
    ids = ",".join(str(delivery.pk) for delivery in deliveries)
    answer: dict[str, Any] = client.get(f"/alerts/news?rung={ids}").json()
    return answer


def test_what_rang_is_said_in_its_readers_language_without_the_buyers_name(
    shop: Shop, log_in: LogIn, tell: Tell
) -> None:
    alert = tell(shop.camille)

    news = _rung(log_in(shop.camille), Delivery.objects.get())

    (toast,) = news["toasts"]
    assert (news["count"], news["loud"]) == (1, True)
    assert toast["title"] == f"Ticket {alert.ticket_id}, Amazon.de – Maison Perrin"
    assert toast["text"].startswith("First reply: less than 2 h to the limit.")
    assert toast["address"] == f"/tickets/{alert.ticket_id}"
    assert "Anna" not in str(news)


def test_what_only_counts_makes_no_toast(shop: Shop, log_in: LogIn, tell: Tell) -> None:
    tell(shop.camille, level="count")

    news = _rung(log_in(shop.camille), Delivery.objects.get())

    assert news == {"count": 1, "loud": False, "toasts": []}


def test_nobody_hears_what_rang_for_somebody_else(shop: Shop, log_in: LogIn, tell: Tell) -> None:
    tell(shop.camille)

    assert _rung(log_in(shop.jonas), Delivery.objects.get())["toasts"] == []


def test_a_summary_is_one_toast_with_its_count(shop: Shop, log_in: LogIn, tell: Tell) -> None:
    tell(shop.camille)
    delivery = Delivery.objects.get()
    delivery.alerts.add(tell(), tell())

    (toast,) = _rung(log_in(shop.camille), delivery)["toasts"]

    assert (toast["title"], toast["address"]) == ("3 alerts", "/alerts")


@pytest.mark.parametrize("asked", ["", "x", "1,2,3", "'", "%00"])
def test_strange_questions_get_an_answer(shop: Shop, log_in: LogIn, asked: str) -> None:
    answer = log_in(shop.camille).get(f"/alerts/news?rung={asked}").json()

    assert answer == {"count": 0, "loud": False, "toasts": []}


def test_the_list_asks_the_database_as_often_for_three_rows_as_for_one(
    shop: Shop, log_in: LogIn, tell: Tell
) -> None:
    client = log_in(shop.camille)
    tell(shop.camille)
    counts = []
    for _ in range(2):
        shell.forget()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/alerts")
        counts.append(len(queries))
        tell(shop.camille)
        tell(shop.camille)

    assert counts[0] == counts[1]


def test_long_lists_come_in_pages(shop: Shop, log_in: LogIn, tell: Tell, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, asked_ago=timedelta(hours=2))
    for _ in range(53):
        tell(shop.camille, ticket=ticket)
    client = log_in(shop.camille)

    first = tree(client.get("/alerts"))
    more = first.css_first(".rows__more a").attributes["href"]
    second = tree(client.get(f"{more}"))

    assert (len(first.css(".alert")), len(second.css(".alert"))) == (50, 3)


def test_visitors_are_sent_to_the_log_in(client: Any, db: None) -> None:
    for path in ("/alerts", "/alerts/news", "/account/notifications", "/settings/alerts"):
        answer = client.get(path)
        assert (answer.status_code, "/login/" in answer["Location"]) == (302, True)
