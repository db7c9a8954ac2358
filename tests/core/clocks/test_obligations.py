"""Return decisions, cases and promises: one event starts them, another ends them."""

from __future__ import annotations

from datetime import datetime

from tests.core.clocks.timeline import at, buyer, lines, only, reply, said_or_none, seen

from comptoir.core.clocks import (
    CaseAnswered,
    CaseOpened,
    PromiseKept,
    PromiseMade,
    ReturnDecided,
    ReturnRequested,
    State,
)
from comptoir.core.clocks.policy_specs import read_policy

POLICY = read_policy(
    {
        "name": "Amazon Urgent",
        "first_reply": {"limit_minutes": 1440},
        "return_decision": {"target_minutes": 1440, "limit_minutes": 2880},
        "case": {"target_minutes": 60, "limit_minutes": 2880},
    }
)


def case(when: str, id_: str = "c1", *, due: str | None = None) -> CaseOpened:
    return CaseOpened(at(when), id_, due_at=at(due) if due else None)


def test_case_counts_its_own_limit_and_target() -> None:
    clock = only(seen("Mon 10:30", case("Mon 10:00"), policy=POLICY))

    assert (said_or_none(clock.target_at), said_or_none(clock.limit_at)) == (
        "Mon 11:00",
        "Wed 10:00",
    )


def test_case_is_not_answered_by_a_reply_to_the_buyer() -> None:
    result = seen(
        "Mon 13:00", buyer("Mon 10:00"), case("Mon 10:30"), reply("Mon 12:00"), policy=POLICY
    )

    assert lines(result) == [
        ("first_reply", "Mon 10:00", "Mon 12:00", "met"),
        ("case", "Mon 10:30", None, "past_target"),
    ]


def test_case_ends_when_it_is_answered_at_the_marketplace() -> None:
    result = seen(
        "Mon 13:00", case("Mon 10:00"), CaseAnswered(at("Mon 10:40"), "c1"), policy=POLICY
    )

    assert lines(result) == [("case", "Mon 10:00", "Mon 10:40", "met")]


def test_case_day_that_the_channel_names_goes_before_our_rule() -> None:
    """Amazon's claim mail says three days; the help page said two."""
    clock = only(seen("Wed 12:00", case("Mon 10:00", due="Thu 10:00"), policy=POLICY))

    assert said_or_none(clock.limit_at) == "Thu 10:00"
    assert clock.limit_confirmed is True


def test_case_told_again_takes_the_newly_named_day() -> None:
    result = seen("Mon 12:00", case("Mon 10:00"), case("Mon 11:00", due="Fri 10:00"), policy=POLICY)

    assert said_or_none(only(result).limit_at) == "Fri 10:00"


def test_case_opened_again_after_its_answer_is_a_new_clock() -> None:
    result = seen(
        "Wed 12:00",
        case("Mon 10:00"),
        CaseAnswered(at("Mon 10:40"), "c1"),
        case("Wed 11:30"),
        policy=POLICY,
    )

    assert lines(result) == [
        ("case", "Mon 10:00", "Mon 10:40", "met"),
        ("case", "Wed 11:30", None, "running"),
    ]


def test_two_cases_end_each_by_their_own_answer() -> None:
    result = seen(
        "Mon 10:50",
        case("Mon 10:00", "c1"),
        case("Mon 10:10", "c2"),
        CaseAnswered(at("Mon 10:40"), "c2"),
        policy=POLICY,
    )

    assert [(c.subject, said_or_none(c.ended_at)) for c in result.clocks] == [
        ("c1", None),
        ("c2", "Mon 10:40"),
    ]


def test_case_without_any_rule_still_has_its_clock() -> None:
    clock = only(seen("Mon 12:00", case("Mon 10:00"), policy=read_policy({"name": "none"})))

    assert (clock.state, clock.target_at, clock.limit_at) == (State.RUNNING, None, None)


def test_return_is_decided_in_time() -> None:
    result = seen(
        "Wed 10:00",
        ReturnRequested(at("Mon 09:00")),
        ReturnDecided(at("Tue 12:00")),
        policy=POLICY,
    )

    assert lines(result) == [("return_decision", "Mon 09:00", "Tue 12:00", "past_target")]


def test_return_limit_named_by_the_channel() -> None:
    """eBay's respondByDate."""
    event = ReturnRequested(at("Mon 09:00"), "ret-1", due_at=at("Thu 23:59"))

    assert said_or_none(only(seen("Mon 10:00", event, policy=POLICY)).limit_at) == "Thu 23:59"


def test_promise_has_a_target_and_no_limit() -> None:
    promise = PromiseMade(at("Mon 09:00"), due_at=at("Mon 17:00"))

    open_ = only(seen("Mon 17:01", promise, policy=POLICY))
    kept = only(seen("Tue 09:00", promise, PromiseKept(at("Mon 16:00")), policy=POLICY))

    assert (open_.state, said_or_none(open_.target_at), open_.limit_at) == (
        State.PAST_TARGET,
        "Mon 17:00",
        None,
    )
    assert kept.state is State.MET


def test_promise_is_not_kept_by_time_going_by() -> None:
    promise = PromiseMade(at("Mon 09:00"), due_at=at("Mon 17:00"))

    assert said_or_none(only(seen("Mon 12:00", promise, policy=POLICY)).next_at) == "Mon 17:00"


def test_moments_of_clocks_are_utc() -> None:
    clock = only(seen("Mon 12:00", case("Mon 10:00"), policy=POLICY))

    moments: list[datetime | None] = [clock.started_at, clock.target_at, clock.limit_at]
    assert [moment.tzname() for moment in moments if moment] == ["UTC"] * 3
