"""Rules 9 and 10 by timelines: which policy a ticket has, since when, and what becomes of edits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from tests.tickets.conftest import FRIDAY, Desk

from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Calendar
from comptoir.sla.actions.policies import Wanted
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.tickets import clocks, rollouts, verifying
from comptoir.tickets.actions import delivery, join, policies, reply, tag, tier
from comptoir.tickets.models import Clock, Fact, Rollout, Ticket
from comptoir.tickets.previewing import preview

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
URGENT: dict[str, Any] = {
    "inherits": True,
    "first_reply": {"target_minutes": 30, "target_from": "policy_applied"},
    "next_reply": {"target_minutes": 30, "target_from": "policy_applied"},
}


def make(
    desk: Desk, name: str, spec: dict[str, Any], at: datetime = FRIDAY, **conditions: Any
) -> PolicyVersion:
    wanted = Wanted(name=name, spec=spec, conditions=conditions)
    return policies.make(wanted, holds_from=at, by=desk.camille, now=FRIDAY)


def tighten(desk: Desk, minutes: int, *, at: datetime, now: datetime) -> PolicyVersion:
    """Give Amazon's policy another target from a moment on."""
    policy = Policy.objects.get(channel=desk.amazon)
    before = policy.versions.order_by("-number").first()
    rule = {**before.spec["first_reply"], "target_minutes": minutes}
    spec = {**before.spec, "first_reply": rule, "next_reply": rule}
    wanted = Wanted(name=policy.name, spec=spec, reason="we are faster")
    return policies.edit(policy, wanted, holds_from=at, by=desk.camille, now=now)


def carry_out(now: datetime) -> int:
    """Do all that rollouts have to do; gives the number of steps."""
    steps = 0
    while rollouts.step(now=now):
        steps += 1
    return steps


def clock_of(ticket: Ticket, kind: str = "first_reply") -> Clock:
    found: Clock = Clock.objects.filter(ticket=ticket, kind=kind).latest("number")
    return found


def applied(ticket: Ticket) -> list[tuple[datetime, str, str]]:
    """Name the policies that the timeline tells of: when, from which, to which."""
    names = {str(v.pk): v.policy.name for v in PolicyVersion.objects.select_related("policy")}
    return [
        (
            fact.happened_at,
            names[fact.data["before"].partition("+")[0]],
            names[fact.data["policy"].partition("+")[0]],
        )
        for fact in Fact.objects.filter(ticket=ticket, kind="policy_applied").order_by("id")
    ]


def is_proved(now: datetime) -> bool:
    found = list(verifying.differences(now=now))
    assert found == []
    return True


def test_risk_seen_later_changes_the_policy_and_the_start_stays(desk: Desk) -> None:
    """Rule 9: minutes for a risk count from when it was seen; the limit from the message."""
    make(desk, "Escalation risks", URGENT, risk_tier=[1])
    ticket = desk.writes(at=FRIDAY)
    before = clock_of(ticket)

    seen_at = FRIDAY + 2 * HOUR
    tier.correct(ticket.pk, 1, by=desk.ines, now=seen_at)

    after = clock_of(ticket)
    assert (before.started_at, before.target_at) == (FRIDAY, FRIDAY + 14 * HOUR)
    assert (after.started_at, after.target_at) == (FRIDAY, seen_at + 30 * MINUTE)
    assert after.limit_at == before.limit_at == FRIDAY + 24 * HOUR
    assert applied(ticket) == [(seen_at, "Amazon Urgent", "Escalation risks")]
    assert is_proved(seen_at)


def test_target_that_counts_from_the_message_moves_no_start(desk: Desk) -> None:
    """Rule 9: all other targets count from the message, whenever the policy was chosen."""
    usual = {"inherits": True, "first_reply": {"target_minutes": 240}}
    make(desk, "Escalation risks", usual, risk_tier=[1])
    ticket = desk.writes(at=FRIDAY)

    tier.correct(ticket.pk, 1, by=desk.ines, now=FRIDAY + 2 * HOUR)

    assert clock_of(ticket).target_at == FRIDAY + 4 * HOUR


