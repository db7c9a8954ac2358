"""`comptoir calendar`: JSON Lines in, JSON Lines out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from comptoir.cli.calendar import calendar

OFFICE = {
    "timezone": "Europe/Paris",
    "hours": {
        day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
    },
    "holidays": ["2026-12-25"],
    "overrides": {"2026-12-24": [["09:00", "12:00"]]},
    "closures": {"2026-01-05": [["10:00", "11:00"]]},
}


def run(*questions: object) -> tuple[list[dict[str, Any]], int]:
    text = "".join(q if isinstance(q, str) else json.dumps(q) + "\n" for q in questions)
    result = CliRunner().invoke(calendar, input=text)
    return [json.loads(line) for line in result.stdout.splitlines()], result.exit_code


def ask(op: str, spec: object = OFFICE, **fields: Any) -> dict[str, Any]:
    (answer,), _ = run({"id": "q", "calendar": spec, "op": op, **fields})
    return answer


@pytest.mark.parametrize(
    ("op", "fields", "expected"),
    [
        (
            "add",
            {"from": "2026-03-06T16:30:00+01:00", "minutes": 240},
            {"at": "2026-03-09T10:30:00Z"},
        ),
        (
            "add",
            {"from": "2026-03-06T09:00:00+01:00", "minutes": 0.5},
            {"at": "2026-03-06T08:00:30Z"},
        ),
        (
            "add",
            {"from": "2026-12-24T11:00:00+01:00", "minutes": 90},
            {"at": "2026-12-28T08:30:00Z"},
        ),
        (
            "subtract",
            {"from": "2026-03-09T10:00:00+01:00", "minutes": 60},
            {"at": "2026-03-09T08:00:00Z"},
        ),
        (
            "elapsed",
            {"from": "2026-01-05T00:00:00+01:00", "to": "2026-01-06T00:00:00+01:00"},
            {"seconds": 25200},
        ),
        ("elapsed", {"from": "2026-01-06T00:00:00Z", "to": "2026-01-05T00:00:00Z"}, {"seconds": 0}),
        (
            "elapsed",
            {"from": "2026-03-06T09:00:00.5Z", "to": "2026-03-06T09:00:01Z"},
            {"seconds": 0.5},
        ),
        ("is_open", {"at": "2026-03-06T09:00:00+01:00"}, {"open": True}),
        ("is_open", {"at": "2026-03-06T12:30:00+01:00"}, {"open": False}),
        ("next_open", {"at": "2026-03-06T19:00:00+01:00"}, {"at": "2026-03-09T08:00:00Z"}),
        ("next_open", {"at": "2026-03-06T10:00:00+01:00"}, {"at": "2026-03-06T09:00:00Z"}),
        ("next_close", {"at": "2026-03-06T12:30:00+01:00"}, {"at": "2026-03-06T17:00:00Z"}),
        (
            "intervals",
            {"from": "2026-03-06T17:00:00+01:00", "count": 2},
            {
                "intervals": [
                    ["2026-03-06T16:00:00Z", "2026-03-06T17:00:00Z"],
                    ["2026-03-09T08:00:00Z", "2026-03-09T11:30:00Z"],
                ]
            },
        ),
    ],
)
def test_calendar_answers_each_operation(
    op: str, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert ask(op, **fields) == {"id": "q", **expected}


def test_calendar_always_has_no_closing() -> None:
    assert ask("next_close", "always", at="2026-03-06T12:30:00Z") == {"id": "q", "at": None}
    assert ask("intervals", "always", **{"from": "2026-03-06T12:30:00Z", "count": 1}) == {
        "id": "q",
        "intervals": [["2026-03-06T12:30:00Z", None]],
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": -1}, "must not be negative"),
        ({"minutes": None}, "must be a number of minutes"),
        ({"minutes": "60"}, "must be a number of minutes"),
        ({"minutes": True}, "must be a number of minutes"),
        ({"minutes": float("nan")}, "must be a number of minutes"),
        ({"minutes": float("inf")}, "must be a number of minutes"),
        ({"minutes": 1e300}, "too large"),
        ({"from": "2026-03-06T12:30:00"}, "has no offset from UTC"),
        ({"from": "yesterday"}, "is not a moment"),
        ({"from": None}, "must be a moment"),
        ({"from": 5}, "must be a moment"),
        ({"op": "plus"}, '"op" must be one of add, subtract'),
        ({"op": None}, '"op" must be one of'),
        ({"op": ["add"]}, '"op" must be one of'),
        ({"calendar": None}, "a calendar is"),
        ({"calendar": {**OFFICE, "timezone": "Mars"}}, 'no time zone "Mars"'),
        ({"calendar": {**OFFICE, "hours": {"mon": [["09:00", "24:30"]]}}}, '"24:30"'),
    ],
)
def test_calendar_says_what_is_wrong_with_a_question(changes: dict[str, Any], said: str) -> None:
    question = {
        "id": 7,
        "calendar": OFFICE,
        "op": "add",
        "from": "2026-03-06T12:30:00Z",
        "minutes": 5,
    }

    (answer,), status = run({**question, **changes})

    assert status == 1
    assert list(answer) == ["id", "error"]
    assert answer["id"] == 7
    assert said in answer["error"]


def test_calendar_bad_line_stands_in_its_place_and_the_run_goes_on() -> None:
    good = {"id": "a", "calendar": "always", "op": "is_open", "at": "2026-03-06T12:30:00Z"}

    answers, status = run(good, "{not json}\n", "[1, 2]\n", "\n", "5\n", {**good, "id": "b"})

    assert [answer["id"] for answer in answers] == ["a", None, None, None, "b"]
    assert [sorted(answer) for answer in answers] == [
        ["id", "open"],
        ["error", "id"],
        ["error", "id"],
        ["error", "id"],
        ["id", "open"],
    ]
    assert status == 1


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": "\xff"}\n',
        b"[" * 100_000 + b"\n",
        b'{"id": ' + b"9" * 5000 + b"}\n",
        b"\xef\xbb\xbfnonsense\n",
    ],
)
def test_calendar_survives_lines_that_are_no_json(line: bytes) -> None:
    result = CliRunner().invoke(calendar, input=line)

    assert result.exit_code == 1
    assert "error" in json.loads(result.stdout)


def test_calendar_good_run_ends_with_status_0() -> None:
    answers, status = run(
        {"id": 1, "calendar": "always", "op": "is_open", "at": "2026-03-06T12:30:00Z"}
    )

    assert (answers, status) == ([{"id": 1, "open": True}], 0)


def test_calendar_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(
        '{"id": 1, "calendar": "always", "op": "is_open", "at": "2026-03-06T12:30:00Z"}'
    )

    assert CliRunner().invoke(calendar, [str(path)]).stdout == '{"id": 1, "open": true}\n'


def test_calendar_bad_arguments_end_with_status_2() -> None:
    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(calendar, arguments)

    assert invoke("no-such-file.jsonl").exit_code == 2
    assert invoke("--colour").exit_code == 2


def test_calendar_help_shows_an_example_that_holds() -> None:
    shown = CliRunner().invoke(calendar, ["--help"]).stdout
    lines = [line.strip() for line in shown.splitlines()]
    start = next(i for i, line in enumerate(lines) if line.startswith('{"id": 1, "op"'))

    question, expected = " ".join(lines[start : start + 2]), lines[start + 3]

    assert run(question) == ([json.loads(expected)], 0)
