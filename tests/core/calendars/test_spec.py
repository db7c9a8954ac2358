"""Calendars as written down: what is taken, and what is refused with what to change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comptoir.core.calendars import ALWAYS, calendar_from_spec
from comptoir.core.refusals import Refusal

NINE_TO_FIVE = [["09:00", "17:00"]]


def spec(**changes: Any) -> dict[str, Any]:
    return {"timezone": "Europe/Paris", "hours": {"mon": NINE_TO_FIVE}, **changes}


def test_word_always_is_the_calendar_that_never_closes() -> None:
    assert calendar_from_spec("always") is ALWAYS


def test_same_spec_gives_equal_calendars() -> None:
    assert calendar_from_spec(spec()) == calendar_from_spec(spec())
    assert hash(calendar_from_spec(spec())) == hash(calendar_from_spec(spec()))
    assert calendar_from_spec(spec()) != calendar_from_spec(spec(holidays=["2026-03-02"]))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("sometimes", 'a calendar is "always" or an object'),
        ({"hours": {"mon": NINE_TO_FIVE}}, 'no "timezone"'),
        (spec(timezone="Europe/Pariss"), 'no time zone "Europe/Pariss"'),
        (spec(timezone="../Paris"), "no time zone"),
        (spec(timezone="Europe"), "no time zone"),
        (spec(timezone=""), "no time zone"),
        (spec(timezone=None), "no time zone"),
        (spec(holiday=["2026-12-25"]), 'knows no "holiday"; it takes timezone, hours, holidays'),
        (spec(hours={"monday": NINE_TO_FIVE}), 'knows no "monday"; it takes mon, tue'),
        (spec(hours=[NINE_TO_FIVE]), '"hours" must be an object'),
        (spec(hours={"mon": "09:00-17:00"}), "must be a list such as"),
        (spec(hours={"mon": [["09:00"]]}), "an interval is a pair"),
        (spec(hours={"mon": [["9:00", "17:00"]]}), '"9:00" is not a time of day'),
        (spec(hours={"mon": [["09:00", "24:30"]]}), '"24:30" is not a time of day'),
        (spec(hours={"mon": [["09:00", "25:00"]]}), "not a time of day"),
        (spec(hours={"mon": [["09:00", "09:60"]]}), "not a time of day"),
        (spec(hours={"mon": [[9, 17]]}), "not a time of day"),
        (spec(hours={"mon": [["24:00", "06:00"]]}), 'cannot begin at "24:00"'),
        (spec(hours={"mon": [["09:00", "09:00"]]}), "equal ends"),
        (spec(hours={"mon": [["09:00", "13:00"], ["12:59", "17:00"]]}), "of mon overlap"),
        (
            spec(hours={"mon": [["22:00", "06:00"]], "tue": [["05:59", "12:00"]]}),
            "of mon night and tue overlap",
        ),
        (
            spec(hours={"sun": [["22:00", "06:00"]], "mon": [["05:00", "12:00"]]}),
            "of sun night and mon overlap",
        ),
        (spec(overrides={"2026-12-24": [["09:00", "12:00"], ["11:00", "13:00"]]}), "overlap"),
        (spec(holidays=["25.12.2026"]), '"25.12.2026" is not a date'),
        (spec(holidays=["2026-02-30"]), "is not a date"),
        (spec(holidays="2026-12-25"), '"holidays" must be a list'),
        (spec(closures=["2026-01-05"]), '"closures" must be an object'),
        (spec(hours={}), "no open time at all"),
        (spec(hours={"mon": []}), "no open time at all"),
        (spec(hours={}, overrides={"2026-12-24": []}), "no open time at all"),
        (
            spec(
                hours={},
                overrides={"2026-12-24": NINE_TO_FIVE},
                closures={"2026-12-24": [["08:00", "18:00"]]},
            ),
            "no open time at all",
        ),
        (spec(hours={}, overrides={"2026-03-29": [["02:00", "03:00"]]}), "no open time at all"),
    ],
)
def test_wrong_calendar_is_refused_with_what_to_change(wrong: object, said: str) -> None:
    with pytest.raises(Refusal) as refusal:
        calendar_from_spec(wrong)

    assert said in str(refusal.value)


@pytest.mark.parametrize(
    "right",
    [
        spec(hours={"mon": [["00:00", "24:00"]]}),
        spec(hours={"mon": [["09:00", "12:00"], ["12:00", "17:00"]]}),
        spec(hours={"mon": [["22:00", "06:00"]], "tue": [["06:00", "12:00"]]}),
        spec(hours={"mon": [["22:00", "00:00"]]}),
        spec(hours={}, overrides={"2026-12-24": NINE_TO_FIVE}),
        spec(closures={"2026-01-05": [["10:00", "12:00"], ["11:00", "13:00"]]}),
        spec(holidays=["2026-12-25", "2026-12-25"]),
    ],
)
def test_unusual_calendar_is_taken(right: dict[str, Any]) -> None:
    calendar = calendar_from_spec(right)

    assert calendar.next_open(datetime(2026, 1, 1, tzinfo=UTC)) is not None


def test_refusal_keeps_template_and_values_for_translation() -> None:
    with pytest.raises(Refusal) as refusal:
        calendar_from_spec(spec(timezone="Mars/Base"))

    assert refusal.value.values == {"name": "Mars/Base"}
    assert "{name}" in refusal.value.template


def test_naive_moment_is_not_taken_for_some_zone() -> None:
    with pytest.raises(TypeError):
        calendar_from_spec(spec()).add(datetime(2026, 3, 2, 9), timedelta(hours=1))  # noqa: DTZ001