def test_tag_changes_the_policy_and_taking_it_off_changes_it_back(desk: Desk) -> None:
    """Rule 9."""
    gift = {"inherits": True, "first_reply": {"target_minutes": 60}}
    make(desk, "Gifts", gift, tags=["gift"])
    ticket = desk.writes(at=FRIDAY)

    tag.add(ticket.pk, "  Gift ", by=desk.ines, now=FRIDAY + HOUR)
    tagged = clock_of(ticket).target_at
    tag.remove(ticket.pk, "GIFT", by=desk.ines, now=FRIDAY + 2 * HOUR)

    assert tagged == FRIDAY + HOUR
    assert clock_of(ticket).target_at == FRIDAY + 14 * HOUR
    assert [row[1:] for row in applied(ticket)] == [
        ("Amazon Urgent", "Gifts"), ("Gifts", "Amazon Urgent")
    ]  # fmt: skip
    assert is_proved(FRIDAY + 2 * HOUR)


def test_what_no_policy_matches_is_told_on_its_timeline(desk: Desk) -> None:
    """Rule 9: what matches nothing gets the default policy, and an administrator is told."""
    Policy.objects.filter(channel=desk.amazon).update(is_active=False)
    ticket = desk.writes(at=FRIDAY)

    fact = Fact.objects.get(ticket=ticket, kind="policy_applied")
    assert fact.data["is_default"] is True
    assert ticket.policy_version is not None
    assert ticket.policy_version.policy.is_default


def test_edit_moves_open_tickets_and_leaves_ended_clocks(desk: Desk) -> None:
    """Rule 10: ended clocks keep the version under which they ended."""
    answered = desk.writes(at=FRIDAY, thread="answered")
    opened = desk.writes(at=FRIDAY, thread="open")
    _answer(desk, answered, FRIDAY + HOUR)
    asked_again = desk.writes("And now?", at=FRIDAY + 2 * HOUR, thread="answered")

    now = FRIDAY + 3 * HOUR
    made = tighten(desk, 120, at=now, now=now)
    carry_out(now)

    first, following = clock_of(asked_again), clock_of(asked_again, "next_reply")
    assert (first.target_at, first.state) == (FRIDAY + 14 * HOUR, "met")
    assert first.policy_version_id != made.pk
    assert following.target_at == FRIDAY + 4 * HOUR
    assert following.policy_version_id == made.pk
    assert clock_of(opened).target_at == FRIDAY + 2 * HOUR
    assert Fact.objects.filter(ticket=opened, kind="policy_applied").count() == 1
    assert is_proved(now)


def test_edit_with_a_date_ahead_touches_nothing_before(desk: Desk) -> None:
    """Rule 10: versions have effective dates."""
    ticket = desk.writes(at=FRIDAY)
    begins = FRIDAY + 5 * HOUR
    tighten(desk, 120, at=begins, now=FRIDAY + HOUR)

    early = carry_out(FRIDAY + 2 * HOUR)
    untouched = clock_of(ticket).target_at
    carry_out(begins + MINUTE)

    assert (early, untouched) == (0, FRIDAY + 14 * HOUR)
    assert clock_of(ticket).target_at == FRIDAY + 2 * HOUR
    assert applied(ticket) == [(begins, "Amazon Urgent", "Amazon Urgent")]
    assert is_proved(begins + MINUTE)


def test_history_with_several_policies_is_explained(desk: Desk) -> None:
    """Rules 10 and 12: the explanation names the policy of each clock, the ended ones too."""
    make(desk, "Escalation risks", URGENT, risk_tier=[1])
    ticket = desk.writes(at=FRIDAY)
    _answer(desk, ticket, FRIDAY + HOUR)
    tier.correct(ticket.pk, 1, by=desk.ines, now=FRIDAY + 2 * HOUR)
    ticket = desk.writes("And now?", at=FRIDAY + 3 * HOUR, thread="t1")

    found = clocks.explain(ticket, now=FRIDAY + 3 * HOUR)

    assert found is not None
    assert [(c.kind.value, c.policy) for c in found.clocks] == [
        ("first_reply", "Amazon Urgent"), ("next_reply", "Escalation risks")
    ]  # fmt: skip
    assert is_proved(FRIDAY + 3 * HOUR)


def test_preview_says_what_saving_would_do_and_does_nothing(desk: Desk) -> None:
    """Rule 10: an edit shows a preview of the open tickets it would change."""
    early = desk.writes(at=FRIDAY, thread="early")
    desk.writes(at=FRIDAY + 5 * HOUR, thread="late")
    desk.writes(at=FRIDAY, thread="shop", channel=desk.shop)
    now = FRIDAY + 6 * HOUR

    found = preview(
        lambda: tighten(desk, 300, at=now, now=now),
        holds_from=now, now=now, channel_ids=[desk.amazon.pk],
    )  # fmt: skip

    assert (found.open_count, found.changed, found.earlier, found.later) == (2, 2, 2, 0)
    assert found.newly_past_target == 1
    assert found.examples[0].ticket_id == early.pk
    assert PolicyVersion.objects.filter(policy__channel=desk.amazon).count() == 1
    assert not Rollout.objects.exists()
    assert clock_of(early).target_at == FRIDAY + 14 * HOUR


