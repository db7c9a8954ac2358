"""Questions about calendars, as people would ask them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comptoir.core.calendars import ALWAYS, Calendar, calendar_from_spec
from comptoir.core.refusals import Refusal

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def hours(**changes: Any) -> Calendar:
    weekly = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in WEEK[:5]}
    return calendar_from_spec({"timezone": "Europe/Paris", "hours": weekly, **changes})


OFFICE = hours()


def test_lunch_is_not_working_time() -> None:
    assert OFFICE.add(paris("2026-03-02 12:00"), HOUR) == paris("2026-03-02 14:00")
    assert OFFICE.elapsed(paris("2026-03-02 09:00"), paris("2026-03-02 18:00")) == 8 * HOUR


def test_deadline_on_closing_time_is_that_closing_time() -> None:
    assert OFFICE.add(paris("2026-03-06 17:00"), HOUR) == paris("2026-03-06 18:00")


def test_nothing_added_while_closed_is_the_next_opening() -> None:
    assert OFFICE.add(paris("2026-03-06 18:00"), timedelta(0)) == paris("2026-03-09 09:00")


def test_closing_moment_is_closed_and_opening_moment_open() -> None:
    assert OFFICE.is_open(paris("2026-03-06 09:00")) is True
    assert OFFICE.is_open(paris("2026-03-06 12:30")) is False


def test_subtract_gives_the_latest_moment() -> None:
    """An hour before Monday 10:00 is Monday 09:00, not Friday's closing."""
    assert OFFICE.subtract(paris("2026-03-09 10:00"), HOUR) == paris("2026-03-09 09:00")
    assert OFFICE.subtract(paris("2026-03-07 12:00"), HOUR) == paris("2026-03-06 17:00")
    assert OFFICE.subtract(paris("2026-03-07 12:00"), timedelta(0)) == paris("2026-03-07 12:00")


def test_elapsed_is_nothing_when_the_end_comes_first() -> None:
    assert OFFICE.elapsed(paris("2026-03-09 10:00"), paris("2026-03-06 10:00")) == timedelta(0)


def test_next_close_is_strictly_after() -> None:
    assert OFFICE.next_close(paris("2026-03-06 12:30")) == paris("2026-03-06 18:00")
    assert OFFICE.next_close(paris("2026-03-06 12:29")) == paris("2026-03-06 12:30")


def test_first_interval_is_cut_at_the_start() -> None:
    found = OFFICE.intervals(paris("2026-03-06 17:00"), 2)

    assert found == [
        (paris("2026-03-06 17:00"), paris("2026-03-06 18:00")),
        (paris("2026-03-09 09:00"), paris("2026-03-09 12:30")),
    ]


def test_touching_intervals_are_one() -> None:
    calendar = hours(
        hours={"mon": [["09:00", "12:00"], ["12:00", "24:00"]], "tue": [["00:00", "02:00"]]}
    )

    assert calendar.next_close(paris("2026-03-02 10:00")) == paris("2026-03-03 02:00")


def test_holiday_is_closed_and_override_opens_it() -> None:
    closed = hours(holidays=["2026-12-24"])
    short = hours(holidays=["2026-12-24"], overrides={"2026-12-24": [["09:00", "12:00"]]})

    assert closed.next_open(paris("2026-12-24 08:00")) == paris("2026-12-25 09:00")
    assert short.next_close(paris("2026-12-24 08:00")) == paris("2026-12-24 12:00")


def test_closure_is_cut_out_of_weekly_hours_and_of_overrides() -> None:
    calendar = hours(
        overrides={"2026-01-06": [["08:00", "20:00"]]},
        closures={"2026-01-05": [["10:00", "11:00"]], "2026-01-06": [["10:00", "11:00"]]},
    )

    assert calendar.elapsed(paris("2026-01-05 00:00"), paris("2026-01-06 00:00")) == 7 * HOUR
    assert calendar.elapsed(paris("2026-01-06 00:00"), paris("2026-01-07 00:00")) == 11 * HOUR


def test_night_shift_belongs_to_the_day_it_starts_on() -> None:
    """A holiday on the 1st takes the shift that starts then, not the one that ends then."""
    night = {day: [["22:00", "06:00"]] for day in WEEK}
    calendar = hours(hours=night, holidays=["2026-01-01"])

    assert calendar.is_open(paris("2026-01-01 05:00")) is True
    assert calendar.is_open(paris("2026-01-01 23:00")) is False
    assert calendar.is_open(paris("2026-01-02 05:00")) is False


def test_closure_at_night_cuts_the_shift_that_began_the_day_before() -> None:
    night = {day: [["22:00", "06:00"]] for day in WEEK}
    calendar = hours(hours=night, closures={"2026-01-02": [["00:00", "02:00"]]})

    assert calendar.elapsed(paris("2026-01-01 20:00"), paris("2026-01-02 08:00")) == 6 * HOUR


