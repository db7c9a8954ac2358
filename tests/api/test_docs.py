"""What `docs/api.md` says, asked for real."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comptoir.api.tokens import REQUESTS_A_MINUTE
from comptoir.storage import clock
from comptoir.tickets.models import Ticket
from tests.api.conftest import Desk, Program
from tests.tickets.conftest import FRIDAY

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
ADDRESS = re.compile(r'"\$DESK(/api/v1/[^"]+)"')
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.+?)\n```", PAGE, re.DOTALL)]


def test_every_address_shown_answers(desk: Desk, program: Program) -> None:
    ticket = desk.writes()
    caller = program(writes=True)
    for address in ADDRESS.findall(PAGE):
        path = address.replace("/17", f"/{ticket.pk}").replace(
            "channel=1", f"channel={desk.amazon.pk}"
        )
        answer = (
            caller.post(path, {"text": "Parcel found."}, "application/json")
            if path.endswith("/notes")
            else caller.get(path)
        )
        assert answer.status_code in (200, 201), address


def test_step_shown_is_what_is_answered(
    desk: Desk, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 6, 17, 0, tzinfo=UTC))
    ticket = desk.writes(at=FRIDAY.replace(hour=16, minute=40))
    answer = program().get(
        f"/api/v1/tickets/{ticket.pk}/clocks", {"language": "en", "time_zone": "UTC"}
    )
    steps = {step["code"]: step for step in answer.json()["clocks"][0]["explanation"]}
    week_earlier = json.dumps(steps["limit_hours"]).replace("2026-03-07T16", "2026-02-28T17")

    assert json.loads(week_earlier.replace("7 Mar 2026, 16", "28 Feb 2026, 17")) == EXAMPLES[0]


def test_failure_shown_is_what_is_answered(desk: Desk, program: Program) -> None:
    assert program().get("/api/v1/tickets", {"limit": 201}).json() == EXAMPLES[1]


def test_numbers_and_words_of_the_page_are_those_of_the_product() -> None:
    listed = PAGE.split("`status` is one of ")[1].split(";")[0]

    assert f"ask {REQUESTS_A_MINUTE} times a minute" in PAGE
    assert re.findall(r"`(\w+)`", listed) == [status.value for status in Ticket.Status]
