"""Each alert says what happened, what it does to the deadline and what to do, and leads somewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import resolve
from django.utils import translation
from tests.alerts.conftest import FRIDAY, HOUR, Desk

from comptoir.alerts.links import path_of
from comptoir.alerts.models import Alert
from comptoir.alerts.moments import moments_for
from comptoir.alerts.subjects import subjects_of
from comptoir.alerts.words import say

NOON = FRIDAY + 20 * HOUR
SINCE = (NOON - 2 * HOUR).isoformat()
WINDOWS = [
    {"days": days, "total": 40, "late": late, "unanswered": 0}
    for days, late in ((7, 1), (30, 5), (90, 5))
]


def _alert(desk: Desk, kind: str, about: str = "ticket", **fields: Any) -> Alert:
    named: dict[str, Any] = {
        "ticket": lambda: {"ticket": desk.writes(), "channel": desk.amazon},
        "channel": lambda: {"channel": desk.amazon},
        "connection": lambda: {"connection": desk.mailbox},
        "": dict,
    }[about]()
    return Alert.objects.create(
        **{
            "kind": kind,
            "key": f"{kind}:{Alert.objects.count()}",
            "level": "push",
            "due_at": NOON,
            "recorded_at": NOON,
            **named,
            **fields,
        }
    )


def _said(alert: Alert, language: str = "en", now: Any = NOON) -> str:
    (subject,) = subjects_of([alert.pk])
    with translation.override(language):
        return " ".join(
            part for part in say(subject, moments_for("Europe/Paris", language, now)) if part
        )


def _clock(desk: Desk, threshold: str, kind: str = "first_reply") -> Alert:
    return _alert(desk, "clock", clock_kind=kind, clock_number=1, threshold=threshold)


@pytest.mark.parametrize(
    ("threshold", "sentence"),
    [
        ("limit:75", "First reply: 75 % of the time to the limit has passed."),
        ("target:12.5", "First reply: 12.5 % of the time to the target has passed."),
        ("limit-120", "First reply: less than 2 h to the limit."),
        ("target-90", "First reply: less than 1 h 30 to the target."),
        ("last_shift", "First reply: the last shift that can still answer is ending."),
        ("no_shift", "First reply: nobody is on duty before the deadline."),
        ("target_missed", "First reply: the target has passed."),
        ("limit_missed", "First reply: the limit has passed."),
    ],
)
def test_every_threshold_has_a_sentence(desk: Desk, threshold: str, sentence: str) -> None:
    assert _said(_clock(desk, threshold)).startswith(sentence)


def test_after_the_last_shift_it_is_said_to_be_over(desk: Desk) -> None:
    alert = _clock(desk, "last_shift")

    said = _said(alert, now=alert.due_at + 3 * HOUR)

    assert "the last shift that could answer is over." in said
    assert "Answer now, or put somebody on duty before it." in said


def test_deadlines_are_told_as_long_as_they_count(desk: Desk) -> None:
    alert = _clock(desk, "limit:50")

    assert "Target: Sat 07:40, limit: Sat 17:40." in _said(alert, now=FRIDAY + HOUR)
    assert "Limit: Sat 17:40." in _said(alert, now=FRIDAY + 20 * HOUR)
    assert "The limit was Sat 17:40." in _said(alert, now=FRIDAY + 25 * HOUR)


def test_a_refused_reply_is_told_as_promised(desk: Desk) -> None:
    alert = _alert(desk, "reply_refused", data={"code": "sender_not_authorised"})

    assert _said(alert) == (
        "Amazon.de refused your reply: sender not authorised. "
        "Limit unchanged: Sat 17:40. Mend it and send it again."
    )


def test_a_silent_channel_is_told_with_what_was_expected(desk: Desk) -> None:
    alert = _alert(desk, "channel_silent", "channel", data={"hours": 5.0, "expected": 12})

    assert _said(alert).startswith("No message from Amazon.de for 5 h; 12 were expected.")


def test_a_channel_is_told_with_its_worst_window(desk: Desk) -> None:
    data = {"state": "critical", "is_worse": True, "allowed": 0.1, "windows": WINDOWS}
    alert = _alert(desk, "breach_state", "channel", data=data)

    said = _said(alert)

    assert said.startswith("Late answers on Amazon.de: critical. 5 of 40 messages of 90 days")
    assert "10 % are allowed" in said
    assert "sont tolérés" in _said(alert, "fr")


KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("clock", "ticket", {"clock_kind": "first_reply", "clock_number": 1, "threshold": "limit:50"}),
    ("claim", "ticket", {}),
    ("reply_refused", "ticket", {"data": {"code": "bounced"}}),
    ("reply_uncertain", "ticket", {}),
    ("channel_silent", "channel", {"data": {"hours": 3, "expected": 9}}),
    ("credentials_expiring", "connection", {"data": {"expires_at": (NOON + HOUR).isoformat()}}),
    ("connection_failing", "connection", {"data": {"since": SINCE, "code": "auth_failed"}}),
    ("intake_behind", "", {"data": {"since": SINCE}}),
    ("quarantined", "connection", {"data": {"count": 2}}),
    ("default_policy", "ticket", {}),
    ("verify_differs", "", {"data": {"differences": 3}}),
    ("breach_state", "channel", {"data": {"state": "ok", "windows": WINDOWS, "allowed": 0.1}}),
    ("mention", "ticket", {"data": {"who": "Lukas Brandt", "message": 1}}),
    ("followed", "ticket", {"data": {"why": "back", "what": "woken"}}),
    ("reply_held_back", "ticket", {"data": {"because": "buyer"}}),
]


def test_no_kind_is_left_out() -> None:
    assert {kind for kind, _, _ in KINDS} == set(Alert.Kind.values)


@pytest.mark.parametrize(("kind", "about", "fields"), KINDS)
def test_every_kind_is_said_in_each_language_and_leads_to_a_page(
    desk: Desk, kind: str, about: str, fields: dict[str, Any]
) -> None:
    alert = _alert(desk, kind, about, **fields)

    said = {language: _said(alert, language) for language in ("en", "fr", "de")}

    assert len(set(said.values())) == 3
    for sentence in said.values():
        assert "%(" not in sentence
        assert "Heike" not in sentence
    assert resolve(path_of(alert).partition("#")[0])


def test_what_a_source_leaves_out_is_no_reason_to_fail(desk: Desk) -> None:
    for kind, about, fields in KINDS:
        assert _said(_alert(desk, kind, about, **{**fields, "data": {}}))


def test_moments_are_told_with_their_date_when_they_are_far_away(desk: Desk) -> None:
    moments = moments_for("Europe/Paris", "en", NOON)

    assert moments.short(NOON + timedelta(days=20)) == "27 Mar 13:40"
    assert moments.short(NOON + timedelta(hours=3)) == "Sat 16:40"
    assert moments_for("Mars/Olympus", "de", NOON).short(NOON) == "Sa 12:40"
