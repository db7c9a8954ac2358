"""`comptoir sla verify`: what is stored against what the clocks answer."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.tickets.conftest import Desk, desk

from comptoir.cli import environment, sla
from comptoir.tickets.models import Clock, Ticket

__all__ = ["desk"]


@pytest.fixture(autouse=True)
def _desk_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own database stands for the installation's."""
    monkeypatch.setattr(environment, "with_desk", lambda command: command)


def test_verify_says_that_all_is_equal(desk: Desk) -> None:
    desk.writes()

    result = CliRunner().invoke(sla.sla, ["verify"])

    assert (result.exit_code, result.output) == (0, "Every stored clock equals the function.\n")


def test_verify_names_each_difference_and_fails(desk: Desk) -> None:
    ticket = desk.writes()
    Clock.objects.filter(ticket=ticket).update(state="met")
    Ticket.objects.filter(pk=ticket.pk).update(next_kind="case")

    told = CliRunner().invoke(sla.sla, ["verify"])
    as_json = CliRunner().invoke(sla.sla, ["verify", "--json"])

    assert (told.exit_code, as_json.exit_code) == (1, 1)
    assert told.output.splitlines() == [
        f"ticket {ticket.pk}, first_reply 1: state is met, should be running",
        f"ticket {ticket.pk}, ticket 1: next_kind is case, should be first_reply",
    ]
    assert [json.loads(line)["field"] for line in as_json.output.splitlines()] == [
        "state",
        "next_kind",
    ]


def test_verify_shows_progress_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tell = sla._told()
    tell(500, 1200)
    quiet = capsys.readouterr().err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    tell(500, 1200)

    assert quiet == ""
    assert capsys.readouterr().err == "\r500 of 1,200 tickets"
