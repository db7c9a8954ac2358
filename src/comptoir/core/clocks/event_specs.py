"""Events as they are written down: JSON objects in the words of `docs/sla.md`.

{"at": "2026-02-27T17:40:00Z", "type": "buyer_message", "id": "m1"}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

from comptoir.core.clocks.events import EVENT_TYPES, Event, Recipient, Status
from comptoir.core.moments import read_moment, write_moment
from comptoir.core.refusals import Refusal
from comptoir.core.specs import read_choice, read_flag, read_list, read_object, read_text

TYPE_NAMES = {type_: name for name, type_ in EVENT_TYPES.items()}


def read_event(spec: object) -> Event:
    """Read one event. Raises `Refusal`; a field that is null counts as left out."""
    name = read_object(spec, "an event").get("type")
    if not isinstance(name, str) or name not in EVENT_TYPES:
        raise Refusal(
            'there is no event type "{type}"; known are {known}',
            type=name,
            known=", ".join(EVENT_TYPES),
        )
    takes = {field.name: field for field in fields(EVENT_TYPES[name])}
    given = read_object(spec, f'event "{name}"', known=("type", *takes))
    for field in takes.values():
        if field.default is MISSING and given.get(field.name) is None:
            raise Refusal('event "{type}" needs "{field}"', type=name, field=field.name)
    return EVENT_TYPES[name](
        **{
            field: _reader(name, field)(given[field], field)
            for field in takes
            if given.get(field) is not None
        }
    )


def write_event(event: Event) -> dict[str, Any]:
    """Write an event so that `read_event` gives it back; what has its usual value is left out."""
    written: dict[str, Any] = {"type": TYPE_NAMES[type(event)]}
    for field in fields(event):
        value = getattr(event, field.name)
        if value != field.default:
            written[field.name] = write_moment(value) if isinstance(value, datetime) else value
    return written


def _reader(type_: str, field: str) -> Callable[[object, str], Any]:
    if (type_, field) == ("status", "to"):
        return lambda value, name: read_choice(value, name, Status)
    return _READERS[field]


_READERS: Mapping[str, Callable[[object, str], Any]] = {
    "at": lambda value, name: read_moment(value, field=name),
    "due_at": lambda value, name: read_moment(value, field=name),
    "seen_at": lambda value, name: read_moment(value, field=name),
    "id": read_text,
    "reply": read_text,
    "policy": read_text,
    "to": lambda value, name: read_choice(value, name, Recipient),
    "holding": read_flag,
    "seen_elsewhere": read_flag,
    "asks_us": read_flag,
    "confirmed_outside": read_flag,
    "messages": lambda value, name: tuple(read_list(value, name, read_text)),
}
