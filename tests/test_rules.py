"""`docs/rules.md` is true: its tests exist, its pages answer, and nothing of the rules is left out."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import click
import pytest
from django.urls import resolve

from comptoir.cli.commands import comptoir
from comptoir.core.clocks import Model

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "rules.md").read_text()
NAMED = sorted(set(re.findall(r"`([\w/]+\.py::\w+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
NUMBERED = [row for row in ROWS if re.match(r"\| \d+ \|", row)]
MODELS = [row for row in ROWS if re.match(r"\| `\w+` \|", row)]
CLOCKS = "core/clocks"


@cache
def functions_of(path: str) -> set[str]:
    tree = ast.parse((TESTS / path).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", NAMED)
def test_named_test_exists(name: str) -> None:
    path, _, function = name.partition("::")

    assert function in functions_of(path)


def test_every_rule_has_a_test_and_a_place_where_it_is_seen() -> None:
    numbers = {int(row.split("|")[1]) for row in NUMBERED}

    assert numbers == set(range(14))
    for row in [*NUMBERED, *MODELS]:
        *_, tests, place, _ = row.split("|")
        assert "::test_" in tests, row
        assert re.fullmatch(r" `(/|comptoir ).*` ", place), row


def test_every_rule_has_a_test_that_names_it() -> None:
    """`test_rule_07_…`, among those of the clocks themselves."""
    said = {int(number) for name in NAMED for number in re.findall(r"::test_rule_(\d+)_", name)}

    assert said == set(range(1, 14))


def test_no_test_of_a_rule_speaks_of_one_that_is_not_there() -> None:
    names = [
        n
        for path in (TESTS / CLOCKS).glob("test_*.py")
        for n in functions_of(f"{CLOCKS}/{path.name}")
    ]
    said = {int(number) for name in names for number in re.findall(r"^test_rule_(\d+)_", name)}

    assert said == set(range(1, 14))


def test_every_model_is_listed() -> None:
    assert [row.split("`")[1] for row in MODELS] == [model.value for model in Model]


@pytest.mark.parametrize("address", sorted(set(re.findall(r"`(/[\w/]*)`", PAGE))))
def test_page_that_is_named_answers(address: str) -> None:
    assert resolve(address)


@pytest.mark.parametrize("words", sorted(set(re.findall(r"`comptoir ([a-z ]+)`", PAGE))))
def test_command_that_is_named_is_there(words: str) -> None:
    command: click.Command | None = comptoir
    for word in words.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)

    assert command is not None
