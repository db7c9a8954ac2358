"""Clocks through the JSON interface: rule 12, in the language and time zone asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from comptoir.core.clocks.explain import TEMPLATES
from comptoir.storage import clock
from comptoir.tickets.models import Ticket
from tests.api.conftest import Desk, Program
from tests.tickets.conftest import FRIDAY


@pytest.fixture(autouse=True)
def _saturday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Saturday morning: the target has passed, the limit has not."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 7, 8, 0, tzinfo=UTC))


def ask(program: Program, ticket: Ticket, accept: str = "en", **asked: str) -> dict[str, Any]:
    answer = program().get(
        f"/api/v1/tickets/{ticket.pk}/clocks",
        {"time_zone": "UTC", **asked},
        headers={"Accept-Language": accept},
    )
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def sentences(answer: dict[str, Any]) -> list[str]:
    return [step["sentence"] for step in answer["clocks"][0]["explanation"]]


def test_clock_has_deadlines_state_policy_and_the_source_of_its_limit(
    desk: Desk, program: Program
) -> None:
    answer = ask(program, desk.writes())
    (found,) = [one for one in answer["clocks"] if one["kind"] == "first_reply"]

    assert (found["number"], found["state"]) == (1, "past_target")
    assert found["started_at"] == "2026-03-06T16:40:00Z"
    assert found["target_at"] == "2026-03-07T06:40:00Z"
    assert found["limit_at"] == "2026-03-07T16:40:00Z"
    assert found["ended_at"] is None
    assert found["target_missed"] is True
    assert found["policy"] == "Amazon Urgent"
    assert found["limit_source"]["kind"] == "policy"
    assert found["limit_source"]["text"]
    assert found["limit_source"]["is_confirmed"] is True
    assert answer["oldest_unanswered_at"] == "2026-03-06T16:40:00Z"
    assert answer["next_deadline_at"] == "2026-03-07T16:40:00Z"


def test_rule_12_explanation_is_codes_with_values(desk: Desk, program: Program) -> None:
    (found, *_) = ask(program, desk.writes())["clocks"]
    steps = {step["code"]: step for step in found["explanation"]}

    assert set(steps) <= set(TEMPLATES)
    assert steps["buyer_wrote"]["values"]["at"] == "2026-03-06T16:40:00Z"
    assert steps["buyer_wrote"]["at"] == "2026-03-06T16:40:00Z"
    assert steps["limit_hours"]["values"]["amount_seconds"] == 86_400
    assert steps["limit_hours"]["values"]["due_at"] == "2026-03-07T16:40:00Z"
    assert steps["past_target"]["values"]["late_seconds"] == 4800


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Buyer wrote Fri 6 Mar 2026, 16:40 UTC"),
        ("fr", "ven. 6 mars 2026, 16:40 UTC"),
        ("de", "Fr. 6. März 2026, 16:40 UTC"),
    ],
)
def test_rule_12_explanation_speaks_the_language_asked_for(
    desk: Desk, program: Program, language: str, said: str
) -> None:
    ticket = desk.writes()
    by_parameter = ask(program, ticket, "en", language=language)
    by_header = ask(program, ticket, f"es;q=0.9, {language}-XX;q=0.8, en;q=0.1")

    assert by_parameter["language"] == by_header["language"] == language
    assert any(said in sentence for sentence in sentences(by_parameter))
    assert sentences(by_parameter) == sentences(by_header)


def test_languages_all_differ(desk: Desk, program: Program) -> None:
    ticket = desk.writes()
    said = [tuple(sentences(ask(program, ticket, language=code))) for code in ("en", "fr", "de")]

    assert len(set(said)) == 3


def test_explanation_is_told_in_the_time_zone_asked_for(desk: Desk, program: Program) -> None:
    ticket = desk.writes()
    caller = program()
    own = caller.get(f"/api/v1/tickets/{ticket.pk}/clocks", {"language": "en"}).json()

    assert "Buyer wrote Fri 6 Mar 2026, 17:40 CET" in sentences(own)
    assert own["time_zone"] == "Europe/Paris"
    assert "Buyer wrote Sat 7 Mar 2026, 01:40 JST" in sentences(
        ask(program, ticket, time_zone="Asia/Tokyo")
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"language": "es"}, '"language" is one of en, fr, de'),
        ({"time_zone": "Mars"}, 'no time zone "Mars"'),
        ({"time_zone": ""}, "no time zone"),
        ({"time_zone": "../../etc/passwd"}, "no time zone"),
    ],
)
def test_unknown_language_or_zone_is_refused_with_what_to_change(
    desk: Desk, program: Program, asked: dict[str, str], said: str
) -> None:
    answer = program().get(f"/api/v1/tickets/{desk.writes().pk}/clocks", asked)

    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]


def test_assumed_limit_says_so(desk: Desk, program: Program) -> None:
    ticket = desk.writes(channel=desk.ebay, at=FRIDAY)
    (found, *_) = ask(program, ticket)["clocks"]

    assert found["limit_source"]["is_confirmed"] is False
    assert "limit_assumed" in [step["code"] for step in found["explanation"]]


def test_closed_history_has_no_clocks(desk: Desk, program: Program) -> None:
    old = desk.writes(at=datetime(2020, 1, 1, tzinfo=UTC), now=FRIDAY, is_history=True)
    answer = ask(program, old)

    assert (answer["clocks"], answer["next_deadline_at"]) == ([], None)
