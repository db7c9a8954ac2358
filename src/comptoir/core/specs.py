"""Reading JSON-like objects field by field: each wrong value is refused by its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from comptoir.core.refusals import Refusal

Spec = Mapping[str, Any]
Choice = TypeVar("Choice", bound=StrEnum)
Item = TypeVar("Item")


def read_object(value: object, what: str, *, known: Collection[str] = ()) -> Spec:
    """Give the object back if it is one and, where `known` is given, holds nothing else."""
    if not isinstance(value, Mapping):
        raise Refusal("{what} must be an object in braces, not {value}", what=what, value=value)
    for name in value if known else ():
        if name not in known:
            raise Refusal(
                '{what} knows no "{name}"; it takes {known}',
                what=what,
                name=name,
                known=", ".join(known),
            )
    return value


def read_flag(value: object, field: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Refusal('"{field}" must be true or false', field=field)
    return value


def read_text(value: object, field: str) -> str:
    """Read a text; a number, as ids sometimes are, becomes one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Refusal('"{field}" must be a text', field=field)
    return value


def read_minutes(value: object, field: str) -> timedelta:
    """Read minutes, 0 or more, perhaps a fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal('"{field}" must be a number of minutes, 0 or more', field=field)
    if value < 0:
        raise Refusal('"{field}" must not be negative', field=field)
    try:
        return timedelta(minutes=value)
    except (OverflowError, ValueError):
        raise Refusal('"{field}" is too large', field=field) from None


def read_days(value: object, field: str) -> int:
    """Read a whole number of days, from 1 to ten years."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 3660:
        raise Refusal('"{field}" must be a whole number of days, 1 to 3660', field=field)
    return value


def read_choice(value: object, field: str, choices: type[Choice]) -> Choice:
    """Read one of the words of an enumeration."""
    if isinstance(value, str) and value in {choice.value for choice in choices}:
        return choices(value)
    raise Refusal(
        '"{field}" must be one of {known}, not {value}',
        field=field,
        known=", ".join(choices),
        value=value,
    )


def read_list(value: object, field: str, read: Callable[[object, str], Item]) -> list[Item]:
    """Read a list, each entry with `read`."""
    if not isinstance(value, list | tuple):
        raise Refusal('"{field}" must be a list', field=field)
    return [read(item, field) for item in value]
