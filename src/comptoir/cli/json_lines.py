"""JSON Lines in, JSON Lines out: one object a line, one answer a line, in the same order.

A line that cannot be answered gives `{"id": …, "error": "…"}` in its place and the run goes on;
the exit status is then 1 at the end.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, BinaryIO, NoReturn

from comptoir.core.refusals import Refusal

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Takes one question, gives the answer without its id; raises `Refusal` for a bad one."""


def answer_lines(lines: BinaryIO, answer: Answer) -> NoReturn:
    """Answer each line on standard output, then leave with status 0, or 1 after a bad line."""
    bad_count = 0
    try:
        for number, line in enumerate(lines, 1):
            if line.strip():
                reply, is_good = _answered(line, number, answer)
                bad_count += not is_good
                sys.stdout.write(reply + "\n")
                sys.stdout.flush()  # a script may be waiting for it
    except BrokenPipeError:
        # Whoever read us has gone (`| head`): nothing more to say, not even at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(1 if bad_count else 0)


def _answered(line: bytes, number: int, answer: Answer) -> tuple[str, bool]:
    """Give the line to write, and whether it is an answer."""
    question: dict[str, Any] = {}
    try:
        question = _read(line, number)
        return json.dumps({"id": question.get("id"), **answer(question)}), True
    except Refusal as refusal:
        problem = str(refusal)
    except RecursionError:
        question, problem = {}, f"line {number} is nested too deeply"
    return json.dumps({"id": question.get("id"), "error": problem}), False


def _read(line: bytes, number: int) -> dict[str, Any]:
    read = _parsed(line, number)
    if not isinstance(read, dict):
        raise Refusal("line {number} is not a JSON object in braces", number=number)
    return read


def _parsed(line: bytes, number: int) -> object:
    try:
        return json.loads(line.decode("utf-8-sig"), parse_constant=str, parse_float=_float)
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


def _float(text: str) -> float | str:
    """Read a number; one beyond all numbers stays a text, like NaN, and is refused by its field."""
    number = float(text)
    return number if isfinite(number) else text


def plain_number(value: float) -> float | int:
    """Give a whole number without its point: 3600, not 3600.0."""
    return int(value) if value == int(value) else value
