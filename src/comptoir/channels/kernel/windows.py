"""Windows of time between two polls: they overlap, so that nothing slips in between.

Vendors index late and their clocks are not ours. Each window begins a little before the last one
ended; what is seen twice is stored once, by its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

OVERLAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` (part of it) until `until` (not part of it), in UTC."""

    since: datetime
    until: datetime


def windows(
    through: str | None,
    *,
    now: datetime,
    begins: datetime,
    overlap: timedelta = OVERLAP,
    longest: timedelta | None = None,
) -> Iterator[Window]:
    """Give the windows from where a cursor stands (`through`, ISO 8601) until now, oldest first.

    Without a cursor they begin at `begins`. None is longer than `longest`, where the vendor limits
    it. A cursor from the future (a clock that was set back) begins at now, less the overlap.
    """
    since = begins if through is None else min(datetime.fromisoformat(through), now) - overlap
    while since < now:
        until = now if longest is None else min(now, since + longest)
        yield Window(since, until)
        if until == now:
            return
        since = until - min(overlap, (longest or overlap) / 2)


def iso(moment: datetime) -> str:
    """Write a moment as vendors read it: `2026-11-21T08:00:00Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def moment(text: object) -> datetime | None:
    """Read a moment of a vendor; one without a zone is UTC. None for what is none."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