def test_rollout_counts_what_it_did(desk: Desk) -> None:
    for number in range(7):
        desk.writes(at=FRIDAY + number * MINUTE, thread=f"t{number}")
    now = FRIDAY + HOUR
    tighten(desk, 120, at=now, now=now)
    carry_out(now)

    rollout = Rollout.objects.get()
    assert rollouts.progress(rollout) == (7, 7, 7)
    assert rollout.finished_at == now
    assert carry_out(now) == 0


def test_later_rollout_does_the_work_of_one_that_is_under_way(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    now = FRIDAY + HOUR
    tighten(desk, 120, at=now, now=now)
    assert rollouts.step(now=now)
    tighten(desk, 60, at=now + MINUTE, now=now + MINUTE)

    carry_out(now + MINUTE)

    first, second = Rollout.objects.order_by("id")
    assert first.data["superseded_by"] == second.pk
    assert (rollouts.progress(first)[0], rollouts.progress(second)[0]) == (0, 1)
    assert clock_of(Ticket.objects.get()).target_at == FRIDAY + HOUR
    assert is_proved(now + MINUTE)


def test_hours_pull_policies_and_open_tickets_along(desk: Desk) -> None:
    """Rule 10: a change of hours is a version too."""
    week = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    ticket = desk.writes(at=FRIDAY, channel=desk.shop, thread="shop")
    before = clock_of(ticket).target_at
    now = FRIDAY + HOUR
    spec = {"timezone": "Europe/Paris", "hours": {**week, "sat": [["09:00", "18:00"]]}}
    hours = Calendar.objects.create(name="office", version=2, spec=spec, valid_from=now)
    policies.follow_calendar(hours, by=desk.camille, now=now)
    carry_out(now)

    monday, saturday = datetime.fromisoformat("2026-03-09T11:40:00Z"), datetime.fromisoformat(
        "2026-03-07T11:40:00Z"
    )  # fmt: skip
    assert (before, clock_of(ticket).target_at) == (monday, saturday)
    assert Calendar.objects.filter(name="office").count() == 2
    assert is_proved(now)


def plan_hours(desk: Desk, *, at: datetime, now: datetime) -> Calendar:
    """Plan that the desk is there on Saturdays, too, from a moment on."""
    week = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    spec = {"timezone": "Europe/Paris", "hours": week}
    hours = Calendar.objects.create(name="office", version=2, spec=spec, valid_from=at)
    policies.follow_calendar(hours, by=desk.camille, now=now)
    return hours


def test_edit_counts_on_the_hours_of_its_day_and_outlasts_hours_planned_before(desk: Desk) -> None:
    """Rule 10: what is planned for a day begins on that day, and the last word stays."""
    plan_hours(desk, at=FRIDAY + 5 * DAY, now=FRIDAY)

    tighten(desk, 120, at=FRIDAY + HOUR, now=FRIDAY + HOUR)

    listed = [
        desk.amazon.policies.get().versions.filter(valid_from__lte=moment).order_by(
            "-valid_from", "-number"
        ).first()
        for moment in (FRIDAY + 2 * HOUR, FRIDAY + 6 * DAY)
    ]  # fmt: skip
    said = [
        (v.spec["first_reply"]["target_minutes"], v.spec["calendars"]["office"]) for v in listed
    ]
    assert said == [(120, 1), (120, 2)]
    begins = Rollout.objects.filter(reason="policy_edited").values_list("holds_from", flat=True)
    assert sorted(begins) == [FRIDAY + HOUR, FRIDAY + 5 * DAY]


def test_restored_policy_counts_on_the_hours_of_now(desk: Desk) -> None:
    policy = make(desk, "Vip", {**URGENT}, tags=["vip"]).policy
    policies.retire(policy, by=desk.camille, now=FRIDAY + HOUR)
    policy.refresh_from_db()
    plan_hours(desk, at=FRIDAY + 2 * HOUR, now=FRIDAY + 2 * HOUR)

    policies.restore(policy, by=desk.camille, now=FRIDAY + 3 * HOUR)

    assert policy.versions.order_by("-number").first().spec["calendars"] == {"office": 2}


def limit_of(desk: Desk, minutes: int, *, now: datetime) -> PolicyVersion:
    """Give Amazon's policy another limit."""
    policy = Policy.objects.get(channel=desk.amazon)
    before = policy.versions.order_by("-number").first()
    rule = {**before.spec["first_reply"], "limit_minutes": minutes, "target_minutes": 60}
    spec = {**before.spec, "first_reply": rule, "next_reply": rule}
    wanted = Wanted(name=policy.name, spec=spec, reason="a limit of our own")
    return policies.edit(policy, wanted, holds_from=now, by=desk.camille, now=now)


def test_limit_made_too_short_is_taken_back_as_far_as_the_marketplace_s_own(desk: Desk) -> None:
    limit_of(desk, 120, now=FRIDAY + HOUR)

    back = limit_of(desk, 1440, now=FRIDAY + 2 * HOUR)

    assert back.spec["first_reply"]["limit_minutes"] == 1440
    with pytest.raises(Refusal, match="shorter, not longer"):
        limit_of(desk, 1441, now=FRIDAY + 3 * HOUR)


def _answer(desk: Desk, ticket: Ticket, at: datetime) -> None:
    """Let Inès answer, and the channel accept it."""
    reply.send(ticket.pk, "It is on its way.", by=desk.ines, now=at, key=f"k{ticket.pk}-{at}")
    for outbox in delivery.claim(now=at + MINUTE):
        delivery.accepted(outbox.pk, at=at + MINUTE, now=at + MINUTE)


# Several processes at once, and one that dies.


def _many(desk: Desk, count: int) -> None:
    """Open many tickets at once: copies of one that a buyer wrote."""
    ticket = desk.writes(at=FRIDAY)
    clock = clock_of(ticket)
    fact = Fact.objects.get(ticket=ticket, kind="buyer_message")
    tickets = []
    for _ in range(count - 1):
        copy = Ticket.objects.get(pk=ticket.pk)
        copy.pk = None
        tickets.append(copy)
    for made in Ticket.objects.bulk_create(tickets):
        for one in (clock, fact):
            one.pk, one.ticket_id = None, made.pk
            if isinstance(one, Fact):
                one.message_id = None
            one.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_rollout_is_shared_by_two_workers_and_done_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollouts, "CHUNK_TICKETS", 5)
    _many(desk, 120)
    now = FRIDAY + HOUR
    tighten(desk, 120, at=now, now=now)
    steps: list[int] = []

    together = threading.Barrier(2)

    def work() -> None:
        try:
            together.wait(10)
            steps.append(carry_out(now))
        finally:
            connection.close()

    rollouts.step(now=now)  # it is cut into parts, which both find
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    carry_out(now)  # what the one that came last left to nobody

    facts = Fact.objects.filter(kind="policy_applied").values_list("ticket_id", flat=True)
    assert sorted(facts) == sorted(Ticket.objects.values_list("pk", flat=True))
    assert min(steps) > 1
    assert rollouts.progress(Rollout.objects.get()) == (120, 120, 120)
    assert is_proved(now)


