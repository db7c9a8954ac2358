"""The fewest hours to add to a week so that a wanted share can be answered in time.

An extra hour begins on a full hour of the wall clock: 168 places. A message that the staffed hours
cannot answer is saved by any hour between its own and that of its due moment. Which hours to choose
is solved exactly, not greedily, because the best single hour is often none of the best two:

- With the chosen hours in their order, a message stays lost if its whole stretch lies between two
  neighbours. So the loss of a choice is a sum over neighbours, and the best k hours of a stretch of
  the week follow from the best k - 1 by a dynamic programme (`_ladder`). Nested stretches make that
  sum a Monge one: the best predecessor never moves back, and each layer costs n log n.
- Where no lost stretch crosses a full hour, the week falls apart into parts that know nothing of
  each other (`_parts`): usually nights and week-ends. Their ladders are merged for every number of
  hours. Where it never falls apart, as with nothing staffed at all, the week is a ring, cut at one
  hour after another (`_ring`).

Of choices that save equally many, the one nearest to daytime is taken. Due moments are held as they
are: extra hours on the very calendar on which a deadline counts would move them too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import islice
from math import floor
from typing import NamedTuple

from comptoir.core.calendars import Calendar
from comptoir.core.clocks.deadlines import Calendars
from comptoir.core.clocks.policies import Deadline
from comptoir.core.coverage import EVENLY, Cells, cells_of
from comptoir.core.refusals import Refusal

HOURS = 168
DAY_STARTS, DAY_ENDS = 9, 17
"""An hour outside of this is less welcome, the more so the further away."""
UNIT = 4096
"""A lost message weighs more than the unwelcomeness of any choice: 168 hours of at most 9."""

Choice = tuple[int, tuple[int, ...]]
"""Cost (lost messages in `UNIT`, and unwelcomeness) and the hours chosen."""


class Plan(NamedTuple):
    """Hours to add (0 is Monday 00:00 to 01:00), in order, and the share that can be answered then."""

    hours: tuple[int, ...]
    share: float


def fewest_hours(
    staffed: Calendar,
    deadline: Deadline,
    calendars: Calendars,
    *,
    near: datetime,
    wanted_share: float,
    arrivals: Sequence[int] = EVENLY,
) -> Plan | None:
    """Find the fewest extra hours with which that share can be answered in time.

    Arguments as for `coverage`. None where the channel names the day, or where not even the whole
    week would do (a deadline without any time).
    """
    if not 0 < wanted_share <= 1:
        raise Refusal("a wanted share is more than 0 and at most 1 (100 %)")
    cells = cells_of(staffed, deadline, calendars, near=near, arrivals=arrivals)
    return None if cells is None else _plan(cells, wanted_share)


def _plan(cells: Cells, wanted_share: float) -> Plan | None:
    total = sum(cells.arrivals)
    wanted = Fraction(wanted_share).limit_denominator(1_000_000)
    losses = _Losses(cells)
    bearable = floor(total * (1 - wanted)) - losses.hopeless
    if bearable < 0:
        return None
    cost, hours = _best(losses, bearable)
    share = 1 - (cost // UNIT + losses.hopeless) / total
    return Plan(tuple(sorted(hour % HOURS for hour in hours)), share)


class _Losses:
    """Messages that the staffed hours lose, by the hours between which each could be saved.

    `between(i, j)` is the weight of those whose hours all lie between hour i and hour j, neither
    included; hours count on past the end of the week.
    """

    def __init__(self, cells: Cells) -> None:
        self.starts: dict[tuple[int, int], int] = {}
        self.hopeless = 0
        for i in cells.lost():
            first, last = i * cells.minutes // 60, cells.last[i] * cells.minutes // 60
            if cells.last[i] < i:
                self.hopeless += cells.arrivals[i]
            elif cells.arrivals[i]:
                key = first, min(last - first, HOURS - 1)
                self.starts[key] = self.starts.get(key, 0) + cells.arrivals[i]
        self._table = self._tabled()

    def between(self, i: int, j: int) -> int:
        """Give the weight lost between two chosen hours."""
        return self._table[i % HOURS][j - i]

    def crossings(self) -> list[int]:
        """Give the weight of what reaches from before each full hour to after it."""
        crossed = [0] * HOURS
        for (first, length), weight in self.starts.items():
            for hour in range(first + 1, first + length + 1):
                crossed[hour % HOURS] += weight
        return crossed

    def _tabled(self) -> list[list[int]]:
        """Lay out `between` by hour and distance, from shorter distances to longer ones."""
        within = [[0] * HOURS for _ in range(HOURS)]
        for (first, length), weight in self.starts.items():
            within[first][length] = weight
        for row in within:
            for length in range(1, HOURS):
                row[length] += row[length - 1]
        table = [[0, 0] + [0] * HOURS for _ in range(HOURS)]
        for distance in range(2, HOURS + 2):
            for i in range(HOURS):
                following = (i + 1) % HOURS
                table[i][distance] = table[following][distance - 1]
                table[i][distance] += within[following][distance - 2]
        return table


def _best(losses: _Losses, bearable: int) -> Choice:
    """Give the best choice of the fewest hours with which no more than that is lost."""
    crossed = losses.crossings()
    cuts = [hour for hour in range(HOURS) if not crossed[hour]]
    if not cuts:
        return _ring(losses, bearable)
    return next(choice for choice in _parts(losses, cuts) if choice[0] // UNIT <= bearable)


def _parts(losses: _Losses, cuts: Sequence[int]) -> list[Choice]:
    """Give the best choice of no hour, of one, of two …, until nothing is lost."""
    merged: list[Choice] = [(0, ())]
    for start, end in zip(cuts, [*cuts[1:], cuts[0] + HOURS], strict=True):
        if losses.between(start - 1, end):
            merged = _merged(merged, list(_ladder(losses, start - 1, end)))
    return merged


def _merged(one: Sequence[Choice], other: Sequence[Choice]) -> list[Choice]:
    """Give the best way to share out each number of hours over two parts."""
    return [
        min(
            (one[k][0] + other[count - k][0], one[k][1] + other[count - k][1])
            for k in range(max(0, count - len(other) + 1), min(count, len(one) - 1) + 1)
        )
        for count in range(len(one) + len(other) - 1)
    ]


def _ring(losses: _Losses, bearable: int) -> Choice:
    """Give the best choice where one hour decides about all others.

    One more hour makes up for beginning at a given one, so that the fewest hours are those found
    from hour 0, or one less. And among the best choices of k hours there is one that begins no
    later than the second hour of the best that begins at 0: the two interleave, as optimal polygons
    do (Boyce, Dobkin, Drysdale, Guibas 1985).
    """
    lost = sum(losses.starts.values())
    if lost <= bearable:
        return lost * UNIT, ()
    from_zero = [_rooted(0, choice) for choice in _ladder(losses, 0, HOURS)]
    count = next(k for k, choice in enumerate(from_zero, 1) if choice[0] // UNIT <= bearable)
    for fewer in (count - 1, count):
        if fewer < 1:
            continue
        _cost, hours = from_zero[fewer - 1]
        second = hours[1] if fewer > 1 else HOURS - 1
        best = min(
            _rooted(first, choice)
            for first in range(second + 1)
            if (choice := _rung(_ladder(losses, first, first + HOURS), fewer - 1))
        )
        if best[0] // UNIT <= bearable:
            return best
    raise AssertionError("the hours found from hour 0 reach it")


def _rooted(first: int, choice: Choice) -> Choice:
    return choice[0] + _unwelcome(first), (first, *choice[1])


def _rung(ladder: Iterator[Choice], number: int) -> Choice | None:
    """Give that step of a ladder, the last one where nothing is lost before; None for no step."""
    found = None
    for found in islice(ladder, number + 1):  # noqa: B007 -- the last one is meant
        pass
    return found


def _ladder(losses: _Losses, low: int, high: int) -> Iterator[Choice]:
    """Yield the best choice of 0, 1, 2 … hours strictly between two, until none is lost there."""
    best = {j: losses.between(low, j) * UNIT for j in range(low + 1, high + 1)}
    befores: list[dict[int, int]] = []
    while True:
        yield best[high], _traced(befores, high)
        if best[high] < UNIT or len(befores) == high - low - 1:
            return
        best, before = _next_layer(losses, best, low + len(befores) + 2, high)
        befores.append(before)


def _next_layer(
    losses: _Losses, best: dict[int, int], first: int, high: int
) -> tuple[dict[int, int], dict[int, int]]:
    """Add one hour: give the costs with each hour as the next one, and the hour chosen before it."""
    layer: dict[int, int] = {}
    before: dict[int, int] = {}
    todo = [(first, high, first - 1, high - 1)]
    while todo:
        start, end, least, most = todo.pop()
        if start > end:
            continue
        j = (start + end) // 2
        layer[j], before[j] = min(
            (best[i] + _unwelcome(i) + losses.between(i, j) * UNIT, i)
            for i in range(least, min(most, j - 1) + 1)
        )
        todo += [(start, j - 1, least, before[j]), (j + 1, end, before[j], most)]
    return layer, before


def _traced(befores: Sequence[dict[int, int]], high: int) -> tuple[int, ...]:
    hours: list[int] = []
    j = high
    for before in reversed(befores):
        j = before[j]
        hours.append(j)
    return tuple(reversed(hours))


def _unwelcome(hour: int) -> int:
    of_day = hour % 24
    return max(DAY_STARTS - of_day, of_day + 1 - DAY_ENDS, 0)
