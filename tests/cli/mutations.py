"""Good questions turned bad: one value somewhere in them replaced, taken out, doubled or added."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

HOSTILE: list[Any] = [
    None, True, False, 0, -1, 1.5, 1e300, -1e300, 1e-9, 10**20, -(10**20), 2**63,
    float("nan"), float("inf"), "", " ", "always", "x" * 300, "\x00", "\ud800", "é\n", "None",
    "2026-03-06T09:00:00", "2026-03-06T09:00:00Z", "2026-02-30T09:00:00Z", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00", "1899-12-31T00:00:00Z", "2499-12-31T23:59:59Z",
    "2026-03-06T25:00:00Z", "2026-W10-5T09:00:00Z", "2026-03-06", "20260306T090000Z",
    "2026-12-25", "2026-13-01", "0000-00-00", "9999-12-31", "24:00", "24:30", "9:00", "09:00",
    "-1:00", "Mars/Olympus", "Europe", "posix/Europe/Paris", "../../etc/passwd", "/etc/passwd",
    "UTC", "{name}", "{0}", "%s", [], {}, [[]], [{}], {"": ""}, {"a": None}, [None], [[None, None]],
    ["09:00", "09:00"], ["24:00", "09:00"], [["09:00", "17:00"], ["16:00", "18:00"]],
    [["22:00", "06:00"]], {"start": "09:00", "end": "17:00", "days": ["mon", "mon"]},
    {"timezone": "Europe/Paris"}, {"timezone": None, "hours": None}, ["m1", "m1"], [1, True, "m1"],
]  # fmt: skip

Place = tuple[Any, ...]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the way to every value inside."""
    yield place
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*place, key))
    elif isinstance(value, list):
        for number in range(len(value)):
            yield from places(value[number], (*place, number))


def anything() -> st.SearchStrategy[Any]:
    """Any JSON, and values chosen to hurt."""
    leaves = st.sampled_from(HOSTILE) | st.text(max_size=8) | st.integers() | st.floats()
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
        ),
        max_leaves=6,
    )


@st.composite
def mutated(draw: st.DrawFn, examples: list[dict[str, Any]]) -> dict[str, Any]:
    """Give one of the examples with one to three things changed."""
    question: Any = copy.deepcopy(draw(st.sampled_from(examples)))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([p for p in places(question) if p] or [("id",)]))
        holder = question
        for key in way:
            holder = holder[key]
        kind = draw(st.sampled_from(["replace", "replace", "remove", "double", "add"]))
        if kind == "remove":
            del holder[last]
        elif kind == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        elif kind == "add" and isinstance(holder, dict):
            holder[draw(st.text(max_size=5))] = copy.deepcopy(draw(anything()))
        else:
            holder[last] = copy.deepcopy(draw(anything()))
    return dict(question)
