"""`comptoir calendar`: questions about business time, JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, BinaryIO

import click

from comptoir.cli.json_lines import answer_lines, plain_number
from comptoir.core.calendars import Calendar, calendar_from_spec
from comptoir.core.moments import read_moment, write_moment
from comptoir.core.refusals import Refusal
from comptoir.core.specs import read_minutes

Question = Mapping[str, Any]
INTERVALS_MAX = 10_000


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
def calendar(file: BinaryIO) -> None:
    """Answer questions about business time: JSON Lines in (FILE or standard input), out.

    Each line names a calendar and an operation: add, subtract, elapsed, is_open, next_open,
    next_close or intervals. A line that cannot be answered gives an "error" in its place;
    the exit status is then 1. "at": null means never.

    \b
    Example:
      $ comptoir calendar
      {"id": 1, "op": "add", "from": "2026-03-27T15:30:00Z", "minutes": 240, "calendar":
       {"timezone": "Europe/Paris", "hours": {"mon": [["09:00","18:00"]], "fri": [["09:00","18:00"]]}}}
    all on one line, gives
      {"id": 1, "at": "2026-03-30T09:30:00Z"}
    """
    answer_lines(file, answer)


def answer(question: Question) -> dict[str, Any]:
    """Answer one question. Raises `Refusal`."""
    operation = question.get("op")
    if not isinstance(operation, str) or operation not in OPERATIONS:
        raise Refusal(
            '"op" must be one of {known}, not {op}',
            known=", ".join(OPERATIONS),
            op=json.dumps(operation),
        )
    if "calendar" not in question:
        raise Refusal('the line has no "calendar"; write "always" or an object with its hours')
    return OPERATIONS[operation](_calendar(json.dumps(question["calendar"])), question)


@lru_cache(maxsize=256)
def _calendar(spec: str) -> Calendar:
    """Read a calendar once, however many lines ask about it."""
    return calendar_from_spec(json.loads(spec))


def _add(calendar: Calendar, question: Question) -> dict[str, Any]:
    return _at(calendar.add(_moment(question, "from"), _minutes(question)))


def _subtract(calendar: Calendar, question: Question) -> dict[str, Any]:
    return _at(calendar.subtract(_moment(question, "from"), _minutes(question)))


def _elapsed(calendar: Calendar, question: Question) -> dict[str, Any]:
    length = calendar.elapsed(_moment(question, "from"), _moment(question, "to"))
    return {"seconds": plain_number(length.total_seconds())}


def _is_open(calendar: Calendar, question: Question) -> dict[str, Any]:
    return {"open": calendar.is_open(_moment(question, "at"))}


def _next_open(calendar: Calendar, question: Question) -> dict[str, Any]:
    return _at(calendar.next_open(_moment(question, "at")))


def _next_close(calendar: Calendar, question: Question) -> dict[str, Any]:
    return _at(calendar.next_close(_moment(question, "at")))


def _intervals(calendar: Calendar, question: Question) -> dict[str, Any]:
    count = question.get("count")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= INTERVALS_MAX:
        raise Refusal('"count" must be a whole number from 0 to {most}', most=INTERVALS_MAX)
    found = calendar.intervals(_moment(question, "from"), count)
    return {"intervals": [[_written(start), _written(end)] for start, end in found]}


OPERATIONS: dict[str, Callable[[Calendar, Question], dict[str, Any]]] = {
    "add": _add,
    "subtract": _subtract,
    "elapsed": _elapsed,
    "is_open": _is_open,
    "next_open": _next_open,
    "next_close": _next_close,
    "intervals": _intervals,
}


def _moment(question: Question, field: str) -> datetime:
    if field not in question:
        raise Refusal(
            '"{op}" needs "{field}", a moment such as "2026-03-02T09:00:00Z"',
            op=question["op"],
            field=field,
        )
    return read_moment(question[field], field=field)


def _minutes(question: Question) -> timedelta:
    return read_minutes(question.get("minutes"), "minutes")


def _at(moment: datetime | None) -> dict[str, Any]:
    return {"at": _written(moment)}


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else write_moment(moment)
