"""The models of a deadline, with the worked examples of the rulebook's README."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.core.clocks.timeline import (
    BuyerMessage,
    buyer,
    codes,
    only,
    reply,
    said_or_none,
    seen,
)

from comptoir.core.calendars import Calendar, calendar_from_spec
from comptoir.core.clocks import Clock, Kind, State, evaluate
from comptoir.core.clocks.deadlines import Start, due_at
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.core.moments import read_moment
from comptoir.core.refusals import Refusal

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def shop(zone: str, **kwargs: Any) -> Calendar:
    hours = {day: [["10:00", "16:00"]] for day in WEEKDAYS}
    return calendar_from_spec({"timezone": zone, "hours": hours, **kwargs})


def due(limit: dict[str, Any], start: str, calendar: Calendar) -> str:
    """Give the limit, as the shop's wall clock shows it, of a message at that wall-clock time."""
    limit = {"limit_calendar": "shop", **limit}
    policy = read_policy({"first_reply": limit})
    deadline = policy.rule(Kind.FIRST_REPLY).limit
    assert deadline is not None
    local = datetime.fromisoformat(start).replace(tzinfo=calendar.zone)
    found = due_at(deadline, Start(local.astimezone(UTC)), {"shop": calendar})
    assert found is not None
    return f"{found.astimezone(calendar.zone):%a %Y-%m-%d %H:%M}"


# hours


@pytest.mark.parametrize(
    ("hours", "expected"), [(24, "Sun 2026-03-08 20:00"), (12, "Sun 2026-03-08 08:00")]
)
def test_hours_run_through_the_weekend(hours: int, expected: str) -> None:
    """Amazon, Saturday 20:00: the limit is Sunday 20:00, the target Sunday 08:00."""
    limit = {"limit_minutes": hours * 60, "limit_calendar": "always"}

    assert due(limit, "2026-03-07 20:00", shop("Europe/Paris")) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-28 20:00", "Sun 2026-03-29 21:00"),
        ("2026-10-24 20:00", "Sun 2026-10-25 19:00"),
    ],
)
def test_hours_are_elapsed_time_when_clocks_change(start: str, expected: str) -> None:
    limit = {"limit_minutes": 1440, "limit_calendar": "always"}

    assert due(limit, start, shop("Europe/Paris")) == expected


def test_hours_on_office_hours_go_on_after_the_weekend() -> None:
    """R46: a message on Friday 16:30, office 9 to 18, 4 h: Monday 11:30."""
    office = calendar_from_spec(
        {"timezone": "Europe/Paris", "hours": {day: [["09:00", "18:00"]] for day in WEEKDAYS}}
    )

    assert due({"limit_minutes": 240}, "2026-02-27 16:30", office) == "Mon 2026-03-02 11:30"


# working_day_hours

KAUFLAND = {"limit_model": "working_day_hours", "limit_minutes": 48 * 60}


def test_working_day_hours_skip_the_weekend() -> None:
    """Kaufland.de, Friday 15:00: Tuesday 15:00, whatever the seller's own hours."""
    assert due(KAUFLAND, "2026-03-06 15:00", shop("Europe/Berlin")) == "Tue 2026-03-10 15:00"


def test_working_day_hours_skip_a_holiday() -> None:
    """With a nationwide German holiday on Monday: Wednesday 15:00."""
    calendar = shop("Europe/Berlin", holidays=["2026-05-25"])

    assert due(KAUFLAND, "2026-05-22 15:00", calendar) == "Wed 2026-05-27 15:00"


def test_working_day_hours_skip_a_day_that_is_closed_altogether() -> None:
    calendar = shop("Europe/Berlin", closures={"2026-03-09": [["10:00", "16:00"]]})

    assert due(KAUFLAND, "2026-03-06 15:00", calendar) == "Wed 2026-03-11 15:00"


def test_working_day_hours_count_a_day_that_opens_late() -> None:
    calendar = shop(
        "Europe/Berlin",
        overrides={"2026-03-07": [["10:00", "12:00"]]},
        closures={"2026-03-09": [["10:00", "11:00"]]},
    )

    assert due(KAUFLAND, "2026-03-06 15:00", calendar) == "Mon 2026-03-09 15:00"


# window_hours

BOL = {"limit_model": "window_hours", "limit_minutes": 480, "window": ["09:00", "17:00"]}


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-06 16:00", "Mon 2026-03-09 16:00"),
        ("2026-03-07 11:00", "Mon 2026-03-09 17:00"),
    ],
)
def test_window_hours_count_inside_the_daily_window(start: str, expected: str) -> None:
    """bol: 8 h within 9 to 17, one used on Friday; from Saturday a whole day."""
    assert due(BOL, start, shop("Europe/Amsterdam")) == expected


def test_window_hours_may_name_their_own_days() -> None:
    limit = {**BOL, "window": {"start": "09:00", "end": "17:00", "days": ["sat", "sun"]}}

    assert due(limit, "2026-03-06 16:00", shop("Europe/Amsterdam")) == "Sat 2026-03-07 17:00"


def test_window_hours_need_no_calendar_but_a_window() -> None:
    limit = {**BOL, "limit_calendar": "always"}

    assert due(limit, "2026-03-07 11:00", shop("UTC")) == "Sun 2026-03-08 11:00"


# whole_business_days

EBAY = {"limit_model": "whole_business_days", "limit_days": 3}


def test_whole_business_days_end_with_the_last_of_them() -> None:
    """Opened on Thursday: Friday, Monday, Tuesday, so the end of Tuesday."""
    assert due(EBAY, "2026-03-05 11:00", shop("Europe/London")) == "Wed 2026-03-11 00:00"


