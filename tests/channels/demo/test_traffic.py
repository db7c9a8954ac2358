"""The stream of arrivals: the same for everybody, never too early, never too much."""

from __future__ import annotations

from datetime import timedelta
from statistics import mean

from tests.channels.demo.conftest import NOON, Mailbox

from comptoir.channels.demo.rhythm import HOUR_SHARE_PERCENT, WEEKDAY_SHARE_PERCENT, weight
from comptoir.channels.mail.parse import parse


def test_two_processes_read_the_same_mails(mailbox: Mailbox) -> None:
    cursor = mailbox.since(NOON - timedelta(minutes=9))

    one, other = mailbox.pull(cursor), mailbox.pull(cursor)

    assert [item.external_id for item in one] == [item.external_id for item in other]
    assert [item.content for item in one] == [item.content for item in other]


def test_reading_often_or_seldom_gives_the_same_mails(mailbox: Mailbox) -> None:
    start = NOON
    mailbox.now = start + timedelta(minutes=8)
    at_once = {item.external_id for item in mailbox.pull(mailbox.since(start))}

    cursor: dict[str, object] = mailbox.since(start)
    often: list[str] = []
    for second in range(5, 481, 5):
        mailbox.now = start + timedelta(seconds=second)
        for page in mailbox.open().pull(cursor):
            often += [item.external_id for item in page.items]
            cursor = dict(page.cursor)

    assert set(often) == at_once
    assert len(often) == len(set(often))


def test_a_message_comes_every_half_minute_on_average(mailbox: Mailbox) -> None:
    counts = []
    for minutes in range(0, 600, 6):
        start = NOON + timedelta(minutes=minutes)
        mailbox.now = start + timedelta(minutes=6)
        counts.append(len(mailbox.pull(mailbox.since(start))))

    assert 10 <= mean(counts) <= 14


def test_no_mail_is_dated_later_than_now(mailbox: Mailbox) -> None:
    for item in mailbox.pull(mailbox.since(NOON - timedelta(minutes=9))):
        mail = parse(item.content)
        assert mail.date is not None
        assert mail.date <= NOON
        assert item.received_at is not None
        assert item.received_at <= NOON


def test_mails_carry_the_time_of_a_demo_moved_forward(mailbox: Mailbox) -> None:
    ahead = timedelta(hours=6)
    values = {"spool": str(mailbox.settings.spool), "user": mailbox.settings.user, "seed": 7}
    values |= {"rate_per_hour": 120, "ahead_seconds": ahead.total_seconds()}
    moved = Mailbox(type(mailbox.settings).from_mapping(values))
    cursor = mailbox.since(NOON - timedelta(minutes=9))

    plain, later = mailbox.pull(cursor), moved.pull(cursor)

    assert [item.received_at for item in later] == [
        item.received_at + ahead for item in plain if item.received_at
    ]


def test_a_night_without_the_demo_brings_a_handful(mailbox: Mailbox) -> None:
    items = mailbox.pull(mailbox.since(NOON - timedelta(hours=11)))

    assert 5 <= len(items) <= 45


def test_nobody_answering_makes_buyers_write_less(mailbox: Mailbox) -> None:
    start = NOON - timedelta(minutes=9)
    patient = mailbox.pull({**mailbox.since(start), "unanswered": 400})

    assert len(patient) < len(mailbox.pull(mailbox.since(start))) / 2


def test_no_traffic_when_switched_off(mailbox: Mailbox) -> None:
    mailbox.is_busy = False

    assert mailbox.pull(mailbox.since(NOON - timedelta(hours=3))) == []


def test_pages_are_small_and_go_on_where_the_last_one_ended(mailbox: Mailbox) -> None:
    start = NOON - timedelta(minutes=9)
    whole = [item.external_id for item in mailbox.pull(mailbox.since(start))]

    first = next(iter(mailbox.open().pull(mailbox.since(start), page_size=4)))
    rest = mailbox.pull(dict(first.cursor))

    assert [i.external_id for i in first.items] + [i.external_id for i in rest] == whole


def test_rhythm_follows_the_measured_shares() -> None:
    assert round(sum(HOUR_SHARE_PERCENT)) == 100
    assert round(sum(WEEKDAY_SHARE_PERCENT)) == 100
    monday_at_ten = NOON - timedelta(days=2, hours=2)
    sunday_at_three = NOON - timedelta(days=3, hours=9)
    assert weight(monday_at_ten) > 2 > 0.5 > weight(sunday_at_three)