WORKER = """
import time
import django
django.setup()
from datetime import datetime
from comptoir.tickets import rollouts
rollouts.CHUNK_TICKETS = 5
while rollouts.step(now=datetime.fromisoformat("{now}")):
    print("step", flush=True)
    time.sleep(0.05)
"""


@pytest.mark.django_db(transaction=True)
def test_rollout_goes_on_where_a_killed_worker_left_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollouts, "CHUNK_TICKETS", 5)
    _many(desk, 120)
    now = FRIDAY + HOUR
    tighten(desk, 120, at=now, now=now)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER.format(now=now.isoformat())],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "comptoir.settings",
             "COMPTOIR_CONNINFO": _conninfo()},
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert worker.stdout is not None
    for _ in range(4):
        worker.stdout.readline()
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    done, _changed, total = rollouts.progress(Rollout.objects.get())

    _until_free(now)
    facts = list(Fact.objects.filter(kind="policy_applied").values_list("ticket_id", flat=True))
    assert 0 < done < total == 120
    assert len(facts) == len(set(facts)) == 120
    assert Rollout.objects.get().finished_at is not None
    assert is_proved(now)


def _until_free(now: datetime) -> None:
    """Work until all is done; the dead worker's locks may last a moment longer than it."""
    ends_at = time.monotonic() + 20
    while Rollout.objects.get().finished_at is None and time.monotonic() < ends_at:
        carry_out(now)
        time.sleep(0.05)


def _conninfo() -> str:
    from psycopg.conninfo import make_conninfo

    settings = connections["default"].settings_dict
    return make_conninfo(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"],
        password=settings["PASSWORD"] or None, dbname=settings["NAME"],
    )  # fmt: skip


