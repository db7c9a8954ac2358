"""JSON Lines in, JSON Lines out: one object a line, one answer a line, in the same order.

A line that cannot be answered gives `{"id": …, "error": "…"}` in its place and the run goes on;
the exit status is then 1 at the end.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO, NoReturn

from comptoir.core.refusals import Refusal

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Takes one question, gives the answer without its id; raises `Refusal` for a bad one."""


def answer_lines(lines: BinaryIO, answer: Answer) -> NoReturn:
    """Answer each line on standard output, then leave with status 0, or 1 after a bad line."""
    try:
        bad_count = sum(not _write(reply) for reply in _answers(lines, answer))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read us has gone (`| head`): nothing more to say, not even at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(1 if bad_count else 0)


def _answers(lines: Iterable[bytes], answer: Answer) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answered(line, number, answer)


def _answered(line: bytes, number: int, answer: Answer) -> dict[str, Any]:
    question: dict[str, Any] = {}
    try:
        question = _read(line, number)
        return {"id": question.get("id"), **answer(question)}
    except Refusal as refusal:
        return {"id": question.get("id"), "error": str(refusal)}


def _read(line: bytes, number: int) -> dict[str, Any]:
    read = _parsed(line, number)
    if not isinstance(read, dict):
        raise Refusal("line {number} is not a JSON object in braces", number=number)
    return read


def _parsed(line: bytes, number: int) -> object:
    try:
        return json.loads(line.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Refusal("line {number} is not UTF-8; save it as UTF-8", number=number) from None
    except RecursionError:
        raise Refusal("line {number} is nested too deeply", number=number) from None
    except json.JSONDecodeError as error:
        raise Refusal(
            "line {number} is not JSON: {problem} at column {column}",
            number=number,
            problem=error.msg,
            column=error.colno,
        ) from None
    except ValueError:
        raise Refusal("line {number} holds a number with too many digits", number=number) from None


def _no_number(_name: str) -> None:
    """Take NaN and Infinity, which are no JSON, for nothing: the field is then refused by name."""


def _write(reply: dict[str, Any]) -> bool:
    """Write one line at once (a script may be waiting for it); tell whether it is an answer."""
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()
    return "error" not in reply


def plain_number(value: float) -> float | int:
    """Give a whole number without its point: 3600, not 3600.0."""
    return int(value) if value == int(value) else value
