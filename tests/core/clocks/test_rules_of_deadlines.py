"""Rules 6 to 12 of docs/sla.md: calendars, policies, versions, states, explanations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.core.clocks.timeline import (
    AMAZON,
    OFFICE,
    applied,
    at,
    buyer,
    codes,
    marked,
    only,
    reply,
    said_or_none,
    seen,
)

from comptoir.core.calendars import calendar_from_spec
from comptoir.core.clocks import State, check_supply
from comptoir.core.clocks.choosing import (
    Choice,
    Conditions,
    Facts,
    choose_policy,
    refuse_loosened,
)
from comptoir.core.clocks.explain import sentences
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.core.refusals import Refusal

OFFICE_TARGET = read_policy(
    {
        "name": "Amazon Urgent",
        "first_reply": {
            "target_minutes": 240,
            "target_calendar": "office",
            "limit_minutes": 1440,
        },
    }
)


# Rule 6: calendars


def test_rule_06_limits_run_on_always_unless_the_policy_says_otherwise() -> None:
    clock = only(seen("Sat 12:00", buyer("Fri 20:00"), policy=OFFICE_TARGET))

    assert said_or_none(clock.limit_at) == "Sat 20:00"


def test_rule_06_target_later_than_its_limit_on_one_calendar_is_refused() -> None:
    with pytest.raises(Refusal, match="make the target 1440 minutes or less"):
        read_policy({"first_reply": {"target_minutes": 1441, "limit_minutes": 1440}})


def test_rule_06_target_is_the_earlier_of_the_two_and_says_so() -> None:
    """Four office hours from Friday evening would be Monday; Amazon's limit is Saturday."""
    clock = only(seen("Sat 12:00", buyer("Fri 17:40"), policy=OFFICE_TARGET))

    assert said_or_none(clock.target_at) == "Sat 17:40"
    assert "target_after_limit" in codes(clock)


# Rule 7: adding working time (the calendars' own tests walk every minute)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("Sat 12:00", 1, "Mon+1 09:00"),
        ("Fri 16:00", 1, "Fri 17:00"),
        ("Fri 17:00", 0, "Mon+1 08:00"),
        ("Fri 16:00", 0, "Fri 16:00"),
        ("Fri 16:00", 2, "Mon+1 09:00"),
    ],
)
def test_rule_07_start_outside_hours_and_end_at_closing(start: str, hours: int, due: str) -> None:
    """The office closes at 17:00 UTC and opens at 08:00."""
    assert said_or_none(OFFICE.add(at(start), timedelta(hours=hours))) == due


# Rule 8: a calendar that can never supply it


def test_rule_08_calendar_that_can_never_supply_the_minutes_is_refused() -> None:
    fair = calendar_from_spec(
        {"timezone": "Europe/Paris", "overrides": {"2026-03-07": [["10:00", "12:00"]]}}
    )
    policy = read_policy({"first_reply": {"target_minutes": 240, "target_calendar": "fair"}})

    with pytest.raises(Refusal, match="only 120 minutes of open time left"):
        check_supply(policy, {"fair": fair}, now=at("Mon 09:00"))


def test_rule_08_unknown_calendar_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match='no calendar "office"; known are always'):
        check_supply(OFFICE_TARGET, {}, now=at("Mon 09:00"))


# Rule 9: the first policy whose conditions hold


def test_rule_09_first_policy_whose_conditions_hold_applies() -> None:
    policies = [
        ("Claims", Conditions({"risk_tier": frozenset({0})})),
        ("Big orders", Conditions({"country": frozenset({"FR"})}, order_value_at_least=200)),
        ("Amazon", Conditions({"marketplace": frozenset({"amazon"})})),
    ]
    french = {"marketplace": "amazon", "country": "FR", "risk_tier": 2}

    assert choose_policy(policies, Facts(french, order_value=250.0), default="Any") == Choice(
        "Big orders", is_default=False
    )
    assert choose_policy(policies, Facts(french), default="Any").policy == "Amazon"
    assert choose_policy(policies, Facts({"marketplace": "ebay"}), default="Any") == Choice(
        "Any", is_default=True
    )


