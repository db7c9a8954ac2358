"""Coverage: the best share anybody could answer in time with the staffed hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.calendars.oracle import Oracle

from comptoir.core.calendars import ALWAYS, calendar_from_spec
from comptoir.core.clocks.deadlines import Start, due_at
from comptoir.core.clocks.policies import Deadline, Model
from comptoir.core.coverage import EVENLY, Span, coverage, usual_monday
from comptoir.core.refusals import Refusal

NOW = datetime(2026, 3, 20, tzinfo=UTC)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
WEEKDAYS = (*WORKDAYS, "sat", "sun")
A_DAY = Deadline(length=timedelta(hours=24))


def office(
    start: str = "09:00", end: str = "17:00", zone: str = "Europe/Paris", **more: Any
) -> dict[str, Any]:
    """Write Monday to Friday, the same hours each day."""
    return {"timezone": zone, "hours": {day: [[start, end]] for day in WORKDAYS}, **more}


def test_monday_to_friday_nine_to_five_answers_at_most_76_2_percent_within_24_hours() -> None:
    found = coverage(calendar_from_spec(office()), A_DAY, {}, near=NOW)

    assert found is not None
    assert found.share == pytest.approx(128 / 168)
    assert f"{found.share:.1%}" == "76.2%"


def test_the_lost_ones_arrive_from_friday_17_to_sunday_9() -> None:
    found = coverage(calendar_from_spec(office()), A_DAY, {}, near=NOW)

    friday_17, sunday_9 = 4 * 1440 + 17 * 60, 6 * 1440 + 9 * 60
    assert found is not None
    assert found.lost == (Span(friday_17, sunday_9, pytest.approx(40 / 168)),)


def test_one_hour_on_saturday_and_one_on_sunday_make_it_all() -> None:
    spec = office()
    spec["hours"] |= {"sat": [["10:00", "11:00"]], "sun": [["10:00", "11:00"]]}

    found = coverage(calendar_from_spec(spec), A_DAY, {}, near=NOW)

    assert found == (1.0, ())


def test_messages_weigh_as_often_as_they_arrive() -> None:
    saturday_noon = (5 * 1440 + 12 * 60) // 15
    monday_ten = 10 * 4
    arrivals = [0] * 672
    arrivals[saturday_noon], arrivals[monday_ten] = 1, 3

    found = coverage(calendar_from_spec(office()), A_DAY, {}, near=NOW, arrivals=arrivals)

    assert found is not None
    assert found.share == pytest.approx(0.75)
    assert found.lost == (Span(6780, 9180, pytest.approx(0.25)),)


def test_a_deadline_counted_on_the_staffed_hours_can_always_be_met() -> None:
    calendar = calendar_from_spec(office())
    on_office = Deadline(length=timedelta(hours=4), calendar="office")

    assert coverage(calendar, on_office, {"office": calendar}, near=NOW) == (1.0, ())


def test_hours_on_working_days_of_the_storefront_reach_over_the_week_end() -> None:
    """Kaufland: 48 hours of working days; what comes on Friday evening is due on Tuesday."""
    storefront = calendar_from_spec(office("00:00", "24:00", zone="Europe/Berlin"))
    deadline = Deadline(
        model=Model.WORKING_DAY_HOURS, length=timedelta(hours=48), calendar="storefront"
    )

    found = coverage(calendar_from_spec(office()), deadline, {"storefront": storefront}, near=NOW)

    assert found == (1.0, ())


def test_a_window_that_closes_before_the_desk_opens_loses_its_messages() -> None:
    """8 hours inside 09:00-17:00, but the desk opens at 18:00: only the evening before helps."""
    market = calendar_from_spec(office("00:00", "24:00", zone="Europe/Amsterdam"))
    window = Deadline(
        model=Model.WINDOW_HOURS,
        length=timedelta(hours=8),
        calendar="market",
        window=(9 * 60, 17 * 60),
    )
    desk = calendar_from_spec(office("18:00", "20:00"))

    found = coverage(desk, window, {"market": market}, near=NOW)

    # Lost on weekdays: what comes between 20:00 and 09:00 is due at 17:00, before 18:00. Friday's
    # and the week-end's is due on Monday at 17:00.
    assert found is not None
    friday_20, monday_9 = 4 * 1440 + 20 * 60, 7 * 1440 + 9 * 60
    assert found.lost[-1][:2] == (friday_20, monday_9)
    assert [span[:2] for span in found.lost[:-1]] == [
        (day * 1440 + 20 * 60, (day + 1) * 1440 + 9 * 60) for day in range(4)
    ]


def test_a_week_end_deadline_at_a_fixed_hour_is_met_on_monday_morning() -> None:
    """TikTok Shop US: what comes on Saturday or Sunday is due on Monday at noon."""
    zone = "America/New_York"
    market = calendar_from_spec(office("00:00", "24:00", zone=zone))
    deadline = Deadline(
        model=Model.FIXED_HOUR_AFTER_WEEKEND,
        length=timedelta(hours=24),
        calendar="market",
        hour=12 * 60,
    )

    found = coverage(calendar_from_spec(office(zone=zone)), deadline, {"market": market}, near=NOW)

    friday_17, saturday_0 = 4 * 1440 + 17 * 60, 5 * 1440
    assert found is not None
    assert [span[:2] for span in found.lost] == [(friday_17, saturday_0)]


def test_business_days_end_at_midnight_of_their_zone() -> None:
    """Two hours of Tokyo's Monday are still Sunday in Paris."""
    tokyo = calendar_from_spec(office("00:00", "24:00", zone="Asia/Tokyo"))
    deadline = Deadline(model=Model.WHOLE_BUSINESS_DAYS, days=1, calendar="tokyo")

    found = coverage(calendar_from_spec(office()), deadline, {"tokyo": tokyo}, near=NOW)

    # From Friday 17:00 in Paris on (Saturday 01:00 in Tokyo) it is due at the end of Monday in
    # Tokyo, Monday 16:00 in Paris: in time.
    assert found == (1.0, ())


