"""Rule of warnings: shares of a deadline, time before it, and the last shift that can answer.

OFFICE is Monday to Friday, 9 to 18 in Paris, which is 8 to 17 in the UTC of these timelines.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.clocks.timeline import (
    AMAZON,
    CALENDARS,
    OFFICE,
    WEEKDAYS,
    applied,
    at,
    buyer,
    only,
    reply,
    said,
    seen,
    status,
)

from comptoir.core.calendars import Calendar, calendar_from_spec
from comptoir.core.clocks import BuyerMessage, CaseOpened, Clock, Event, Policy, evaluate
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.core.clocks.warning import (
    DEFAULTS,
    WarningRule,
    read_warnings,
    recipients_of,
    warnings_of,
)
from comptoir.core.refusals import Refusal

SHARES: list[dict[str, Any]] = [
    {"of": "target", "share": share, "to": ["team"]} for share in (50, 75, 100)
]


def warned(
    clock: Clock,
    policy: Policy = AMAZON,
    *,
    rules: tuple[WarningRule, ...] = DEFAULTS,
    staffed: Calendar | None = OFFICE,
    calendars: Mapping[str, Calendar] = CALENDARS,
) -> list[str]:
    return [
        f"{warning.key} {said(warning.at)}"
        for warning in warnings_of(clock, policy, rules, staffed, calendars)
    ]


def amazon(now: str, *events: Event) -> Clock:
    return only(seen(now, *events))


def test_shares_of_the_limit_two_hours_before_it_and_the_last_shift() -> None:
    """Amazon, Tuesday 08:00: limit Wednesday 08:00, target Tuesday 22:00, shift until 17:00."""
    assert warned(amazon("Tue 08:00", buyer("Tue 08:00"))) == [
        "last_shift Tue 15:00",
        "limit:50 Tue 20:00",
        "target_missed Tue 22:00",
        "limit:75 Wed 02:00",
        "limit:90 Wed 05:36",
        "limit-120 Wed 06:00",
        "limit_missed Wed 08:00",
    ]


def test_last_shift_is_friday_afternoon_for_a_limit_on_sunday() -> None:
    clock = amazon("Fri 14:00", buyer("Fri 14:00"))
    assert said(clock.limit_at or at("Mon 00:00")) == "Sat 14:00"

    assert "last_shift Fri 15:00" in warned(clock)


def test_last_shift_with_less_left_than_two_hours_is_at_once() -> None:
    assert "last_shift Fri 16:20" in warned(amazon("Fri 16:20", buyer("Fri 16:20")))


def test_no_shift_before_the_limit_is_said_at_once() -> None:
    """Amazon, Saturday 12:00: nobody is there before Sunday 12:00."""
    found = warned(amazon("Sat 12:00", buyer("Sat 12:00")))

    assert found[0] == "no_shift Sat 12:00"
    assert not [line for line in found if line.startswith("last_shift")]


def test_last_shift_counts_staffed_minutes_across_a_lunch_break() -> None:
    shifts = [["09:00", "12:00"], ["13:30", "14:30"]]
    hours = calendar_from_spec({"timezone": "UTC", "hours": dict.fromkeys(WEEKDAYS, shifts)})

    assert "last_shift Fri 11:00" in warned(amazon("Fri 08:00", buyer("Fri 08:00")), staffed=hours)


def test_last_shift_for_a_limit_inside_a_shift_is_two_staffed_hours_before_it() -> None:
    """Wednesday 09:00 is the limit; one staffed hour of that day, one of the day before."""
    assert "last_shift Tue 16:00" in warned(amazon("Tue 09:00", buyer("Tue 09:00")))


def test_a_shift_that_begins_at_the_limit_cannot_answer_before_it() -> None:
    assert "last_shift Tue 15:00" in warned(amazon("Tue 08:00", buyer("Tue 08:00")))
    assert "no_shift Sun 08:00" in warned(amazon("Sun 08:00", buyer("Sun 08:00")))


def test_nothing_is_said_of_shifts_without_hours_or_where_it_never_closes() -> None:
    clock = amazon("Sat 12:00", buyer("Sat 12:00"))
    day_and_night = calendar_from_spec(
        {"timezone": "UTC", "hours": {d: [["00:00", "24:00"]] for d in (*WEEKDAYS, "sat", "sun")}}
    )

    assert [line for line in warned(clock, staffed=None) if "shift" in line] == []
    assert [line for line in warned(clock, staffed=day_and_night) if "shift" in line] == []


# working time

FOUR_HOURS = read_policy(
    {"name": "Own site", "first_reply": {"target_minutes": 240, "target_calendar": "office"}}
)


def test_shares_of_a_target_count_open_time() -> None:
    """Friday 15:00, four office hours: two on Friday, two on Monday."""
    clock = only(seen("Fri 15:00", buyer("Fri 15:00"), policy=FOUR_HOURS))

    found = warned(clock, FOUR_HOURS, rules=read_warnings(SHARES))

    assert found == [
        "target:50 Fri 17:00",
        "target:75 Mon+1 09:00",
        "target:100 Mon+1 10:00",
        "target_missed Mon+1 10:00",
    ]


def test_a_target_inside_a_shift_needs_no_warning_of_the_shift() -> None:
    clock = only(seen("Tue 09:00", buyer("Tue 09:00"), policy=FOUR_HOURS))

    assert [line for line in warned(clock, FOUR_HOURS) if "shift" in line] == []


def test_a_target_that_falls_at_night_warns_before_the_shift_ends() -> None:
    policy = read_policy({"name": "Night", "first_reply": {"target_minutes": 600}})
    clock = only(seen("Tue 09:00", buyer("Tue 09:00"), policy=policy))

    assert "last_shift Tue 15:00" in warned(clock, policy)


def test_default_shares_are_of_the_target_where_there_is_no_limit() -> None:
    clock = only(seen("Tue 09:00", buyer("Tue 09:00"), policy=FOUR_HOURS))

    assert warned(clock, FOUR_HOURS) == [
        "target:50 Tue 11:00",
        "target:75 Tue 12:00",
        "target:90 Tue 12:36",
        "target_missed Tue 13:00",
    ]


def test_shares_of_a_target_of_whole_days_count_the_open_hours_until_then() -> None:
    """Three business days from Thursday 10:00: until the end of Tuesday, 34 open hours."""
    policy = read_policy(
        {
            "first_reply": {
                "target_days": 3,
                "target_model": "whole_business_days",
                "target_calendar": "office",
            }
        }
    )
    clock = only(seen("Thu 10:00", buyer("Thu 10:00"), policy=policy))

    half = read_warnings([{"of": "target", "share": 50, "to": ["team"]}])
    assert warned(clock, policy, rules=half, staffed=None)[0] == "target:50 Mon+1 09:00"


# clock changes: a limit in hours is elapsed time, a shift is on the wall


@pytest.mark.parametrize(
    ("wrote", "half", "shift"),
    [
        ("2026-03-28T20:00", "2026-03-29T08:00", "2026-03-29T14:00"),
        ("2026-10-24T20:00", "2026-10-25T08:00", "2026-10-25T15:00"),
    ],
)
def test_clocks_change_between_message_and_limit(wrote: str, half: str, shift: str) -> None:
    """Sunday 9 to 18 in Paris: two hours before 18:00 are 14:00 UTC in summer, 15:00 in winter."""
    sundays = calendar_from_spec(
        {"timezone": "Europe/Paris", "hours": {"sun": [["09:00", "18:00"]]}}
    )
    start = datetime.fromisoformat(wrote).replace(tzinfo=UTC)
    (clock,) = evaluate([BuyerMessage(start, "m1")], AMAZON, CALENDARS, start).clocks

    found = dict(warnings_of(clock, AMAZON, DEFAULTS, sundays, CALENDARS))

    assert f"{found['limit:50']:%Y-%m-%dT%H:%M}" == half
    assert f"{found['last_shift']:%Y-%m-%dT%H:%M}" == shift


# what is not warned of


def test_an_answered_clock_warns_of_nothing() -> None:
    assert warned(amazon("Tue 10:00", buyer("Tue 08:00"), reply("Tue 09:00"))) == []


RESOLUTION = read_policy(
    {"name": "Solve", "resolution": {"target_minutes": 600, "pauses": ["waiting_on_buyer"]}}
)


def test_a_paused_clock_warns_of_nothing() -> None:
    result = seen(
        "Tue 12:00",
        buyer("Tue 08:00"),
        reply("Tue 09:00"),
        status("Tue 09:00", "waiting_on_buyer"),
        policy=RESOLUTION,
    )
    clock = only(result, "resolution")

    assert clock.state == "paused"
    assert warned(clock, RESOLUTION) == []


def test_a_limit_does_not_pause_and_goes_on_warning() -> None:
    policy = read_policy(
        {
            "resolution": {
                "target_minutes": 600,
                "limit_minutes": 1440,
                "pauses": ["waiting_on_buyer"],
            }
        }
    )
    result = seen(
        "Tue 12:00", buyer("Tue 08:00"), status("Tue 09:00", "waiting_on_buyer"), policy=policy
    )

    found = warned(only(result, "resolution"), policy)

    assert "limit_missed Wed 08:00" in found
    assert [line for line in found if line.startswith("target")] == []


def test_shares_after_a_pause_leave_it_out() -> None:
    """Ten hours: one before the pause of a day, so half is reached five hours before the end."""
    result = seen(
        "Wed 10:00",
        buyer("Tue 08:00"),
        status("Tue 09:00", "waiting_on_buyer"),
        buyer("Wed 09:00", "m2"),
        policy=RESOLUTION,
    )
    clock = only(result, "resolution")
    assert said(clock.target_at or at("Mon 00:00")) == "Wed 18:00"

    half = read_warnings([{"of": "target", "share": 50, "to": ["team"]}])
    assert "target:50 Wed 13:00" in warned(clock, RESOLUTION, rules=half)


def test_a_mean_is_to_plan_by_and_never_missed() -> None:
    policy = read_policy({"first_reply": {"limit_minutes": 1440, "limit_model": "mean"}})
    found = warned(only(seen("Tue 08:00", buyer("Tue 08:00"), policy=policy)), policy)

    assert "limit:75 Wed 02:00" in found
    assert not [line for line in found if line.startswith("limit_missed")]


def test_a_target_that_is_the_limit_is_missed_once() -> None:
    policy = read_policy(
        {
            "first_reply": {
                "target_minutes": 540,
                "target_calendar": "office",
                "limit_minutes": 60,
            }
        }
    )
    found = warned(only(seen("Tue 08:00", buyer("Tue 08:00"), policy=policy)), policy)

    assert [line for line in found if "missed" in line] == ["limit_missed Tue 09:00"]


def test_a_share_is_never_before_the_clock_starts() -> None:
    """A limit of an hour: two hours before it, the buyer had not written."""
    policy = read_policy({"first_reply": {"limit_minutes": 60}})
    found = warned(only(seen("Tue 08:00", buyer("Tue 08:00"), policy=policy)), policy)

    assert "limit-120 Tue 08:00" in found


def test_the_day_that_a_channel_names_goes_before_the_rule() -> None:
    """A case opened on Monday 00:00 to be answered by Friday 00:00: half is Wednesday 00:00."""
    policy = read_policy({"case": {"limit_minutes": 60, "limit_calendar": "office"}})
    opened = CaseOpened(at("Mon 00:00"), "c1", due_at=at("Fri 00:00"))
    clock = only(seen("Mon 08:00", opened, policy=policy), "case")

    assert "limit:50 Wed 00:00" in warned(clock, policy)


def test_a_target_for_a_risk_counts_from_when_it_was_seen() -> None:
    usual = read_policy({"name": "usual", "first_reply": {"target_minutes": 840}})
    risky = read_policy(
        {"name": "risky", "first_reply": {"target_minutes": 60, "target_from": "policy_applied"}}
    )
    result = seen(
        "Tue 10:00",
        buyer("Tue 08:00"),
        applied("Tue 08:00", "usual"),
        applied("Tue 10:00", "risky"),
        policy={"usual": usual, "risky": risky},
    )

    half = read_warnings([{"of": "target", "share": 50, "to": ["team"]}])
    assert "target:50 Tue 10:30" in warned(only(result), risky, rules=half)


# the rules themselves


def test_recipients_are_those_of_every_rule_for_the_threshold() -> None:
    rules = read_warnings(
        [
            {"of": "limit", "share": 75, "to": ["assignee"]},
            {"of": "deadline", "share": 75, "to": ["endpoint:3", "assignee"]},
            {"of": "limit", "before_minutes": 30, "to": ["email:duty@maison-perrin.example"]},
            {"of": "last_shift", "to": ["supervisor"]},
        ]
    )

    assert recipients_of(rules, "limit:75") == ("assignee", "endpoint:3")
    assert recipients_of(rules, "target:75") == ("endpoint:3", "assignee")
    assert recipients_of(rules, "limit-30") == ("email:duty@maison-perrin.example",)
    assert recipients_of(rules, "last_shift") == ("supervisor",)
    assert recipients_of(rules, "no_shift") == ("supervisor",)
    assert recipients_of(rules, "limit_missed") == ("assignee", "team", "supervisor")
    assert recipients_of(rules, "limit:60") == ()


def test_default_recipients_grow_with_the_share() -> None:
    assert recipients_of(read_warnings(None), "limit:50") == ("assignee",)
    assert recipients_of(read_warnings(None), "limit:75") == ("assignee", "team")
    assert recipients_of(read_warnings(None), "target:90") == ("assignee", "team", "supervisor")
    assert recipients_of(read_warnings(None), "limit-120") == ("assignee", "team", "supervisor")


def test_an_empty_list_leaves_only_what_is_always_there() -> None:
    clock = amazon("Tue 08:00", buyer("Tue 08:00"))

    assert [line.split()[0] for line in warned(clock, rules=read_warnings([]))] == [
        "last_shift",
        "target_missed",
        "limit_missed",
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("often", '"warnings" must be a list'),
        ([{"share": 75}], '"to" must name somebody, such as assignee, team'),
        ([{"share": 75, "to": []}], '"to" must name somebody, such as assignee, team'),
        ([{"to": ["team"]}], 'a warning has either "share" or "before_minutes"'),
        (
            [{"share": 75, "before_minutes": 5, "to": ["team"]}],
            'a warning has either "share" or "before_minutes"',
        ),
        ([{"share": 0, "to": ["team"]}], '"share" must be a number of percent, 1 to 100'),
        ([{"share": 101, "to": ["team"]}], '"share" must be a number of percent, 1 to 100'),
        ([{"share": True, "to": ["team"]}], '"share" must be a number of percent, 1 to 100'),
        (
            [{"share": float("nan"), "to": ["team"]}],
            '"share" must be a number of percent, 1 to 100',
        ),
        (
            [{"before_minutes": 0, "to": ["team"]}],
            '"before_minutes" must be more than 0 and at most a year',
        ),
        (
            [{"share": 75, "to": ["boss"]}],
            '"to" takes assignee, team, supervisor, endpoint:NUMBER or email:ADDRESS, not boss',
        ),
        (
            [{"of": "last_shift", "share": 75, "to": ["team"]}],
            '"last_shift" comes at its own moment; leave share and minutes out',
        ),
        ([{"of": "luck", "share": 75, "to": ["team"]}], None),
        ([{"shares": 75, "to": ["team"]}], None),
    ],
)
def test_a_wrong_warning_is_refused_by_what_to_change(given: object, says: str | None) -> None:
    with pytest.raises(Refusal) as refusal:
        read_warnings(given)

    assert says is None or str(refusal.value) == says


def test_before_is_plain_time_on_any_calendar() -> None:
    rules = read_warnings([{"of": "target", "before_minutes": 60, "to": ["team"]}])
    clock = only(seen("Fri 15:00", buyer("Fri 15:00"), policy=FOUR_HOURS))

    assert rules[0].before == timedelta(hours=1)
    assert "target-60 Mon+1 09:00" in warned(clock, FOUR_HOURS, rules=rules)


# whatever the start


@given(
    minute=st.integers(0, 60 * 24 * 400),
    target=st.integers(1, 6000),
    limit=st.none() | st.integers(1, 10_000),
)
def test_warnings_lie_between_start_and_deadline_and_grow_with_the_share(
    minute: int, target: int, limit: int | None
) -> None:
    """Any minute of a year and more, both clock changes in it, on office hours and always."""
    rule = {"target_minutes": target, "target_calendar": "office", "limit_minutes": limit}
    policy = read_policy({"first_reply": rule})
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    (clock,) = evaluate([BuyerMessage(start, "m1")], policy, CALENDARS, start).clocks

    found = dict(warnings_of(clock, policy, DEFAULTS, OFFICE, CALENDARS))

    due = clock.limit_at or clock.target_at
    assert due is not None
    assert all(start <= at <= due for at in found.values())
    shares = [at for key, at in found.items() if ":" in key]
    assert shares == sorted(shares)
    assert len(shares) == 3
    assert not {"last_shift", "no_shift"} <= found.keys()
    if limit is not None:
        assert ("no_shift" in found) == (not OFFICE.elapsed(start, due))