def test_rule_09_condition_that_can_never_hold_is_refused() -> None:
    with pytest.raises(Refusal, match="can never hold"):
        Conditions({"country": frozenset()})


def test_rule_09_confirmed_limit_can_be_tightened_not_loosened() -> None:
    tighter = read_policy(
        {"first_reply": {"limit_minutes": 720}, "next_reply": {"limit_minutes": 720}}
    )
    looser = read_policy(
        {"first_reply": {"limit_minutes": 2880}, "next_reply": {"limit_minutes": 720}}
    )
    assumed = read_policy({"limit_confirmed": False, "first_reply": {"limit_minutes": 1440}})

    refuse_loosened(AMAZON, tighter)
    refuse_loosened(assumed, looser)
    with pytest.raises(Refusal, match="not longer or dropped"):
        refuse_loosened(AMAZON, looser)
    with pytest.raises(Refusal, match="not longer or dropped"):
        refuse_loosened(AMAZON, read_policy({"first_reply": {"limit_minutes": 720}}))


BOL = {
    "limit_model": "window_hours",
    "limit_minutes": 480,
    "window": {"start": "09:00", "end": "17:00", "days": ["mon", "tue", "wed", "thu", "fri"]},
}


@pytest.mark.parametrize(
    "change",
    [
        {"window": {"start": "09:00", "end": "10:00", "days": ["mon", "tue", "wed", "thu", "fri"]}},
        {"window": {"start": "09:00", "end": "17:00", "days": ["mon"]}},
        {"window": ["09:00", "17:00"]},
        {"limit_confirmed": False},
    ],
)
def test_rule_09_confirmed_limit_is_not_loosened_by_its_window_or_by_doubt(
    change: dict[str, object],
) -> None:
    """Eight hours of one hour a day, or of Mondays only, are eight days or weeks."""
    preset = read_policy({"first_reply": BOL})

    refuse_loosened(preset, read_policy({"first_reply": {**BOL, "limit_minutes": 240}}))
    with pytest.raises(Refusal, match="keep its daily window"):
        refuse_loosened(preset, read_policy({"first_reply": {**BOL, **change}}))


def test_rule_09_order_value_that_is_just_reached_holds() -> None:
    rich = Conditions(order_value_at_least=200)

    assert [rich.hold(Facts(order_value=value)) for value in (199.99, 200.0)] == [False, True]


def test_rule_09_start_stays_when_the_policy_is_chosen_anew() -> None:
    vip = read_policy({"first_reply": {"target_minutes": 240}})

    clock = only(
        seen(
            "Mon 12:00",
            applied("Mon 09:00", "amazon"),
            buyer("Mon 09:00"),
            applied("Mon 11:00", "vip"),
            policy={"amazon": AMAZON, "vip": vip},
        )
    )

    assert said_or_none(clock.target_at) == "Mon 13:00"


def test_rule_09_target_of_minutes_for_a_risk_counts_from_when_it_was_seen() -> None:
    threat = read_policy(
        {
            "first_reply": {
                "target_minutes": 30,
                "target_from": "policy_applied",
                "limit_minutes": 1440,
            }
        }
    )

    clock = only(
        seen(
            "Mon 15:10",
            applied("Mon 09:00", "amazon"),
            buyer("Mon 09:00"),
            applied("Mon 15:00", "threat"),
            policy={"amazon": AMAZON, "threat": threat},
        )
    )

    assert (said_or_none(clock.target_at), said_or_none(clock.limit_at)) == (
        "Mon 15:30",
        "Tue 09:00",
    )


# Rule 10: versions


