"""Rule 5 of docs/sla.md: from the first buyer message until the ticket is solved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.core.clocks.timeline import (
    at,
    buyer,
    codes,
    marked,
    only,
    reply,
    said_or_none,
    seen,
    status,
)

from comptoir.core.clocks import Clock, Event, State
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.core.refusals import Refusal

WAITS = {"pauses": ["waiting_on_buyer", "waiting_on_marketplace"]}
TEN_HOURS = read_policy({"name": "Shop", "resolution": {"target_minutes": 600, **WAITS}})
IN_OFFICE = read_policy(
    {"resolution": {"target_minutes": 600, "target_calendar": "office", **WAITS}}
)
LIMITED = read_policy({"resolution": {"target_minutes": 600, "limit_minutes": 1440, **WAITS}})
HOUR = timedelta(hours=1)


def resolution(now: str, *events: Event, policy=TEN_HOURS) -> Clock:
    return only(seen(now, *events, policy=policy), "resolution")


def test_rule_05_resolution_runs_from_first_message_until_solved() -> None:
    told = [buyer("Mon 09:00"), reply("Mon 10:00"), buyer("Mon 11:00", "m2"), reply("Mon 12:00")]

    running = resolution("Mon 13:00", *told)
    solved = resolution("Tue 13:00", *told, status("Mon 14:00", "solved"))

    assert (running.state, said_or_none(running.target_at)) == (State.RUNNING, "Mon 19:00")
    assert (solved.state, solved.elapsed) == (State.MET, 5 * HOUR)


def test_rule_05_resolution_starts_only_where_the_policy_promises_it() -> None:
    policy = read_policy({"first_reply": {"limit_minutes": 1440}})

    assert [c.kind for c in seen("Mon 10:00", buyer("Mon 09:00"), policy=policy).clocks] == [
        "first_reply"
    ]


def test_rule_05_paused_clock_has_no_due_time_but_keeps_its_minutes() -> None:
    told = [buyer("Mon 09:00"), reply("Mon 13:00"), status("Mon 13:00", "waiting_on_buyer")]

    paused = resolution("Thu 12:00", *told)

    assert (paused.state, paused.target_at, paused.next_at) == (State.PAUSED, None, None)
    assert (paused.business, paused.elapsed) == (4 * HOUR, 75 * HOUR)
    assert paused.target_missed is False


def test_rule_05_buyer_message_ends_the_pause() -> None:
    """Four of ten hours were used; six are left from the buyer's answer on."""
    told = [buyer("Mon 09:00"), reply("Mon 13:00"), status("Mon 13:00", "waiting_on_buyer")]

    resumed = resolution("Thu 13:00", *told, buyer("Thu 12:00", "m2"))

    assert (resumed.state, said_or_none(resumed.target_at)) == (State.RUNNING, "Thu 18:00")
    assert "resumed" in codes(resumed)


def test_rule_05_waiting_does_not_pause_where_the_policy_says_nothing() -> None:
    policy = read_policy({"resolution": {"target_minutes": 600}})

    clock = resolution(
        "Mon 15:00", buyer("Mon 09:00"), status("Mon 10:00", "waiting_on_buyer"), policy=policy
    )

    assert (clock.state, said_or_none(clock.target_at)) == (State.RUNNING, "Mon 19:00")


def test_rule_05_waiting_internally_never_pauses() -> None:
    clock = resolution("Mon 15:00", buyer("Mon 09:00"), status("Mon 10:00", "waiting_internally"))

    assert clock.state is State.RUNNING
    with pytest.raises(Refusal, match="waiting_internally"):
        read_policy({"resolution": {"pauses": ["waiting_internally"]}})


def test_rule_05_limit_of_a_marketplace_never_pauses() -> None:
    told = [buyer("Mon 09:00"), status("Mon 10:00", "waiting_on_buyer")]

    before = resolution("Tue 09:00", *told, policy=LIMITED)
    after = resolution("Tue 09:01", *told, policy=LIMITED)

    assert (before.state, said_or_none(before.limit_at)) == (State.PAUSED, "Tue 09:00")
    assert after.state is State.BREACHED


