"""The hours of a calendar as a person edits them, and the spec that `comptoir calendar` takes.

A calendar's `spec` says what counts. Beside it `sources` says where its dates come from:

    {"country": "DE", "region": "BY",
     "offered": {"2026-12-25": "Weihnachten", …}, "left_out": ["Friedensfest"],
     "names": {"2026-12-24": "Inventory"}}

`offered` is what the source of public holidays said when it was last asked: a snapshot, taken anew
only when somebody asks for it. Those not left out are among the spec's holidays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from comptoir.core.calendars.spec import WEEKDAYS
from comptoir.merchant.public_holidays import Offered, offered, years_around

Pairs = list[list[str]]
"""Intervals of a day as they are written: [["09:00", "12:30"], ["13:30", "18:00"]]."""

WORKING_DAYS = "working-days-"
"""Calendars of storefronts, made with a channel; the country's two letters follow."""


class SpecialKind(StrEnum):
    """How a date differs from its weekday."""

    CLOSED = "closed"
    HOURS = "hours"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that differs: closed, with hours of its own, or closed for a part of the day."""

    day: str
    kind: SpecialKind
    pairs: Pairs = field(default_factory=list)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """All of a calendar. `offered` are public holidays, `left_out` the names not taken."""

    zone: str
    weekly: Mapping[str, Pairs]
    country: str = ""
    region: str = ""
    offered: Offered = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    days: tuple[SpecialDay, ...] = ()

    def spec(self) -> dict[str, Any]:
        """Write what counts. A date of one's own goes before a public holiday."""
        own = {kind: [d for d in self.days if d.kind is kind] for kind in SpecialKind}
        made: dict[str, Any] = {
            "timezone": self.zone,
            "hours": {day: self.weekly[day] for day in WEEKDAYS if self.weekly.get(day)},
        }
        closed = {d.day for d in own[SpecialKind.CLOSED]} | set(self.taken())
        if closed:
            made["holidays"] = sorted(closed)
        for kind, name in ((SpecialKind.HOURS, "overrides"), (SpecialKind.CUT, "closures")):
            if own[kind]:
                made[name] = {d.day: d.pairs for d in sorted(own[kind], key=lambda d: d.day)}
        return made

    def sources(self) -> dict[str, Any]:
        """Write where the dates come from."""
        made: dict[str, Any] = {}
        if self.country:
            made |= {"country": self.country, "region": self.region, "offered": self.offered}
            made["left_out"] = sorted(self.left_out & names_of(self.offered))
        names = {d.day: d.name for d in self.days if d.name}
        return made | ({"names": names} if names else {})

    def taken(self) -> Offered:
        """Give the public holidays on which nobody is there."""
        return _taken(self.offered, self.left_out)


def read_hours(name: str, spec: Mapping[str, Any], sources: Mapping[str, Any]) -> Hours:
    """Read a stored calendar; dates that no source names are the merchant's own."""
    known = sources if sources.get("country") else _guessed(name, spec)
    public: Offered = dict(known.get("offered", {}))
    left_out = frozenset(known.get("left_out", ()))
    taken = _taken(public, left_out)
    named: Mapping[str, str] = sources.get("names", {})
    holidays = [day for day in spec.get("holidays", []) if day not in taken or day in named]
    days = [
        *(SpecialDay(d, SpecialKind.CLOSED, [], named.get(d, "")) for d in holidays),
        *_dated(SpecialKind.HOURS, spec.get("overrides", {}), named),
        *_dated(SpecialKind.CUT, spec.get("closures", {}), named),
    ]
    return Hours(
        zone=spec.get("timezone", "UTC"),
        weekly={
            day: [list(pair) for pair in spec.get("hours", {}).get(day, [])] for day in WEEKDAYS
        },
        country=known.get("country", ""),
        region=known.get("region", ""),
        offered=public,
        left_out=left_out,
        days=tuple(sorted(days, key=lambda special: special.day)),
    )


def public_holidays(country: str, region: str, *, today: date) -> Offered:
    """Ask the source of public holidays, for the years around that day."""
    return dict(offered(country, region, years_around(today)))


def names_of(holidays: Offered) -> frozenset[str]:
    """Give the names under which holidays are taken or left out."""
    return frozenset(part for name in holidays.values() for part in name.split("; "))


def differences(stored: Offered, source: Offered) -> tuple[Offered, Offered]:
    """Give the holidays that the source has anew, and those it has no longer.

    What lies before or after the years of both is no difference: only that nobody asked.
    """
    gone = {
        day: name
        for day, name in stored.items()
        if source and min(source)[:4] <= day[:4] <= max(source)[:4] and source.get(day) != name
    }
    return {day: name for day, name in source.items() if stored.get(day) != name}, gone


def _taken(offered: Offered, left_out: frozenset[str]) -> Offered:
    return {day: name for day, name in offered.items() if not set(name.split("; ")) <= left_out}


def _dated(
    kind: SpecialKind, entries: Mapping[str, Pairs], named: Mapping[str, str]
) -> Iterable[SpecialDay]:
    for day, pairs in entries.items():
        yield SpecialDay(day, kind, [list(pair) for pair in pairs], named.get(day, ""))


def _guessed(name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Tell a storefront's country by the calendar's name, where nobody wrote its sources down."""
    country = name.removeprefix(WORKING_DAYS).upper() if name.startswith(WORKING_DAYS) else ""
    days = sorted(spec.get("holidays", []))
    if not country or not days:
        return {}
    years = range(int(days[0][:4]), int(days[-1][:4]) + 1)
    source = offered(country, "", years)
    return {"country": country, "offered": {d: source[d] for d in days if d in source}}
