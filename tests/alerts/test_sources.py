"""What people are warned of besides clocks, each time once, and quiet when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.alerts.conftest import FRIDAY, HOUR, MINUTE, SECOND, Desk

from comptoir.alerts import causes
from comptoir.alerts.models import Alert
from comptoir.alerts.sources import facts as facts_source
from comptoir.alerts.sources.looking import QUICK, RARE, SLOW, look
from comptoir.merchant.models import Connection
from comptoir.sla.models import Policy
from comptoir.storage.models import RawItem, Setting
from comptoir.tickets.actions import delivery, reply, tier, wait
from comptoir.tickets.models import Fact, Message, Outbox, Ticket


def kinds(*, is_open: bool = True) -> list[str]:
    found = Alert.objects.filter(over_at=None) if is_open else Alert.objects.all()
    return list(found.order_by("id").values_list("kind", flat=True))


def quick(now: datetime) -> int:
    return look(QUICK, now=now)


def slow(now: datetime) -> int:
    return look((*SLOW, *RARE), now=now)


def sent(desk: Desk, ticket: Ticket, *, at: datetime, key: str = "k1") -> Message:
    return reply.send(
        ticket.pk,
        "It is on its way.",
        by=desk.ines,
        now=at,
        knows_message_id=reply.latest_message_id(ticket),
        key=key,
    )


# claims


def test_a_claim_interrupts_once(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    assert quick(FRIDAY + MINUTE) == 0
    tier.correct(ticket.pk, 0, by=desk.camille, now=FRIDAY + 2 * MINUTE)

    assert quick(FRIDAY + 3 * MINUTE) == 1
    assert quick(FRIDAY + 4 * MINUTE) == 0
    alert = Alert.objects.get()
    assert (alert.kind, alert.level, alert.ticket_id) == ("claim", "push", ticket.pk)
    assert alert.to == ["assignee", "team", "supervisor"]


def test_a_claim_that_waits_on_the_marketplace_is_over_and_told_again_when_it_is_ours(
    desk: Desk,
) -> None:
    ticket = desk.writes(at=FRIDAY)
    tier.correct(ticket.pk, 0, by=desk.camille, now=FRIDAY)
    quick(FRIDAY + MINUTE)
    reply.answered_elsewhere(ticket.pk, "Done.", by=desk.ines, now=FRIDAY + HOUR)
    causes.sweep(now=FRIDAY + HOUR)
    assert kinds() == []

    desk.writes("Still not here.", at=FRIDAY + 2 * HOUR)
    tier.correct(ticket.pk, 0, by=desk.camille, now=FRIDAY + 2 * HOUR)
    quick(FRIDAY + 2 * HOUR + MINUTE)
    assert Alert.objects.filter(kind="claim").count() == 2


# replies


def test_a_refused_reply_interrupts_its_author(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    message = sent(desk, ticket, at=FRIDAY + MINUTE)
    outbox = Outbox.objects.get(message=message)
    delivery.refused(outbox.pk, "sender_not_authorised", now=FRIDAY + 2 * MINUTE)

    assert quick(FRIDAY + 3 * MINUTE) == 1
    assert quick(FRIDAY + 4 * MINUTE) == 0
    alert = Alert.objects.get()
    assert (alert.kind, alert.level, alert.to) == ("reply_refused", "push", ["author", "assignee"])
    assert alert.data["code"] == "sender_not_authorised"
    assert alert.data["author"] == desk.ines.pk
    assert datetime.fromisoformat(alert.data["limit_at"]) == FRIDAY + 24 * HOUR


def test_a_refused_reply_that_is_sent_again_is_quiet(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    message = sent(desk, ticket, at=FRIDAY + MINUTE)
    delivery.refused(Outbox.objects.get().pk, "no_such_address", now=FRIDAY + 2 * MINUTE)
    quick(FRIDAY + 3 * MINUTE)
    assert not causes.is_over(Alert.objects.get(), now=FRIDAY + 3 * MINUTE)

    reply.retry(message.pk, by=desk.ines, now=FRIDAY + 5 * MINUTE)
    assert causes.is_over(Alert.objects.get(), now=FRIDAY + 5 * MINUTE)
    causes.sweep(now=FRIDAY + 5 * MINUTE)
    assert kinds() == []


def test_a_reply_that_comes_back_hours_later_interrupts(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    message = sent(desk, ticket, at=FRIDAY + MINUTE)
    delivery.accepted(Outbox.objects.get().pk, at=FRIDAY + 2 * MINUTE, now=FRIDAY + 2 * MINUTE)
    message.refresh_from_db()
    delivery.bounced(message, "mailbox_full", at=FRIDAY + 3 * HOUR, now=FRIDAY + 3 * HOUR)

    quick(FRIDAY + 3 * HOUR + SECOND)
    assert kinds() == ["reply_refused"]


def test_an_uncertain_reply_interrupts_until_somebody_knows(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    message = sent(desk, ticket, at=FRIDAY + MINUTE)
    delivery.uncertain(Outbox.objects.get().pk, now=FRIDAY + 2 * MINUTE)
    quick(FRIDAY + 3 * MINUTE)
    assert kinds() == ["reply_uncertain"]

    delivery.confirm_sent(message.pk, by=desk.ines, at=FRIDAY + 2 * MINUTE, now=FRIDAY + 4 * MINUTE)
    causes.sweep(now=FRIDAY + 5 * MINUTE)
    assert kinds() == []


def test_a_fact_that_becomes_visible_late_is_told_all_the_same(desk: Desk) -> None:
    """Numbers are given at the start of a transaction, so a lower one may appear after a higher."""
    quick(FRIDAY)
    ticket = desk.writes(at=FRIDAY)
    sent(desk, ticket, at=FRIDAY + MINUTE)
    delivery.refused(Outbox.objects.get().pk, "no_such_address", now=FRIDAY + 2 * MINUTE)
    late = Fact.objects.get(kind="reply_failed")
    row = dict(Fact.objects.filter(pk=late.pk).values()[0])
    Fact.objects.filter(pk=late.pk).delete()
    desk.writes(at=FRIDAY, thread="t2")
    quick(FRIDAY + 3 * MINUTE)
    assert kinds() == []

    Fact.objects.create(**row)
    assert quick(FRIDAY + 3 * MINUTE + 30 * SECOND) == 1


def test_facts_are_read_from_where_the_last_reading_stood(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes in range(10):
        desk.writes(at=FRIDAY, thread=f"t{minutes}")
        quick(FRIDAY + minutes * MINUTE)
    marks = Setting.objects.get(key=facts_source.CURSOR).value

    assert 2 <= len(marks) <= 4
    assert datetime.fromisoformat(marks[0][0]) >= FRIDAY + 6 * MINUTE


def test_what_happened_long_before_alerts_were_there_is_left_alone(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    sent(desk, ticket, at=FRIDAY + MINUTE)
    delivery.refused(Outbox.objects.get().pk, "no_such_address", now=FRIDAY + 2 * MINUTE)

    assert quick(FRIDAY + 24 * HOUR) == 0


# the default policy


def test_an_administrator_hears_that_the_default_policy_was_used(desk: Desk) -> None:
    policy = Policy.objects.filter(channel=desk.ebay).get()
    policy.is_active = False
    policy.save()
    ticket = desk.writes(at=FRIDAY, channel=desk.ebay)
    default = {"is_default": True, "policy": "1"}
    Fact.objects.create(
        ticket=ticket, kind="policy_applied", happened_at=FRIDAY, stored_at=FRIDAY, data=default
    )
    quick(FRIDAY + MINUTE)

    alert = Alert.objects.get()
    assert (alert.kind, alert.level, alert.to) == ("default_policy", "count", ["admins"])


# accounts


def failing(desk: Desk, code: str, since: datetime) -> None:
    Connection.objects.filter(pk=desk.mailbox.pk).update(
        failing_since=since, error_code=code, last_pull_at=since
    )


def test_an_account_that_fails_is_told_after_ten_minutes_and_quiet_when_it_works(
    desk: Desk,
) -> None:
    failing(desk, "unreachable", FRIDAY)
    assert slow(FRIDAY + 9 * MINUTE) == 0
    assert slow(FRIDAY + 10 * MINUTE) == 1
    assert slow(FRIDAY + 20 * MINUTE) == 0
    assert Alert.objects.get().data["code"] == "unreachable"

    Connection.objects.update(failing_since=None, last_pull_at=FRIDAY + 30 * MINUTE)
    causes.sweep(now=FRIDAY + 30 * MINUTE)
    assert kinds() == []


def test_a_refused_log_in_is_told_at_once(desk: Desk) -> None:
    failing(desk, "auth_failed", FRIDAY)

    assert slow(FRIDAY + MINUTE) == 1


def test_credentials_about_to_expire_are_told_a_month_a_week_and_a_day_before(
    desk: Desk,
) -> None:
    ends = FRIDAY + timedelta(days=60)
    Connection.objects.update(credentials_expire_at=ends, last_pull_at=FRIDAY + timedelta(90))
    told = [day for day in range(60) if slow(FRIDAY + timedelta(days=day)) and kinds(is_open=False)]

    assert told == [30, 53, 59]
    assert list(Alert.objects.order_by("id").values_list("data__days", flat=True)) == [30, 7, 1]


def test_a_new_credential_ends_the_warning(desk: Desk) -> None:
    ends = FRIDAY + timedelta(days=5)
    Connection.objects.update(credentials_expire_at=ends, last_pull_at=FRIDAY)
    slow(FRIDAY)
    assert kinds() == ["credentials_expiring"]
    Connection.objects.update(credentials_expire_at=ends + timedelta(days=365))
    causes.sweep(now=FRIDAY)

    assert kinds() == []


def raw(desk: Desk, state: str, number: int = 1) -> RawItem:
    return RawItem.objects.create(
        connection_id=desk.mailbox.pk,
        external_id=f"INBOX/1/{number}",
        content=b"",
        stored_at=FRIDAY,
        state=state,
    )


def test_quarantine_is_told_once_while_it_lasts(desk: Desk) -> None:
    Connection.objects.update(last_pull_at=FRIDAY)
    raw(desk, "quarantined")
    assert slow(FRIDAY) == 1
    raw(desk, "quarantined", 2)
    assert slow(FRIDAY) == 0
    assert (Alert.objects.get().kind, Alert.objects.get().level) == ("quarantined", "count")

    RawItem.objects.update(state="done")
    causes.sweep(now=FRIDAY)
    assert kinds() == []


def test_intake_that_is_behind_is_told(desk: Desk) -> None:
    Connection.objects.update(last_pull_at=FRIDAY)
    raw(desk, "new")
    assert slow(FRIDAY + MINUTE) == 0
    assert slow(FRIDAY + 3 * MINUTE) == 1
    assert kinds() == ["intake_behind"]


# the nightly proof


def test_differences_of_the_nightly_proof_are_told(desk: Desk) -> None:
    Connection.objects.update(last_pull_at=FRIDAY)
    row = Setting.objects.create(
        key="sla_verify_result",
        value={"at": FRIDAY.isoformat(), "checked": 100, "differences": 2},
    )
    assert slow(FRIDAY + MINUTE) == 1
    assert slow(FRIDAY + MINUTE) == 0
    assert Alert.objects.get().data["differences"] == 2

    row.value = {"at": (FRIDAY + HOUR).isoformat(), "checked": 100, "differences": 0}
    row.save()
    causes.sweep(now=FRIDAY + HOUR)
    assert kinds() == []


# silence


def chatter(desk: Desk, hours: int, *, until: datetime) -> None:
    """Let a buyer have written every twenty minutes for so many hours, straight into the figures."""
    from comptoir.tickets.models import Outcome

    ticket = desk.writes(at=until)
    Outcome.objects.all().delete()
    times = [until - n * 20 * MINUTE for n in range(hours * 3)]
    messages = Message.objects.bulk_create(
        Message(
            ticket=ticket,
            channel=desk.amazon,
            external_id=f"chatter-{n}",
            author="buyer",
            kind="buyer_message",
            occurred_at=at,
            stored_at=at,
        )
        for n, at in enumerate(times)
    )
    Outcome.objects.bulk_create(
        Outcome(message=message, ticket=ticket, channel=desk.amazon, asked_at=message.occurred_at)
        for message in messages
    )


def test_a_silent_channel_is_told_with_what_was_expected(desk: Desk) -> None:
    chatter(desk, 5 * 168, until=FRIDAY)
    Connection.objects.update(last_pull_at=FRIDAY + 7 * HOUR)
    assert slow(FRIDAY + 2 * HOUR) == 0
    assert slow(FRIDAY + 7 * HOUR) == 1
    assert slow(FRIDAY + 7 * HOUR + MINUTE) == 0

    alert = Alert.objects.get()
    assert (alert.kind, alert.channel_id) == ("channel_silent", desk.amazon.pk)
    assert alert.data["hours"] == 7.0
    assert alert.data["expected"] == 21


def test_a_buyer_who_writes_ends_the_silence(desk: Desk) -> None:
    chatter(desk, 5 * 168, until=FRIDAY)
    Connection.objects.update(last_pull_at=FRIDAY + 7 * HOUR)
    slow(FRIDAY + 7 * HOUR)
    desk.writes(at=FRIDAY + 8 * HOUR, thread="t9")
    causes.sweep(now=FRIDAY + 8 * HOUR)

    assert kinds() == []


def test_an_account_that_fails_is_told_as_such_and_not_as_silence(desk: Desk) -> None:
    chatter(desk, 5 * 168, until=FRIDAY)
    failing(desk, "unreachable", FRIDAY)
    slow(FRIDAY + 7 * HOUR)

    assert kinds() == ["connection_failing"]


def test_a_ticket_that_waits_on_us_is_no_claim(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    wait.wait(ticket.pk, on="internally", by=desk.ines, now=FRIDAY + MINUTE)

    assert quick(FRIDAY + 2 * MINUTE) == 0


def test_source_that_fails_holds_up_no_other(desk: Desk) -> None:
    Setting.objects.create(key=facts_source.CURSOR, value=[["no moment", 1]])
    desk.writes("I opened a claim", at=FRIDAY, tier=0)

    assert look(QUICK, now=FRIDAY + MINUTE) == 1
    assert Alert.objects.get().kind == Alert.Kind.CLAIM
