"""Hours as people type them."""

from __future__ import annotations

import pytest

from comptoir.core.refusals import Refusal
from comptoir.web.hours.writing import read_line, with_extra_hours, write_line


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("", ""),
        ("9-17", "09:00–17:00"),
        ("09:00–12:30, 13:30–18:00", "09:00–12:30, 13:30–18:00"),
        ("13.30 - 18 ; 9 - 12.30", "09:00–12:30, 13:30–18:00"),
        ("9h-12h30", "09:00–12:30"),
        ("9 Uhr bis 17 Uhr", "09:00–17:00"),
        ("9 to 17", "09:00–17:00"),
        ("9h à 17h", "09:00–17:00"),
        ("22-6", "22:00–06:00"),
        ("0-24", "00:00–24:00"),
        ("24h", "00:00–24:00"),
        ("9—17", "09:00–17:00"),
    ],
)
def test_a_line_is_read_generously_and_written_in_one_way(typed: str, written: str) -> None:
    assert write_line(read_line(typed)) == written


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nine to five", '"nine to five" is not hours; write them as 09:00–12:30, 13:30–18:00'),
        ("9", '"9" is not hours'),
        ("9-25", '"25:00" is not a time of day'),
        ("9-9", "equal ends"),
        ("9-13, 12-17", "09:00–13:00 and 12:00–17:00 overlap; join them or move one"),
        ("24-8", 'cannot begin at "24:00"'),
    ],
)
def test_a_line_that_is_no_hours_is_refused_with_what_to_do(typed: str, said: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_line(typed)

    assert said in str(caught.value)


def test_extra_hours_are_joined_to_what_is_there() -> None:
    week = {"mon": [["09:00", "17:00"]], "tue": [["22:00", "02:30"]], "wed": []}

    extended = with_extra_hours(week, [17, 20, 50, 129])

    assert {day: write_line(pairs) for day, pairs in extended.items() if pairs} == {
        "mon": "09:00–18:00, 20:00–21:00",
        "tue": "22:00–02:30",
        "wed": "02:30–03:00",
        "sat": "09:00–10:00",
    }
