"""Coverage as pages show it: what the staffed hours can answer, and which hours are missing.

`look` makes the values that `settings/hours/coverage.html` draws; that part can be included by any
page that knows the staffed calendar (the editor of hours, that of a policy).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from comptoir.core.calendars import Calendar
from comptoir.core.clocks.deadlines import Calendars
from comptoir.core.clocks.policies import Deadline, Kind, Policy
from comptoir.core.coverage import EVENLY, Coverage, Span, coverage
from comptoir.core.extra_hours import Plan, fewest_hours
from comptoir.core.refusals import Refusal
from comptoir.tickets import arrivals as tickets_arrivals

ARRIVALS_MIN = 50
"""With fewer messages there is no pattern yet: they are spread evenly."""
REPLIES = (Kind.FIRST_REPLY, Kind.NEXT_REPLY)
HOUR_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """One promise to look at: a deadline that some policies share."""

    key: str
    names: tuple[str, ...]
    side: str
    deadline: Deadline
    calendars: Calendars


@dataclass(frozen=True, slots=True)
class Row:
    """A promise with the best share that can be answered in time."""

    asked: Asked
    found: Coverage


@dataclass(frozen=True, slots=True)
class HourBar:
    """An hour of the week in the chart; heights are shares of the highest bar."""

    hour: int
    height: float
    is_lost: bool


@dataclass
class Look:
    """What one set of staffed hours makes possible."""

    staffed: Calendar
    rows: list[Row]
    arrivals: Sequence[int]
    message_count: int
    near: datetime
    chosen_key: str = ""
    wanted_percent: int = 100

    @property
    def is_even(self) -> bool:
        """Tell whether there were too few messages to see a pattern."""
        return self.message_count < ARRIVALS_MIN

    @property
    def chosen(self) -> Row | None:
        """Give the promise that is looked at closely: the one asked for, else the worst."""
        found = next((row for row in self.rows if row.asked.key == self.chosen_key), None)
        return found or (self.rows[0] if self.rows else None)

    @cached_property
    def plan(self) -> Plan | None:
        """Find the fewest hours to add for the chosen promise."""
        row = self.chosen
        if row is None or not 0 < self.wanted_percent <= 100:
            return None
        return fewest_hours(
            self.staffed,
            row.asked.deadline,
            row.asked.calendars,
            near=self.near,
            wanted_share=self.wanted_percent / 100,
            arrivals=self.arrivals,
        )

    @property
    def bars(self) -> list[HourBar]:
        """Give the messages of each hour of the week; an hour is lost if any of it is."""
        counts = [
            sum(self.arrivals[h * HOUR_QUARTERS : (h + 1) * HOUR_QUARTERS]) for h in range(168)
        ]
        highest = max(counts)
        lost = {hour for span in self.lost for hour in _hours(span)}
        return [HourBar(h, count / highest, h in lost) for h, count in enumerate(counts)]

    @property
    def lost(self) -> tuple[Span, ...]:
        """Give the spans of the week whose messages are lost for the chosen promise."""
        return self.chosen.found.lost if self.chosen else ()

    @property
    def staffed_spans(self) -> list[tuple[int, int]]:
        """Give staffed time in minutes of the week, nothing past its end."""
        weekly = getattr(self.staffed, "weekly", None)
        if weekly is None:
            return [(0, 10_080)]
        found = []
        for day, shifts in enumerate(weekly):
            for start, end in shifts:
                first, last = day * 1440 + start, day * 1440 + end
                found.append((first, min(last, 10_080)))
                if last > 10_080:
                    found.append((0, last - 10_080))
        return sorted(found)


def look(
    staffed: Calendar,
    asked: Iterable[Asked],
    *,
    near: datetime,
    arrivals: Sequence[int] | None = None,
    chosen_key: str = "",
    wanted_percent: int = 100,
) -> Look:
    """Compute what the staffed hours make possible, the worst first.

    `arrivals` are counts by quarter of the week in the calendar's zone; read when not given.
    """
    zone = str(staffed.zone)
    counted = tickets_arrivals.by_quarter_of_week(zone, now=near) if arrivals is None else arrivals
    count = sum(counted)
    spread: Sequence[int] = counted if count >= ARRIVALS_MIN else EVENLY
    rows = []
    for one in asked:
        try:
            found = coverage(staffed, one.deadline, one.calendars, near=near, arrivals=spread)
        except Refusal:
            continue  # a calendar that can never supply it; its own page says so
        if found is not None:
            rows.append(Row(one, found))
    rows.sort(key=lambda row: (row.found.share, row.asked.deadline.length or row.asked.names))
    return Look(staffed, rows, spread, count, near, chosen_key, wanted_percent)


def asked_of(policies: Iterable[tuple[str, Policy, Calendars]]) -> list[Asked]:
    """Give what policies promise for replies, each promise once: the limit, else the target."""
    names: dict[tuple[str, Deadline], list[str]] = {}
    calendars: dict[tuple[str, Deadline], Mapping[str, Calendar]] = {}
    for name, policy, known in policies:
        for kind in REPLIES:
            rule = policy.rule(kind)
            side, deadline = ("limit", rule.limit) if rule.limit else ("target", rule.target)
            if deadline is None:
                continue
            listed = names.setdefault((side, deadline), [])
            calendars[side, deadline] = known
            if name not in listed:
                listed.append(name)
    return [
        Asked(_key(side, deadline), tuple(listed), side, deadline, calendars[side, deadline])
        for (side, deadline), listed in names.items()
    ]


def _key(side: str, deadline: Deadline) -> str:
    minutes = deadline.length.total_seconds() / 60 if deadline.length else deadline.days or 0
    window = "-".join(str(edge) for edge in deadline.window or ())
    return f"{side}:{deadline.model}:{minutes:g}:{deadline.calendar}:{window}"


def _hours(span: Span) -> Iterable[int]:
    return (hour % 168 for hour in range(span.start_minute // 60, -(-span.end_minute // 60)))