def test_rule_05_reopened_ticket_goes_on_without_the_solved_time() -> None:
    told = [
        buyer("Mon 09:00"),
        reply("Mon 10:00"),
        status("Mon 12:00", "solved"),
        status("Thu 12:00", "open"),
    ]

    clock = resolution("Thu 14:00", *told)
    again = resolution("Fri 14:00", *told, status("Thu 15:00", "solved"))

    assert (clock.state, said_or_none(clock.target_at)) == (State.RUNNING, "Thu 19:00")
    assert (clock.elapsed, clock.business) == (5 * HOUR, 5 * HOUR)
    assert (again.state, again.elapsed, said_or_none(again.ended_at)) == (
        State.MET,
        6 * HOUR,
        "Thu 15:00",
    )


def test_rule_05_buyer_message_reopens_a_solved_ticket() -> None:
    told = [buyer("Mon 09:00"), reply("Mon 10:00"), status("Mon 12:00", "solved")]

    clock = resolution("Thu 14:00", *told, buyer("Thu 12:00", "m2"))

    assert (clock.ended_at, said_or_none(clock.target_at)) == (None, "Thu 19:00")


def test_rule_05_what_was_missed_before_a_pause_stays_missed() -> None:
    told = [buyer("Mon 09:00"), status("Mon 20:00", "waiting_on_buyer")]

    clock = resolution("Tue 09:00", *told)

    assert (clock.state, clock.target_missed) == (State.PAST_TARGET, True)
    assert said_or_none(clock.target_at) == "Mon 19:00"


def test_rule_05_pause_at_the_very_deadline_is_not_yet_a_miss() -> None:
    told = [buyer("Mon 09:00"), status("Mon 19:00", "waiting_on_buyer")]

    paused = resolution("Tue 09:00", *told)
    resumed = resolution("Tue 10:01", *told, buyer("Tue 10:00", "m2"))

    assert (paused.state, paused.target_missed) == (State.PAUSED, False)
    assert (resumed.state, said_or_none(resumed.target_at)) == (State.PAST_TARGET, "Tue 10:00")


def test_rule_05_ticket_solved_out_of_a_pause_met_its_target() -> None:
    clock = resolution(
        "Fri 09:00",
        buyer("Mon 09:00"),
        status("Mon 10:00", "waiting_on_buyer"),
        status("Thu 10:00", "solved"),
    )

    assert (clock.state, clock.target_missed, clock.business) == (State.MET, False, HOUR)


def test_rule_05_target_counts_office_hours_across_pause_and_night() -> None:
    """Opens 08:00 UTC (09:00 in Paris): 9 h on Monday, paused at night, 1 h left on Wednesday."""
    told = [
        buyer("Mon 06:00"),
        status("Mon 17:30", "waiting_on_buyer"),
        buyer("Wed 05:00", "m2"),
    ]

    clock = resolution("Wed 07:00", *told, policy=IN_OFFICE)

    assert (said_or_none(clock.target_at), clock.business) == ("Wed 09:00", 9 * HOUR)


def test_rule_05_first_message_taken_out_starts_the_next_one() -> None:
    clock = resolution(
        "Tue 12:00", buyer("Mon 09:00"), marked("Mon 10:00"), buyer("Tue 09:00", "m2")
    )

    assert said_or_none(clock.started_at) == "Tue 09:00"


def test_rule_05_all_messages_taken_out_cancel_it() -> None:
    clock = resolution("Tue 12:00", buyer("Mon 09:00"), marked("Mon 10:00"))

    assert (clock.state, clock.ended_at) == (State.CANCELLED, at("Mon 10:00"))


def test_rule_05_same_status_twice_changes_nothing() -> None:
    told = [buyer("Mon 09:00"), status("Mon 13:00", "waiting_on_buyer")]

    once = resolution("Thu 12:00", *told)
    twice = resolution("Thu 12:00", *told, status("Tue 13:00", "waiting_on_buyer"))

    assert once == twice


def test_rule_05_solved_at_the_very_closing_time_keeps_that_due_time() -> None:
    """Ten office hours from Monday 16:00 UTC end on Tuesday at closing, 17:00."""
    clock = resolution(
        "Wed 09:00", buyer("Mon 16:00"), status("Tue 17:00", "solved"), policy=IN_OFFICE
    )

    assert (clock.state, said_or_none(clock.target_at)) == (State.MET, "Tue 17:00")
