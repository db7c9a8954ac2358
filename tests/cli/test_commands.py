"""What all commands promise: help with an example, and exit statuses that scripts can trust."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from comptoir.cli.commands import COMMANDS, comptoir


def every_command() -> list[list[str]]:
    found = []
    for name in COMMANDS:
        command = comptoir.get_command(click.Context(comptoir), name)
        if isinstance(command, click.Group):
            found += [[name, sub] for sub in command.commands]
        else:
            found.append([name])
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_help_shows_an_example(words: list[str]) -> None:
    answer = CliRunner().invoke(comptoir, [*words, "--help"])

    assert answer.exit_code == 0
    assert "Example:" in answer.output or "Example\n" in answer.output


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comptoir", *words], capture_output=True, text=True, check=False
    )


def test_a_command_that_does_not_exist_is_a_wrong_argument() -> None:
    answer = run("nonsense")

    assert (answer.returncode, answer.stdout) == (2, "")
    assert "No such command 'nonsense'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_wrong_database_address_is_one_line_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", "mysql://somewhere")
    answer = run("check")

    assert answer.returncode == 1
    assert answer.stderr.strip().splitlines() == [
        "Error: COMPTOIR_DATABASE_URL must look like postgresql://user:password@host:5432/name."
    ]