def test_differences_are_found_in_clocks_messages_and_tickets(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    right = is_proved(FRIDAY + HOUR)
    Clock.objects.filter(ticket=ticket).update(target_at=FRIDAY)
    ticket.outcomes.update(within_limit=True)
    Ticket.objects.filter(pk=ticket.pk).update(next_kind="case")

    found = {(d.kind, d.field) for d in verifying.differences(now=FRIDAY + HOUR)}

    assert right is True
    assert found == {
        ("first_reply", "target_at"), ("message", "within_limit"), ("ticket", "next_kind")
    }  # fmt: skip


def test_message_past_its_own_limit_is_late_at_once(desk: Desk) -> None:
    """Every message counts, also one that no clock runs from."""
    from comptoir.inbox import deadlines

    ticket = desk.writes(at=FRIDAY)
    desk.writes("Hello?", at=FRIDAY + 3 * HOUR)
    for hours in (25, 28):
        with transaction.atomic():
            deadlines.fire_due(now=FRIDAY + hours * HOUR)

    assert list(ticket.outcomes.order_by("asked_at").values_list("within_limit", flat=True)) == [
        False, False
    ]  # fmt: skip


def test_rollout_that_comes_late_does_not_write_behind_a_later_turn(desk: Desk) -> None:
    ticket = desk.writes()
    make(desk, "Vip", {**URGENT}, at=FRIDAY + HOUR, tags=["vip"])
    tag.add(ticket.pk, "vip", by=desk.camille, now=FRIDAY + 2 * HOUR)
    tighten(desk, 77, at=FRIDAY + 3 * HOUR, now=FRIDAY + 2.5 * HOUR)

    carry_out(FRIDAY + 4 * HOUR)  # the first rollout was asked for as of FRIDAY + 1 h

    ticket.refresh_from_db()
    turns = Fact.objects.filter(ticket=ticket, kind="policy_applied").order_by("happened_at", "id")
    assert [turn.data["policy"] for turn in turns][-1] == ticket.held.key


def test_rule_09_edit_of_a_risk_policy_does_not_start_the_minutes_anew(desk: Desk) -> None:
    made = make(desk, "Escalation risks", URGENT, risk_tier=[1])
    ticket = desk.writes(at=FRIDAY)
    seen_at = FRIDAY + 2 * HOUR
    tier.correct(ticket.pk, 1, by=desk.camille, now=seen_at)
    assert clock_of(ticket).target_at == seen_at + 30 * MINUTE

    edited_at = seen_at + 20 * MINUTE
    slower = {"target_minutes": 40, "target_from": "policy_applied"}
    spec = {**URGENT, "first_reply": slower, "next_reply": slower}
    wanted = Wanted(
        name="Escalation risks", spec=spec, reason="few hands", conditions={"risk_tier": [1]}
    )
    policies.edit(made.policy, wanted, holds_from=edited_at, by=desk.camille, now=edited_at)
    carry_out(edited_at + MINUTE)

    assert clock_of(ticket).target_at == seen_at + 40 * MINUTE
    assert is_proved(edited_at + MINUTE)


def test_rule_09_risk_of_a_merged_ticket_counts_from_when_it_was_seen_there(desk: Desk) -> None:
    make(desk, "Escalation risks", URGENT, risk_tier=[1])
    calm = desk.writes("Where is it?", thread="a", at=FRIDAY)
    reply.answered_elsewhere(calm.pk, "On its way.", by=desk.camille, now=FRIDAY + 6 * HOUR)
    ended_under = clock_of(calm).policy_version_id
    threat = desk.writes("Where is it?!", thread="b", at=FRIDAY + 3 * HOUR)
    seen_at = FRIDAY + 5 * HOUR
    tier.correct(threat.pk, 1, by=desk.camille, now=seen_at)

    merged_at = FRIDAY + 7 * HOUR
    again = desk.writes("Hello?", thread="b", at=FRIDAY + 6.5 * HOUR)
    assert again.pk == threat.pk
    join.merge(threat.pk, calm.pk, by=desk.camille, now=merged_at)

    running = clock_of(calm, "next_reply")
    assert running.started_at == FRIDAY + 6.5 * HOUR
    assert running.target_at == running.started_at + 30 * MINUTE
    ended = clock_of(calm, "first_reply")
    assert (ended.ended_at, ended.policy_version_id) == (FRIDAY + 6 * HOUR, ended_under)
    assert is_proved(merged_at)