def test_whole_business_days_from_a_weekend_begin_on_monday() -> None:
    assert due(EBAY, "2026-03-07 11:00", shop("Europe/London")) == "Thu 2026-03-12 00:00"


def test_whole_business_days_skip_holidays_and_change_of_clocks() -> None:
    """Good Friday and Easter Monday are none; the clocks change on 29 March."""
    calendar = shop("Europe/London", holidays=["2026-04-03", "2026-04-06"])

    assert due(EBAY, "2026-04-02 23:30", calendar) == "Fri 2026-04-10 00:00"


def test_whole_business_days_need_a_number_of_days() -> None:
    with pytest.raises(Refusal, match="needs a number of days"):
        read_policy({"case": {"limit_model": "whole_business_days", "limit_minutes": 60}})


# fixed_hour_after_weekend

TIKTOK = {"limit_model": "fixed_hour_after_weekend", "limit_minutes": 1440, "hour": 12}


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-07 10:00", "Mon 2026-03-09 12:00"),
        ("2026-03-08 23:59", "Mon 2026-03-09 12:00"),
        ("2026-03-04 10:00", "Thu 2026-03-05 10:00"),
        ("2026-03-06 10:00", "Sat 2026-03-07 10:00"),
    ],
)
def test_fixed_hour_holds_for_weekend_messages_only(start: str, expected: str) -> None:
    """TikTok Shop US: Saturday 10:00 is due on Monday 12:00, local time of the shop."""
    assert due(TIKTOK, start, shop("America/New_York")) == expected


# send_window

META = read_policy({"first_reply": {"limit_model": "send_window", "limit_minutes": 1440}})


def test_send_window_counts_from_the_latest_message() -> None:
    """Each message opens the window anew, while the clock counts from the oldest."""
    clock = only(seen("Fri 20:00", buyer("Fri 10:00", "m1"), buyer("Fri 19:00", "m2"), policy=META))

    assert (said_or_none(clock.started_at), said_or_none(clock.limit_at)) == (
        "Fri 10:00",
        "Sat 19:00",
    )


def test_send_window_for_a_human_is_seven_days() -> None:
    policy = read_policy({"first_reply": {"limit_model": "send_window", "limit_minutes": 7 * 1440}})

    assert said_or_none(only(seen("Fri 20:00", buyer("Fri 10:00"), policy=policy)).limit_at) == (
        "Fri+1 10:00"
    )


# mean

MIRAKL = read_policy(
    {"first_reply": {"target_minutes": 720, "limit_model": "mean", "limit_minutes": 1440}}
)


def test_mean_is_a_planning_deadline_and_never_a_breach() -> None:
    result = seen("Sun 10:00", buyer("Fri 10:00"), policy=MIRAKL)

    clock = only(result)
    assert (said_or_none(clock.limit_at), clock.state) == ("Sat 10:00", State.PAST_TARGET)
    assert clock.limit_is_planning is True
    assert result.messages[0].within_limit is None


def test_mean_without_target_is_past_it_after_the_planning_deadline() -> None:
    policy = read_policy({"first_reply": {"limit_model": "mean", "limit_minutes": 1440}})

    states = [
        only(seen(now, buyer("Fri 10:00"), policy=policy)).state
        for now in ("Sat 10:00", "Sat 10:01")
    ]

    assert states == [State.RUNNING, State.PAST_TARGET]


# given


def given(due_text: str | None, limit: dict[str, Any]) -> Clock:
    policy = read_policy({"first_reply": {"limit_model": "given", **limit}})
    message = BuyerMessage(
        read_moment("2026-03-02T09:00:00Z"),
        "m1",
        due_at=read_moment(due_text) if due_text else None,
    )
    return only(evaluate([message], policy, {}, read_moment("2026-03-02T10:00:00Z")))


def test_given_takes_the_day_the_channel_names() -> None:
    clock = given("2026-03-05T23:59:59Z", {"limit_minutes": 60})

    assert clock.limit_at == read_moment("2026-03-05T23:59:59Z")


def test_given_falls_back_on_minutes_where_no_day_is_named() -> None:
    clock = given(None, {"limit_minutes": 120})

    assert clock.limit_at == clock.started_at + timedelta(hours=2)


def test_given_without_day_or_minutes_has_no_limit_and_says_so() -> None:
    clock = given(None, {})

    assert (clock.limit_at, clock.state) == (None, State.RUNNING)
    assert "limit_not_named" in codes(clock)


# The unit that is measured


def test_first_answer_alone_is_measured_where_the_rulebook_says_so() -> None:
    """Etsy, Kaufland, bol: the second message of a ticket has no limit."""
    limits = {"limit_minutes": 1440}
    policy = read_policy({"measured": "first_answer", "first_reply": limits, "next_reply": limits})

    result = seen(
        "Sun 12:00",
        buyer("Fri 09:00", "m1"),
        buyer("Fri 10:00", "m2"),
        reply("Fri 12:00"),
        buyer("Fri 13:00", "m3"),
        policy=policy,
    )

    assert [said_or_none(clock.limit_at) for clock in result.clocks] == ["Sat 09:00", None]
    assert [message.within_limit for message in result.messages] == [True, None, None]
    assert "limit_not_measured" in codes(result.clocks[1])


def test_assumed_limit_is_shown_as_such() -> None:
    policy = read_policy({"limit_confirmed": False, "first_reply": {"limit_minutes": 1440}})

    clock = only(seen("Fri 12:00", buyer("Fri 09:00"), policy=policy))

    assert clock.limit_confirmed is False
    assert "limit_assumed" in codes(clock)
