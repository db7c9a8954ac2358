"""The fewest extra hours that reach a wanted share, compared with trying everything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.core.calendars import Calendar, calendar_from_spec
from comptoir.core.clocks.policies import Deadline, Model
from comptoir.core.coverage import coverage
from comptoir.core.extra_hours import fewest_hours
from comptoir.core.refusals import Refusal

NOW = datetime(2026, 3, 20, tzinfo=UTC)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAYS = WEEKDAYS[:5]
A_DAY = Deadline(length=timedelta(hours=24))


def office() -> dict[str, Any]:
    """Write Monday to Friday, nine to five."""
    return {"timezone": "Europe/Paris", "hours": {day: [["09:00", "17:00"]] for day in WORKDAYS}}


def named(hours: tuple[int, ...]) -> list[str]:
    """Write hours of the week as a person would."""
    return [f"{WEEKDAYS[hour // 24]} {hour % 24:02}" for hour in hours]


def with_hours(spec: dict[str, Any], hours: tuple[int, ...]) -> Calendar:
    """Open the calendar in those hours too, by overlapping weeks laid over each other."""
    minutes = {h * 60 + m for h in hours for m in range(60)}
    for day, pairs in spec["hours"].items():
        for start, end in pairs:
            first = WEEKDAYS.index(day) * 1440 + int(start[:2]) * 60 + int(start[3:])
            last = WEEKDAYS.index(day) * 1440 + int(end[:2]) * 60 + int(end[3:])
            minutes |= {m % 10_080 for m in range(first, last if last > first else last + 1440)}
    made: dict[str, list[list[str]]] = {day: [] for day in WEEKDAYS}
    for minute in sorted(minutes):
        if minute - 1 in minutes and minute % 1440:
            continue
        end = minute
        while end in minutes and end // 1440 == minute // 1440:
            end += 1
        last = end - minute // 1440 * 1440
        made[WEEKDAYS[minute // 1440]].append(
            [f"{minute % 1440 // 60:02}:{minute % 60:02}", f"{last // 60:02}:{last % 60:02}"]
        )
    return calendar_from_spec({**spec, "hours": made})


def test_one_hour_on_saturday_and_one_on_sunday_reach_everything() -> None:
    plan = fewest_hours(calendar_from_spec(office()), A_DAY, {}, near=NOW, wanted_share=1)

    assert plan is not None
    assert named(plan.hours) == ["sat 09", "sun 09"]
    assert plan.share == 1.0


def test_what_the_plan_says_is_what_the_calendar_then_gives() -> None:
    spec = office()
    deadline = Deadline(length=timedelta(hours=9, minutes=30))

    for wanted in (0.7, 0.85, 0.95, 1):
        plan = fewest_hours(calendar_from_spec(spec), deadline, {}, near=NOW, wanted_share=wanted)
        assert plan is not None
        after = coverage(with_hours(spec, plan.hours), deadline, {}, near=NOW)
        assert after is not None
        assert after.share == pytest.approx(plan.share)
        assert plan.share >= wanted


def test_nothing_is_added_where_the_share_is_reached_already() -> None:
    plan = fewest_hours(calendar_from_spec(office()), A_DAY, {}, near=NOW, wanted_share=0.76)

    assert plan is not None
    assert plan.hours == ()
    assert plan.share == pytest.approx(128 / 168)


def test_the_best_two_hours_need_not_hold_the_best_one() -> None:
    """Messages on Saturday at 0, 6, 12 and 18 o'clock, 8 hours each: one hour saves at most two
    neighbours, and best those of 6 and 12 o'clock; two hours save all, at other times.
    """
    arrivals = [0] * 672
    saturday = 5 * 24
    for hour, weight in ((0, 2), (6, 3), (12, 3), (18, 2)):
        arrivals[(saturday + hour) * 4] = weight
    calendar = calendar_from_spec(office())
    deadline = Deadline(length=timedelta(hours=8))

    def plan(wanted: float) -> list[str]:
        found = fewest_hours(
            calendar, deadline, {}, near=NOW, wanted_share=wanted, arrivals=arrivals
        )
        assert found is not None
        return named(found.hours)

    best_of_one, best_of_two = plan(0.6), plan(1)

    assert best_of_one == ["sat 12"]
    assert best_of_two == ["sat 08", "sat 18"]
    assert set(best_of_one).isdisjoint(best_of_two)


def test_an_empty_week_needs_an_hour_a_day_for_24_hours() -> None:
    """25 hours are covered by one: 168 hours need seven."""
    never = calendar_from_spec(
        {"timezone": "Europe/Paris", "overrides": {"2027-01-04": [["09:00", "10:00"]]}}
    )

    plan = fewest_hours(never, A_DAY, {}, near=NOW, wanted_share=1)

    assert plan is not None
    assert named(plan.hours) == [f"{day} 09" for day in WEEKDAYS]


def test_a_day_that_the_channel_names_needs_no_hours() -> None:
    calendar = calendar_from_spec(office())

    deadline = Deadline(model=Model.GIVEN)
    assert fewest_hours(calendar, deadline, {}, near=NOW, wanted_share=1) is None


@pytest.mark.parametrize("wanted", [0, -0.1, 1.01])
def test_a_share_that_cannot_be_wanted_is_refused(wanted: float) -> None:
    with pytest.raises(Refusal, match="at most 1"):
        fewest_hours(calendar_from_spec(office()), A_DAY, {}, near=NOW, wanted_share=wanted)


@st.composite
def desks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw weekly hours on a few days, odd minutes and nights included."""
    hours: dict[str, list[list[str]]] = {}
    for day in draw(st.lists(st.sampled_from(WEEKDAYS), unique=True, max_size=4)):
        start = draw(st.integers(40, 95)) * 15
        end = (start + draw(st.integers(1, 40)) * 15) % 1440
        hours[day] = [[f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}"]]
    return {"timezone": "Europe/Paris", "hours": hours}


def stretches(
    spec: dict[str, Any], quarters: dict[int, int], length_quarters: int
) -> list[tuple[int, set[int]]]:
    """Give (weight, hours that would save it) of what is lost, quarter by quarter."""
    staffed: set[int] = set()
    for day, pairs in spec["hours"].items():
        for start, end in pairs:
            first = WEEKDAYS.index(day) * 96 + int(start[:2]) * 4 + int(start[3:]) // 15
            last = WEEKDAYS.index(day) * 96 + int(end[:2]) * 4 + int(end[3:]) // 15
            staffed |= {q % 672 for q in range(first, last if last > first else last + 96)}
    found = []
    for quarter, weight in quarters.items():
        in_time = {(quarter + n) % 672 for n in range(length_quarters + 1)}
        if not in_time & staffed:
            found.append((weight, {q // 4 for q in in_time}))
    return found


def fewest_by_trying(lost: list[tuple[int, set[int]]], allowed: int) -> int:
    """Try every set of hours, those alike only once."""
    kinds = {frozenset(i for i, (_, hours) in enumerate(lost) if hour in hours): hour
             for hour in range(168)}  # fmt: skip
    saving = [kind for kind in kinds if kind and not any(kind < other for other in kinds)]
    for count in range(len(saving) + 1):
        for chosen in combinations(saving, count):
            saved = frozenset().union(*chosen)
            if sum(weight for i, (weight, _) in enumerate(lost) if i not in saved) <= allowed:
                return count
    raise AssertionError


@settings(max_examples=150, deadline=None)
@given(
    desks(),
    st.dictionaries(st.integers(0, 671), st.integers(1, 9), min_size=1, max_size=11),
    st.integers(1, 200),
    st.sampled_from([0.3, 0.5, 0.75, 0.9, 1]),
)
def test_no_fewer_hours_would_do(
    spec: dict[str, Any], quarters: dict[int, int], length_quarters: int, wanted: float
) -> None:
    stored = spec | {"overrides": {"2027-01-04": [["09:00", "10:00"]]}}
    arrivals = [quarters.get(i, 0) for i in range(672)]
    total = sum(arrivals)

    plan = fewest_hours(
        calendar_from_spec(stored),
        Deadline(length=timedelta(minutes=15 * length_quarters)),
        {},
        near=NOW,
        wanted_share=wanted,
        arrivals=arrivals,
    )

    lost = stretches(spec, quarters, length_quarters)
    assert plan is not None
    left = sum(weight for weight, hours in lost if not hours & set(plan.hours))
    assert plan.share == pytest.approx(1 - left / total)
    assert plan.share >= wanted - 1e-9
    assert len(plan.hours) == fewest_by_trying(lost, int(total * (1 - wanted) + 1e-9))


def least_lost_by_trying(lost: list[tuple[int, set[int]]], count: int) -> int:
    """Try every set of so many hours, those alike only once."""
    kinds = {
        frozenset(i for i, (_, hours) in enumerate(lost) if hour in hours) for hour in range(168)
    }
    saving = [kind for kind in kinds if kind and not any(kind < other for other in kinds)]
    total = sum(weight for weight, _ in lost)
    return min(
        total - sum(lost[i][0] for i in frozenset().union(*chosen))
        for chosen in combinations(saving, min(count, len(saving)))
    )


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.integers(0, 671), st.integers(1, 9), min_size=7, max_size=11),
    st.integers(60, 260),
    st.sampled_from([0.4, 0.6, 0.8, 0.9, 1]),
)
def test_no_fewer_hours_would_do_in_a_week_that_is_a_ring(
    quarters: dict[int, int], length_quarters: int, wanted: float
) -> None:
    """Nothing is staffed and the deadlines are long: stretches lie around the whole week."""
    never = {"timezone": "Europe/Paris", "hours": {}}
    total = sum(quarters.values())

    plan = fewest_hours(
        calendar_from_spec(never | {"overrides": {"2027-01-04": [["09:00", "10:00"]]}}),
        Deadline(length=timedelta(minutes=15 * length_quarters)),
        {},
        near=NOW,
        wanted_share=wanted,
        arrivals=[quarters.get(i, 0) for i in range(672)],
    )

    lost = stretches(never, quarters, length_quarters)
    assert plan is not None
    left = sum(weight for weight, hours in lost if not hours & set(plan.hours))
    assert plan.share == pytest.approx(1 - left / total)
    assert len(plan.hours) == fewest_by_trying(lost, int(total * (1 - wanted) + 1e-9))
    assert left == least_lost_by_trying(lost, len(plan.hours))