def test_a_day_that_the_channel_names_has_no_coverage() -> None:
    calendar = calendar_from_spec(office())

    assert coverage(calendar, Deadline(model=Model.GIVEN), {}, near=NOW) is None


def test_holidays_and_overrides_are_no_part_of_the_usual_week() -> None:
    plain = coverage(calendar_from_spec(office()), A_DAY, {}, near=NOW)
    spec = office(
        holidays=["2026-03-24"], overrides={"2026-03-28": [["09:00", "17:00"]]}, closures={}
    )

    assert coverage(calendar_from_spec(spec), A_DAY, {}, near=NOW) == plain


def test_nobody_there_answers_nothing_and_somebody_always_everything() -> None:
    never = calendar_from_spec(
        {"timezone": "Europe/Paris", "overrides": {"2027-01-04": [["09:00", "10:00"]]}}
    )

    nothing = coverage(never, A_DAY, {}, near=NOW)
    assert nothing is not None
    assert (nothing.share, nothing.lost) == (0.0, (Span(0, 10_080, 1.0),))
    assert coverage(ALWAYS, A_DAY, {}, near=NOW) == (1.0, ())


def test_lost_time_that_passes_sunday_midnight_is_one_span() -> None:
    found = coverage(
        calendar_from_spec(office()), Deadline(length=timedelta(hours=1)), {}, near=NOW
    )

    assert found is not None
    friday_17, monday_8 = 4 * 1440 + 17 * 60, 7 * 1440 + 8 * 60
    assert found.lost[-1] == (friday_17, monday_8, pytest.approx(63 / 168))


def test_the_usual_week_keeps_away_from_clock_changes() -> None:
    """The clocks change on 29 March 2026 in Paris, and on 8 March in New York."""
    paris = calendar_from_spec(office())
    new_york = calendar_from_spec(office(zone="America/New_York"))

    assert usual_monday(datetime(2026, 3, 18, tzinfo=UTC), paris) == datetime(
        2026, 3, 30, tzinfo=ZoneInfo("Europe/Paris")
    )
    assert usual_monday(datetime(2026, 2, 20, tzinfo=UTC), paris, new_york) == datetime(
        2026, 3, 9, tzinfo=ZoneInfo("Europe/Paris")
    )


@pytest.mark.parametrize("arrivals", [[], [1] * 671, [0] * 672, [-1] + [1] * 671])
def test_arrivals_that_are_no_weights_of_a_week_are_refused(arrivals: list[int]) -> None:
    with pytest.raises(Refusal, match="672 weights"):
        coverage(ALWAYS, A_DAY, {}, near=NOW, arrivals=arrivals)


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw weekly hours, odd minutes and nights included."""
    hours: dict[str, list[list[str]]] = {}
    for day in draw(st.lists(st.sampled_from(WEEKDAYS), unique=True, max_size=5)):
        start, length = draw(st.integers(600, 1439)), draw(st.integers(1, 600))
        end = (start + length) % 1440
        hours[day] = [[f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}"]]
    zone = draw(st.sampled_from(["Europe/Paris", "Asia/Kathmandu", "America/New_York", "UTC"]))
    return {
        "timezone": zone,
        "hours": hours or {"mon": [["09:00", "10:00"]]},
    }


@st.composite
def deadlines(draw: st.DrawFn) -> Deadline:
    """Draw a deadline of any model that counts."""
    model = draw(
        st.sampled_from(
            [
                Model.HOURS,
                Model.WORKING_DAY_HOURS,
                Model.WHOLE_BUSINESS_DAYS,
                Model.FIXED_HOUR_AFTER_WEEKEND,
                Model.MEAN,
                Model.WINDOW_HOURS,
            ]
        )
    )
    return Deadline(
        model=model,
        length=timedelta(minutes=draw(st.integers(1, 3000))),
        days=draw(st.integers(1, 3)),
        calendar=draw(st.sampled_from(["always", "other"]))
        if model is not Model.WINDOW_HOURS
        else "other",
        window=(540, 1020),
    )


@settings(max_examples=25, deadline=None)
@given(weeks(), weeks(), deadlines())
def test_against_a_look_at_every_minute(
    own: dict[str, Any], other: dict[str, Any], deadline: Deadline
) -> None:
    """A message in the middle of each minute, and the wall clock of each minute after it."""
    staffed = calendar_from_spec(own)
    calendars = {"other": calendar_from_spec(other)}
    monday = usual_monday(NOW, staffed, calendars["other"]).astimezone(UTC)
    open_minutes = Oracle(own, monday, 15).open
    following: list[int] = [0] * len(open_minutes)
    coming = 10**9
    for i in reversed(range(len(open_minutes))):
        coming = i if open_minutes[i] else coming
        following[i] = coming
    lost = 0
    half = timedelta(seconds=30)
    for i in range(10_080):
        due = due_at(deadline, Start(monday + timedelta(minutes=i) + half), calendars)
        assert due is not None
        opens_at = monday + timedelta(minutes=following[i]) if following[i] < 10**9 else None
        lost += opens_at is None or opens_at >= due

    found = coverage(staffed, deadline, calendars, near=NOW, arrivals=EVENLY)

    assert found is not None
    assert round((1 - found.share) * 10_080) == lost