def test_rule_10_ended_clock_keeps_the_version_under_which_it_ended() -> None:
    versions = {
        "v1": read_policy({"name": "v1", "first_reply": {"limit_minutes": 1440}}),
        "v2": read_policy({"name": "v2", "first_reply": {"limit_minutes": 60}}),
    }
    told = [applied("Mon 08:00", "v1"), buyer("Mon 09:00"), reply("Mon 12:00")]

    answered = only(seen("Tue 09:00", *told, applied("Mon 18:00", "v2"), policy=versions))
    waiting = only(seen("Mon 19:00", *told[:2], applied("Mon 18:00", "v2"), policy=versions))

    assert (answered.policy, answered.state) == ("v1", State.MET)
    assert (waiting.policy, waiting.state) == ("v2", State.BREACHED)


def test_rule_10_unknown_policy_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match='no policy "v3"'):
        seen("Mon 10:00", buyer("Mon 09:00"), applied("Mon 09:30", "v3"))


# Rule 11: states


@pytest.mark.parametrize(
    ("now", "state", "missed"),
    [
        ("Fri 18:00", State.RUNNING, False),
        ("Sat 07:40", State.RUNNING, False),
        ("Sat 07:40:01", State.PAST_TARGET, True),
        ("Sat 17:40", State.PAST_TARGET, True),
        ("Sat 17:40:01", State.BREACHED, True),
    ],
)
def test_rule_11_at_exactly_the_deadline_it_is_still_met(
    now: str, state: State, missed: bool
) -> None:
    waiting = only(seen(now, buyer("Fri 17:40")))
    answered = only(seen("Mon+1 09:00", buyer("Fri 17:40"), reply(now)))

    assert (waiting.state, waiting.target_missed) == (state, missed)
    assert answered.state is (State.MET if state is State.RUNNING else state)
    assert answered.target_missed is missed


def test_rule_11_cancelled_goes_before_breached() -> None:
    clock = only(seen("Mon+1 09:00", buyer("Fri 17:40"), marked("Sun 12:00")))

    assert clock.state is State.CANCELLED


def test_rule_11_next_at_is_the_next_deadline_still_ahead() -> None:
    told = buyer("Fri 17:40")

    moments = [
        said_or_none(only(seen(now, told)).next_at)
        for now in ("Fri 18:00", "Sat 07:40", "Sat 07:41", "Sat 17:41")
    ]

    assert moments == ["Sat 07:40", "Sat 07:40", "Sat 17:40", None]


def test_rule_11_clock_without_target_never_misses_it() -> None:
    policy = read_policy({"first_reply": {"limit_minutes": 60}})

    clock = only(seen("Fri 18:50", buyer("Fri 17:40"), policy=policy))

    assert (clock.state, clock.target_at, clock.target_missed) == (State.BREACHED, None, False)


# Rule 12: explanation


def test_rule_12_explanation_names_what_caused_each_step() -> None:
    clock = only(seen("Sat 12:00", buyer("Fri 17:40"), policy=OFFICE_TARGET))

    assert sentences(clock.explanation) == [
        'policy "Amazon Urgent" applies',
        "buyer wrote Fri 2026-02-27 17:40 UTC",
        "closed on office until Mon 2026-03-02 08:00 UTC",
        "4 h target on office would be Mon 2026-03-02 12:00 UTC;"
        " the limit Sat 2026-02-28 17:40 UTC comes first",
        "24 h limit on always: Sat 2026-02-28 17:40 UTC",
    ]


def test_rule_10_policy_applied_at_the_moment_of_the_reply_comes_after_it() -> None:
    versions = {
        "v1": read_policy({"name": "v1", "first_reply": {"limit_minutes": 1440}}),
        "v2": read_policy({"name": "v2", "first_reply": {"limit_minutes": 60}}),
    }
    told = [applied("Mon 08:00", "v1"), buyer("Mon 09:00"), reply("Mon 12:00")]

    clock = only(seen("Tue 09:00", *told, applied("Mon 12:00", "v2"), policy=versions))

    assert clock.policy == "v1"


def test_rule_06_target_that_equals_its_limit_is_simply_the_target() -> None:
    policy = read_policy({"first_reply": {"target_minutes": 60, "limit_minutes": 60}})

    assert "target_hours" in codes(only(seen("Mon 09:10", buyer("Mon 09:00"), policy=policy)))
