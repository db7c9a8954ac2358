"""Whatever the code writes into the trail, administrators can read."""

from __future__ import annotations

import re
from pathlib import Path

import comptoir
from comptoir.web.accounts.sentences import wordings

SOURCE = Path(comptoir.__file__).parent
WHOLE = re.compile(
    r'"((?:channel|connection|merchant|policy|session|person|endpoint|alerts)\.[a-z_]+)"'
)
PREFIX = re.compile(r'f"([a-z]+)\.\{\w+\}"')
VERB = re.compile(r'(?:_record|changing)\((?:[\w.]+, )?"([a-z_]+)"')


def _written_actions() -> set[str]:
    actions = set()
    for file in SOURCE.rglob("*.py"):
        text = file.read_text()
        if "audit.record(" in text:
            actions |= set(WHOLE.findall(text))
            actions |= {
                f"{prefix}.{verb}" for prefix in PREFIX.findall(text) for verb in VERB.findall(text)
            }
        if "changing(" in text and file.parent.name == "actions" and "tickets" in file.parts:
            actions |= {f"ticket.{verb}" for verb in VERB.findall(text)}
    return actions


def test_search_finds_what_is_written_in_each_of_the_three_ways() -> None:
    assert {"session.log_in_failed", "team.rename", "ticket.solve"} <= _written_actions()


def test_every_action_written_into_the_trail_has_words() -> None:
    assert sorted(_written_actions() - set(wordings())) == []
