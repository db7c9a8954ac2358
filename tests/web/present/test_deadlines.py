"""States of a deadline and their bar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from comptoir.web.present.deadlines import make_bar, make_deadline, stages_of, state_at, time_left
from comptoir.web.present.times import times_for

START = datetime(2026, 11, 20, 17, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)
TARGET, LIMIT = START + 14 * HOUR, START + 24 * HOUR
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (START, "on_track"),
        (START + 10.5 * HOUR - SECOND, "on_track"),
        (START + 10.5 * HOUR, "soon"),
        (TARGET, "soon"),
        (TARGET + SECOND, "past_target"),
        (LIMIT - 2 * HOUR - SECOND, "past_target"),
        (LIMIT - 2 * HOUR, "save_now"),
        (LIMIT, "save_now"),
        (LIMIT + SECOND, "limit_missed"),
    ],
)
def test_state_changes_at_its_moment_and_not_before(now: datetime, state: str) -> None:
    stages = stages_of(START, TARGET, LIMIT)

    assert stages is not None
    assert state_at(stages, now) == state


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (TARGET - 3 * HOUR - timedelta(minutes=12), "Target 3 h 12"),
        (TARGET + SECOND, "Limit 9 h 59"),
        (LIMIT + 2 * HOUR, "2 h ago"),
    ],
)
def test_what_is_at_stake_next(now: datetime, said: str) -> None:
    stages = stages_of(START, TARGET, LIMIT)

    assert stages is not None
    with translation.override("en"):
        assert time_left(stages, times_for("UTC", now)) == said


def test_without_limit_the_bar_is_open_and_ends_at_the_target() -> None:
    stages = stages_of(START, TARGET, None)

    assert stages is not None
    bar = make_bar(stages, START + 7 * HOUR)
    assert 'class="gauge gauge--open"' in bar
    assert 'class="gauge__fill" width="60"' in bar
    assert "gauge__tick" not in bar


def test_tick_stands_at_the_target() -> None:
    stages = stages_of(START, TARGET, LIMIT)

    assert stages is not None
    assert 'class="gauge__tick" x="69"' in make_bar(stages, START)


def test_no_deadline_has_no_stages() -> None:
    assert stages_of(START, None, None) is None


def test_assumed_limit_says_so() -> None:
    stages = stages_of(START, TARGET, LIMIT)

    assert stages is not None
    with translation.override("en"):
        made = make_deadline(stages, times_for("UTC", START), limit_is_confirmed=False)
    assert made.title == "Target Sat 07:40 · Limit Sat 17:40 (assumed)"


def test_limit_to_plan_by_stands_beside_the_target_and_is_never_missed() -> None:
    stages = stages_of(START, TARGET, LIMIT, limit_is_planning=True)

    assert stages is not None
    assert [state_at(stages, at) for at in (LIMIT, LIMIT + HOUR)] == ["past_target"] * 2
    with translation.override("en"):
        assert time_left(stages, times_for("UTC", LIMIT - 3 * HOUR)) == "Limit 3 h"
        assert time_left(stages, times_for("UTC", LIMIT + HOUR)) == "11 h ago"
        made = make_deadline(stages, times_for("UTC", START))
    assert made.title.endswith("(to plan by)")
    assert 'data-planning="1"' in made.data


def test_limit_to_plan_by_without_a_target_is_the_target() -> None:
    stages = stages_of(START, None, LIMIT, limit_is_planning=True)
    assert stages is not None

    assert (stages.target, stages.limit, stages.is_planning) == (LIMIT, None, False)
