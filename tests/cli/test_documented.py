"""The examples of the documents give the results they state, and the interfaces hold field by field."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from tests.shared_material import shared

from comptoir.cli.calendar import calendar
from comptoir.cli.sla import sla
from comptoir.core.calendars import calendar_from_spec
from comptoir.core.clocks import EVENT_TYPES, Model
from comptoir.core.clocks.event_specs import read_event
from comptoir.core.clocks.policy_specs import read_policy

PAGE = (Path(__file__).parents[2] / "docs" / "sla.md").read_text()
BLOCKS = re.findall(r"```\w*\n(.+?)\n```", PAGE, re.DOTALL)
AT = "2026-03-02T08:00:00Z"
OFFICE = {"timezone": "Europe/Paris", "hours": {"mon": [["09:00", "18:00"]]}}


def answered(command: Any, words: list[str], text: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(command, words, input=text)
    return [json.loads(line) for line in result.stdout.splitlines()]


# docs/sla.md


def test_calendar_examples_of_the_page_give_their_results() -> None:
    (block,) = (block for block in BLOCKS if block.startswith("$ comptoir calendar"))
    _, *lines = block.splitlines()
    questions, results = lines[::2], lines[1::2]

    assert len(questions) == len(results) == 5
    assert answered(calendar, [], "\n".join(questions)) == [json.loads(line) for line in results]


def test_calendar_shown_on_the_page_is_taken() -> None:
    (block,) = (block for block in BLOCKS if block.startswith('{"timezone"'))

    assert calendar_from_spec(json.loads(block))


def test_policy_shown_on_the_page_is_taken() -> None:
    (block,) = (block for block in BLOCKS if block.startswith('{"name"'))

    assert read_policy(json.loads(block)).name == "Amazon Urgent"


def test_timeline_of_the_page_is_explained_as_it_says() -> None:
    (block,) = (block for block in BLOCKS if block.startswith('{"id": "t1"'))
    timeline, *said = block.splitlines()

    (answer,) = answered(sla, ["evaluate"], timeline)

    assert answer["clocks"][0]["explanation"] == said


def test_every_model_stands_on_the_page() -> None:
    assert re.findall(r"^\| `(\w+)` \|.*\| .*\|$", PAGE, re.MULTILINE)[:8] == [
        m.value for m in Model
    ]


# design/interfaces.md, where it is at hand


def section(title: str) -> str:
    page = shared("design", "interfaces.md").read_text()
    return page.split(f"## {title}\n")[1].split("\n## ")[0]


def test_calendar_takes_and_answers_the_fields_of_the_interface() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", section("calendar"), re.MULTILINE)
    values: dict[str, Any] = {"from": AT, "to": AT, "at": AT, "minutes": 1.5, "count": 2}
    for op, fields, answer in rows:
        named = re.findall(r"`(\w+)`", fields)
        question = {"id": op, "calendar": OFFICE, "op": op} | {n: values[n] for n in named}
        (given,) = answered(calendar, [], json.dumps(question))
        keys = re.findall(r'"(\w+)"', answer.split("`")[1])
        assert list(given) == keys, op
        missing = [{k: v for k, v in question.items() if k != name} for name in named]
        assert all("error" in answered(calendar, [], json.dumps(q))[0] for q in missing)
    assert [row[0] for row in rows] == [
        "add", "subtract", "elapsed", "is_open", "next_open", "next_close", "intervals",
    ]  # fmt: skip


def test_sla_evaluate_takes_every_event_of_the_interface_and_knows_no_other() -> None:
    line = section("sla evaluate").split("- Event types: ")[1].splitlines()[0]
    values: dict[str, Any] = {
        "id": "x1", "holding": True, "seen_elsewhere": True, "asks_us": True, "reply": "r1",
        "messages": ["m1"], "confirmed_outside": False, "policy": "p", "due_at": AT,
    }  # fmt: skip
    told: dict[str, list[tuple[str, list[str]]]] = {}
    for words in re.findall(r"`([a-z_]+(?: \{.*?\})?)`", line):
        name, _, fields = words.partition(" ")
        if name in EVENT_TYPES:
            told[name] = [
                (field.strip().rstrip("?"), choices.split("|") if choices else [])
                for field, _, choices in (
                    part.partition(":") for part in fields.strip("{}").split(",") if part.strip()
                )
            ]
    for name, fields in told.items():
        event: dict[str, Any] = {"at": AT, "type": name}
        for field, choices in fields:
            event[field] = choices[0].strip() if choices else values[field]
        read_event(event)
        for field, choices in fields:
            for choice in choices:
                read_event({**event, field: choice.strip()})

    assert set(told) == set(EVENT_TYPES)


def test_sla_evaluate_answers_the_fields_of_the_interface() -> None:
    text = section("sla evaluate")
    example = text.split("```json\n")[1].split("\n```")[0]
    output = text.split("Output: `")[1].split("`;")[0]
    clocks, messages = (
        re.findall(r'"(\w+)"', part) for part in re.findall(r"\[\{(.+?)\}\]", output)
    )
    rest = re.findall(r'"(\w+)"', re.sub(r"\[\{.+?\}\]", "", output))

    (answer,) = answered(sla, ["evaluate"], " ".join(example.split("\n")))

    assert list(answer) == rest
    assert [list(clock) for clock in answer["clocks"]] == [clocks] * 2
    assert [list(message) for message in answer["messages"]] == [messages]


def test_target_and_limit_take_the_parts_of_the_interface() -> None:
    """Defaults: `always` and `hours`; minutes or days, window, hour; each side may be missing."""
    plain = read_policy({"first_reply": {"limit_minutes": 60}})
    said = read_policy(
        {"first_reply": {"limit_minutes": 60, "limit_calendar": "always", "limit_model": "hours"}}
    )

    assert plain.rules == said.rules
    assert read_policy({"first_reply": {}}).rules
    assert re.search(r"default to `always`.*default to `hours`", section("sla evaluate"))
