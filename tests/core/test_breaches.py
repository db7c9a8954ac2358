"""R4: repeated breaches lead to watch, danger, critical, and back without swinging."""

from __future__ import annotations

import pytest

from comptoir.core.breaches import State, Window, allowed_share, judge


def windows(week: str, month: str, quarter: str) -> list[Window]:
    """Read "late/total" of the last 7, 30 and 90 days."""
    found = []
    for days, text in ((7, week), (30, month), (90, quarter)):
        late, total = text.split("/")
        found.append(Window(days, int(total), int(late)))
    return found


@pytest.mark.parametrize(
    ("week", "month", "quarter", "state"),
    [
        ("0/0", "0/0", "0/0", "ok"),
        ("0/50", "4/200", "10/600", "ok"),
        ("1/5", "1/5", "1/5", "ok"),
        ("2/30", "2/200", "2/600", "watch"),
        ("0/50", "11/200", "11/600", "watch"),
        ("6/50", "6/200", "6/600", "danger"),
        ("0/50", "17/200", "17/600", "danger"),
        ("0/50", "21/200", "21/600", "critical"),
        ("0/50", "5/200", "61/600", "critical"),
        ("3/3", "3/3", "3/3", "danger"),
        ("4/4", "4/4", "4/4", "critical"),
    ],
)
def test_state_follows_the_worst_window(week: str, month: str, quarter: str, state: str) -> None:
    assert judge(windows(week, month, quarter)) == state


def test_exactly_the_allowed_share_is_still_allowed() -> None:
    assert judge(windows("0/10", "20/200", "20/200")) == "danger"
    assert judge(windows("0/10", "21/200", "21/200")) == "critical"


def test_a_state_is_left_only_when_figures_are_a_tenth_better() -> None:
    assert judge(windows("0/50", "20/200", "20/600"), before=State.CRITICAL) == "critical"
    assert judge(windows("0/50", "18/200", "18/600"), before=State.CRITICAL) == "danger"
    assert judge(windows("0/50", "0/200", "0/600"), before=State.CRITICAL) == "ok"


def test_a_worse_state_is_entered_at_once() -> None:
    assert judge(windows("0/50", "21/200", "21/600"), before=State.WATCH) == "critical"


def test_the_allowed_share_is_the_marketplaces() -> None:
    """Amazon 90 % within 24 h; Etsy 95 %; where the rulebook is silent, 10 % may be late."""
    assert allowed_share(90) == 0.1
    assert allowed_share(95) == 0.05
    assert allowed_share(None) == 0.1
    assert allowed_share(100) == 0.1
    assert judge(windows("0/50", "12/200", "12/600"), allowed=allowed_share(95)) == "critical"
    assert judge(windows("0/50", "12/200", "12/600"), allowed=allowed_share(90)) == "watch"
