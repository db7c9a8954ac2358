"""Where a ticket stands in the queue, and how loudly its deadline asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.core.clocks.timeline import (
    AMAZON,
    OFFICE,
    at,
    buyer,
    marked,
    only,
    reply,
    said,
    seen,
    status,
)

from comptoir.core.clocks import CaseOpened, Event, Policy
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.core.priority import Lane, Level, Place, queue_place, urgency

SHOP = read_policy({"name": "Shop", "first_reply": {"target_minutes": 240}})


def place(now: str, *events: Event, tier: int = 2, policy: Policy = AMAZON) -> Place | None:
    return queue_place(seen(now, *events, policy=policy).clocks, tier, at(now))


def level(now: str, *events: Event, policy: Policy = AMAZON, **kwargs) -> Level:
    found = urgency(only(seen(now, *events, policy=policy)), at(now), **kwargs)
    assert found is not None
    return found.level


def test_claim_precedes_everything_whatever_the_deadlines() -> None:
    claim = place("Fri 18:00", CaseOpened(at("Fri 17:00"), "c1", due_at=at("Sun 17:00")), tier=0)
    urgent = place("Fri 18:00", buyer("Thu 18:10"))

    assert claim is not None
    assert urgent is not None
    assert claim < urgent


def test_claim_that_waits_on_the_buyer_does_not_stand_in_the_way() -> None:
    assert place("Fri 18:00", buyer("Fri 09:00"), reply("Fri 10:00"), tier=0) is None


def test_next_deadline_orders_the_rest() -> None:
    early = place("Sat 06:00", buyer("Fri 17:40"))
    late = place("Sat 06:00", buyer("Fri 18:40"))
    past_target = place("Sat 08:00", buyer("Fri 17:40"))

    assert early is not None
    assert late is not None
    assert past_target is not None
    assert early < late
    assert [said(p.at) for p in (early, late, past_target)] == [
        "Sat 07:40",
        "Sat 08:40",
        "Sat 17:40",
    ]


def test_what_is_lost_comes_after_what_can_be_saved() -> None:
    lost = place("Mon+1 09:00", buyer("Fri 17:40"))
    saved = place("Mon+1 09:00", buyer("Mon+1 08:00"))

    assert lost is not None
    assert saved is not None
    assert saved < lost
    assert (lost.tier, said(lost.at), lost.reason.code) == (Lane.LOST, "Sat 17:40", "limit_lost")


def test_overdue_ticket_without_limit_keeps_its_target_as_place() -> None:
    found = place("Fri 22:00", buyer("Fri 10:00"), policy=SHOP)

    assert found is not None
    assert (found.tier, said(found.at), found.reason.code) == (
        Lane.IN_TIME,
        "Fri 14:00",
        "overdue",
    )


def test_ticket_without_any_promise_still_has_a_place() -> None:
    found = place("Fri 22:00", buyer("Fri 10:00"), policy=Policy("none"))

    assert found is not None
    assert (said(found.at), found.reason.code) == ("Sat 10:00", "unpromised")


def test_ticket_that_needs_nothing_has_no_place() -> None:
    assert place("Fri 22:00", buyer("Fri 10:00"), marked("Fri 11:00")) is None


def test_resolution_alone_is_not_our_move() -> None:
    policy = read_policy({"resolution": {"target_minutes": 60}})

    assert (
        place(
            "Fri 22:00",
            buyer("Fri 10:00"),
            reply("Fri 10:10"),
            status("Fri 10:10", "waiting_on_buyer"),
            policy=policy,
        )
        is None
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("Fri 18:00", Level.ON_TRACK),
        ("Sat 04:09", Level.ON_TRACK),
        ("Sat 04:10", Level.SOON),
        ("Sat 07:40", Level.SOON),
        ("Sat 07:41", Level.PAST_TARGET),
        ("Sat 15:39", Level.PAST_TARGET),
        ("Sat 15:40", Level.SAVE_NOW),
        ("Sat 17:40", Level.SAVE_NOW),
        ("Sat 17:41", Level.LIMIT_MISSED),
    ],
)
def test_urgency_grows_with_time(now: str, expected: Level) -> None:
    """Amazon, Friday 17:40: target Saturday 07:40, limit 17:40."""
    assert level(now, buyer("Fri 17:40")) is expected


def test_limit_that_nobody_staffed_can_meet_is_to_be_saved_now() -> None:
    """Friday after closing, limit on Saturday evening: nobody is there before it."""
    assert level("Fri 16:59", buyer("Fri 16:40"), staffed=OFFICE) is Level.ON_TRACK
    assert level("Fri 17:00", buyer("Fri 16:40"), staffed=OFFICE) is Level.SAVE_NOW


def test_shares_count_open_time_on_the_targets_calendar() -> None:
    """Four office hours from Friday 16:00 UTC: one is used by Monday 08:00, a quarter."""
    policy = read_policy({"first_reply": {"target_minutes": 240, "target_calendar": "office"}})

    assert (
        level("Mon+1 08:00", buyer("Fri 16:00"), policy=policy, calendar=OFFICE) is Level.ON_TRACK
    )
    assert level("Mon+1 10:00", buyer("Fri 16:00"), policy=policy, calendar=OFFICE) is Level.SOON


def test_planning_deadline_is_never_a_missed_limit() -> None:
    policy = read_policy({"first_reply": {"limit_model": "mean", "limit_minutes": 600}})

    assert level("Fri 19:00", buyer("Fri 10:00"), policy=policy) is Level.SOON
    assert level("Fri 21:00", buyer("Fri 10:00"), policy=policy) is Level.PAST_TARGET


def test_ended_clock_asks_for_nothing() -> None:
    clock = only(seen("Fri 12:00", buyer("Fri 10:00"), reply("Fri 11:00")))

    assert urgency(clock, at("Fri 12:00")) is None


def test_urgency_at_zero_target_is_soon() -> None:
    policy = read_policy({"first_reply": {"target_minutes": 0}})

    clock = only(seen("Fri 10:00", buyer("Fri 10:00"), policy=policy))

    found = urgency(clock, at("Fri 10:00") + timedelta(0))
    assert found is not None
    assert found.level is Level.SOON
