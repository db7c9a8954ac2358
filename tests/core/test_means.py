"""The mean of response times, as the rulebook works it out."""

from __future__ import annotations

from datetime import timedelta

from comptoir.core.means import Mean


def hours(*numbers: float) -> list[timedelta]:
    return [timedelta(hours=number) for number in numbers]


def test_one_forgotten_message_outweighs_four_quick_answers() -> None:
    assert Mean().after(*hours(2, 3, 4, 5, 91)).value == timedelta(hours=21)


def test_answering_now_adds_the_delays_as_they_are_now() -> None:
    before = Mean().after(*hours(2, 4))

    assert before.value == timedelta(hours=3)
    assert before.after(*hours(9)).value == timedelta(hours=5)


def test_without_an_answer_there_is_no_mean() -> None:
    assert Mean().value is None
