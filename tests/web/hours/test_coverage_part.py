"""What hours make possible, as the page tells it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.test import Client
from tests.web.hours.conftest import typed
from tests.web.pages import all_words, tree
from tests.web.shop import Shop, open_ticket

from comptoir.merchant.models import Calendar
from comptoir.storage import clock
from comptoir.tickets import arrivals
from comptoir.tickets.models import Message
from comptoir.web.hours import reads

COVERAGE = "/settings/hours/office/coverage"
PARIS = ZoneInfo("Europe/Paris")


def write(shop: Shop, count: int, *, weekday: int, hour: int) -> None:
    """Let buyers write that often, at that hour of the same weekday, weeks ago."""
    ticket = open_ticket(shop, shop.amazon_de, now=clock.now())
    Message.objects.all().delete()
    today = clock.now().astimezone(PARIS).replace(hour=hour, minute=20)
    day = today - timedelta(days=(today.weekday() - weekday) % 7 + 7)
    for number in range(count):
        Message.objects.create(
            ticket=ticket,
            channel=ticket.channel,
            external_id=f"written-{number}@mail.example",
            author="buyer",
            kind="buyer_message",
            occurred_at=day,
            stored_at=day,
        )


def test_nine_to_five_answers_76_percent_and_two_hours_make_it_all(
    office: Calendar, admin: Client
) -> None:
    answer = admin.post(COVERAGE, typed())

    shares = all_words(answer, ".promises .number .chip")
    assert shares == ["76.2 %", "100 %"]
    said = answer.content.decode()
    assert "Only 0 buyer messages in the last eight weeks" in said
    assert "2 more hours a week do it, no fewer" in said
    assert "Sat 09:00–10:00 · Sun 09:00–10:00" in said
    assert tree(answer).css_first("[name=extra]").attributes["value"] == "129,153"
    assert "Fri 17:00 – Sun 09:00" in said


def test_hours_that_are_typed_count_before_they_are_saved(office: Calendar, admin: Client) -> None:
    answer = admin.post(COVERAGE, typed(sat="10-11", sun="10-11"))

    assert "With these hours every message can be answered in time." in answer.content.decode()


def test_a_wanted_share_needs_fewer_hours(office: Calendar, admin: Client) -> None:
    said = admin.post(COVERAGE, typed(wanted_percent="90")).content.decode()

    assert "1 more hour a week does it, no fewer" in said


def test_a_promise_that_was_chosen_stays_chosen(office: Calendar, admin: Client) -> None:
    keys = [
        box.attributes["value"] for box in tree(admin.post(COVERAGE, typed())).css("[name=promise]")
    ]

    chosen = tree(admin.post(COVERAGE, typed(promise=keys[1])))
    later = tree(admin.post(COVERAGE, typed(picked=keys[1], sat="9-10")))

    assert len(keys) == 2
    for page in (chosen, later):
        assert page.css_first("[name=promise][checked]").attributes["value"] == keys[1]


def test_messages_of_the_last_weeks_give_the_pattern(
    shop: Shop, office: Calendar, admin: Client
) -> None:
    write(shop, 60, weekday=1, hour=10)

    said = admin.post(COVERAGE, typed()).content.decode()

    assert "By the 60 buyer messages of the last eight weeks." in said
    assert "With these hours every message can be answered in time." in said


def test_arrivals_are_counted_by_the_wall_clock_of_the_zone(shop: Shop) -> None:
    write(shop, 3, weekday=5, hour=23)
    now = clock.now()

    in_paris = arrivals.by_quarter_of_week("Europe/Paris", now=now)
    in_kathmandu = arrivals.by_quarter_of_week("Asia/Kathmandu", now=now)

    saturday_23_15 = 5 * 96 + 23 * 4 + 1
    assert (in_paris[saturday_23_15], sum(in_paris)) == (3, 3)
    assert in_kathmandu[saturday_23_15] == 0
    assert sum(in_kathmandu) == 3
    assert sum(arrivals.by_quarter_of_week("UTC", now=now, channel_ids=[shop.ebay_fr.pk])) == 0
    assert sum(arrivals.by_quarter_of_week("UTC", now=now + timedelta(weeks=12))) == 0


def test_only_what_buyers_wrote_arrives(shop: Shop) -> None:
    write(shop, 2, weekday=2, hour=9)
    Message.objects.update(author="agent")

    assert sum(arrivals.by_quarter_of_week("UTC", now=clock.now())) == 0


def test_storefronts_working_days_have_no_coverage(
    shop: Shop, office: Calendar, admin: Client
) -> None:
    Calendar.objects.create(name="working-days-de", spec=office.spec, valid_from=clock.now())

    page = admin.get("/settings/hours/working-days-de")

    assert all_words(page, "h1") == ["Working days, Germany"]
    assert tree(page).css_first("#coverage") is None
    assert not reads.is_of_people("working-days-de", now=clock.now())