@pytest.mark.parametrize(
    ("night_of", "shift", "hours_long"),
    [
        ("2026-03-28 20:00", ["22:00", "06:00"], 7),  # 02:00 to 03:00 is skipped
        ("2026-10-24 20:00", ["22:00", "06:00"], 9),  # 02:00 to 03:00 comes twice
        ("2026-03-28 20:00", ["02:00", "03:00"], 0),
        ("2026-10-24 20:00", ["02:00", "03:00"], 2),
        ("2026-03-28 20:00", ["02:30", "03:30"], 0.5),
        ("2026-10-24 20:00", ["02:30", "03:30"], 1.5),
        ("2026-03-28 20:00", ["09:00", "17:00"], 8),
    ],
)
def test_clock_changes(night_of: str, shift: list[str], hours_long: float) -> None:
    calendar = hours(hours={day: [shift] for day in ("sat", "sun")})
    start = paris(night_of)
    end = start.replace(day=start.day + 1, hour=20)

    open_time = calendar.elapsed(start.astimezone(UTC), end.astimezone(UTC))

    assert open_time == hours_long * HOUR


def test_whole_week_never_closes() -> None:
    calendar = hours(hours={day: [["00:00", "24:00"]] for day in WEEK})

    assert calendar.next_close(paris("2026-03-02 10:00")) is None
    assert calendar.intervals(paris("2026-03-02 10:00"), 3) == [(paris("2026-03-02 10:00"), None)]


def test_whole_week_closes_once_for_a_holiday() -> None:
    calendar = hours(hours={day: [["00:00", "24:00"]] for day in WEEK}, holidays=["2031-01-01"])

    assert calendar.next_close(paris("2026-03-02 10:00")) == paris("2031-01-01 00:00")
    assert calendar.next_close(paris("2031-01-02 10:00")) is None


def test_single_day_never_opens_again() -> None:
    fair = hours(hours={}, overrides={"2026-03-07": [["10:00", "12:00"]]})
    after = paris("2026-03-07 12:00")

    assert fair.next_open(after) is None
    assert fair.next_close(after) is None
    assert fair.intervals(paris("2026-03-01 00:00"), 5) == [
        (paris("2026-03-07 10:00"), paris("2026-03-07 12:00"))
    ]
    with pytest.raises(Refusal, match="only 60 minutes of open time left"):
        fair.add(paris("2026-03-07 11:00"), 2 * HOUR)
    with pytest.raises(Refusal, match="does not open again"):
        fair.add(after, timedelta(0))
    with pytest.raises(Refusal, match="less open time"):
        fair.subtract(after, 3 * HOUR)


def test_negative_length_is_refused() -> None:
    for calendar in (OFFICE, ALWAYS):
        with pytest.raises(Refusal, match="negative"):
            calendar.add(paris("2026-03-02 09:00"), -HOUR)
        with pytest.raises(Refusal, match="negative"):
            calendar.subtract(paris("2026-03-02 09:00"), -HOUR)


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    """The table grows both ways; moments years apart are asked in any order."""
    asked = [paris(f"{year}-06-01 08:00") for year in (2026, 2050, 1971, 2026, 1990)]
    calendar = hours()

    answers = [calendar.add(moment, 40 * HOUR) for moment in asked]

    assert answers == [hours().add(moment, 40 * HOUR) for moment in asked]


def test_very_long_lengths_are_answered_or_refused_quickly() -> None:
    assert OFFICE.add(paris("2026-03-02 09:00"), 100_000 * HOUR).year == 2074
    with pytest.raises(Refusal, match="1900 to 2499"):
        OFFICE.add(paris("2026-03-02 09:00"), 2_000_000 * HOUR)
    with pytest.raises(Refusal, match="1900 to 2499"):
        OFFICE.subtract(paris("2026-03-02 09:00"), 2_000_000 * HOUR)


def test_moment_outside_the_years_that_calendars_know_is_refused() -> None:
    for year in (1850, 2700):
        with pytest.raises(Refusal, match="1900 to 2499"):
            OFFICE.is_open(datetime(year, 1, 1, tzinfo=UTC))


def test_always_counts_every_minute() -> None:
    start = paris("2026-03-28 20:00")

    assert ALWAYS.add(start, 24 * HOUR) == paris("2026-03-29 21:00")
    assert ALWAYS.subtract(start, HOUR) == paris("2026-03-28 19:00")
    assert ALWAYS.elapsed(start, paris("2026-03-29 20:00")) == 23 * HOUR
    assert ALWAYS.is_open(start) is True
    assert ALWAYS.next_open(start) == start
    assert ALWAYS.next_close(start) is None
    assert ALWAYS.intervals(start, 2) == [(start, None)]
