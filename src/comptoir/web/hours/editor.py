"""The editor of one calendar: what is stored, what was typed, and the hours both mean.

Everything is in one form. A button that changes what is typed (copy, add a line, ask for holidays
anew, put hours in) sends the whole form and gets it back changed; nothing is stored until it is
saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, gettext

from comptoir.core.calendars.spec import WEEKDAYS
from comptoir.core.refusals import Refusal
from comptoir.merchant import hours as merchant_hours
from comptoir.merchant.actions import calendars
from comptoir.merchant.hours import Hours, SpecialDay, SpecialKind
from comptoir.merchant.models import Calendar
from comptoir.merchant.public_holidays import Offered, labels
from comptoir.web.hours import words, writing
from comptoir.web.hours.forms import CalendarForm, DayForm, refuse_twice
from comptoir.web.present.refusals import say_refusal

DAYS_MAX = 400
EXTRA_HOURS_MAX = 168


@dataclass(frozen=True, slots=True)
class Tick:
    """A public holiday to take or to leave out: its name, the reader's name, its next date."""

    name: str
    label: str
    day: date
    is_taken: bool


@dataclass
class Editor:
    """What the page shows. `stored` is None for a new calendar; `data` is None before typing."""

    stored: Calendar | None
    zone: str
    now: datetime
    data: QueryDict | None = None
    notice: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.data is not None:
            self.data = _prepared(self.data)

    @cached_property
    def before(self) -> Hours:
        """Give the hours as they are stored; for a new calendar, a usual week."""
        if self.stored is None:
            usual = {day: [["09:00", "17:00"]] for day in WEEKDAYS[:5]}
            return Hours(zone=self.zone, weekly=usual)
        return merchant_hours.read_hours(self.stored.name, self.stored.spec, self.stored.sources)

    @cached_property
    def form(self) -> CalendarForm:
        """Give the form of everything but dates."""
        stored, before = self.stored, self.before
        initial: dict[str, Any] = {
            "title": stored.title if stored else "",
            "about": stored.about if stored else "",
            "time_zone": before.zone,
            "country": before.country,
            "region": before.region,
            **before.weekly,
        }
        is_named = stored is not None and not stored.title
        return CalendarForm(
            self.data, initial=initial, auto_id="hours-%s", must_be_named=not is_named
        )

    @cached_property
    def day_forms(self) -> list[DayForm]:
        """Give a form for each date that differs, by date, and an empty one."""
        if self.data is not None:
            return [_day_form(i, self.data) for i in range(_count(self.data))]
        rows = [_day_form(i, None, _initial(special)) for i, special in enumerate(self.before.days)]
        return [*rows, _day_form(len(rows), None)]

    @cached_property
    def offered(self) -> Offered:
        """Give the public holidays to choose from: as stored, unless asked for anew."""
        country, region = self._wanted("country"), self._wanted("region")
        if not country:
            return {}
        is_same = (country, region) == (self.before.country, self.before.region)
        if is_same and not self.is_fresh:
            return self.before.offered
        return self.source

    @cached_property
    def source(self) -> Offered:
        """Give what the source of public holidays says today."""
        return merchant_hours.public_holidays(
            self._wanted("country"), self._wanted("region"), today=self.now.date()
        )

    @property
    def is_fresh(self) -> bool:
        """Tell whether public holidays were asked for anew."""
        return self.data is not None and self.data.get("fresh") == "1"

    @property
    def news(self) -> tuple[list[tuple[date, str]], list[tuple[date, str]]]:
        """Give dates that the source of holidays has anew, and those it has no longer."""
        if not self._wanted("country"):
            return [], []
        stored = self.before.offered if self.is_fresh else self.offered
        new, gone = merchant_hours.differences(stored, self.source)
        return self._named(new), self._named(gone)

    @property
    def ticks(self) -> list[Tick]:
        """Give the holidays by their next date, each once."""
        said = self._labels(self.offered)
        left_out = self.left_out
        today = self.now.date().isoformat()
        found: dict[str, Tick] = {}
        for day, joined in sorted(self.offered.items(), key=lambda o: (o[0] < today, o[0])):
            names, spoken = joined.split("; "), said.get(day, joined).split("; ")
            for i, name in enumerate(names):
                label = spoken[i] if len(spoken) == len(names) else name
                tick = Tick(name, label, date.fromisoformat(day), name not in left_out)
                found.setdefault(name, tick)
        return sorted(found.values(), key=lambda tick: tick.day)

    @property
    def left_out(self) -> frozenset[str]:
        """Give the holidays that are not taken: what was shown and not ticked."""
        if self.data is None:
            return self.before.left_out
        return frozenset(self.data.getlist("shown")) - frozenset(self.data.getlist("taken"))

    def is_valid(self) -> bool:
        """Tell whether what was typed can be stored; errors are beside their fields."""
        forms = [self.form, *self.day_forms]
        if any(form.errors for form in forms):
            return False
        refuse_twice(self.day_forms)
        if any(form.errors for form in self.day_forms):
            return False
        if self._was_overtaken():
            self.form.add_error(
                None,
                gettext(
                    "Somebody saved other hours meanwhile: see the versions below. Save again to replace them."
                ),
            )
        try:
            holds_from = self.form.holds_from(self.now)
            calendars.check(self.hours, holds_from=holds_from, now=self.now)
        except Refusal as refusal:
            self.refuse(refusal)
        return not self.form.errors

    def refuse(self, refusal: Refusal) -> None:
        """Say a refusal that is about no single field."""
        self.form.add_error(None, say_refusal(refusal))

    @property
    def hours(self) -> Hours:
        """Give the hours as typed; what cannot be read is left out."""
        if self.data is None:
            return self.before
        for form in (self.form, *self.day_forms):
            form.is_valid()
        read = [form.special_day() for form in self.day_forms if not form.errors]
        return Hours(
            zone=self.form.cleaned_data.get("time_zone") or self.before.zone,
            weekly=self.form.weekly(),
            country=self._wanted("country"),
            region=self._wanted("region"),
            offered=self.offered,
            left_out=self.left_out,
            days=tuple(sorted((day for day in read if day), key=lambda day: day.day)),
        )

    def _was_overtaken(self) -> bool:
        seen = self.data.get("version", "") if self.data is not None else ""
        return bool(seen) and self.stored is not None and seen != str(self.stored.version)

    def _wanted(self, name: str) -> str:
        return str(self.form[name].value() or "")

    def _named(self, days: Offered) -> list[tuple[date, str]]:
        said = self._labels(days)
        return [(date.fromisoformat(day), said.get(day, name)) for day, name in days.items()]

    def _labels(self, days: Iterable[str]) -> dict[str, str]:
        country, region = self._wanted("country"), self._wanted("region")
        return labels(country, region, days, get_language() or "en")


def copied(data: QueryDict) -> QueryDict:
    """Give Tuesday to Friday the hours of Monday."""
    made = data.copy()
    for day in WEEKDAYS[1:5]:
        made[day] = data.get("mon", "")
    return made


def with_a_line_more(data: QueryDict) -> QueryDict:
    """Add an empty line for a date."""
    made = data.copy()
    count = _count(data)
    if count < DAYS_MAX:
        made["day_count"] = str(count + 1)
        made[f"day{count}-kind"] = SpecialKind.CLOSED.value
    return made


def asked_anew(data: QueryDict) -> QueryDict:
    """Take the public holidays as their source has them today."""
    made = data.copy()
    made["fresh"] = "1"
    return made


def with_extra_hours(data: QueryDict, hours: Iterable[int]) -> QueryDict:
    """Put hours into the week. Raises `Refusal` while a day cannot be read."""
    weekly = {day: writing.read_line(data.get(day, "")) for day in WEEKDAYS}
    made = data.copy()
    for day, pairs in writing.with_extra_hours(weekly, hours).items():
        made[day] = writing.write_line(pairs)
    return made


def read_extra_hours(text: str) -> list[int]:
    """Read "129,153"; what is no hour of a week is left out."""
    given = (part.strip() for part in text.split(",")[:EXTRA_HOURS_MAX])
    return [int(part) for part in given if part.isdecimal() and int(part) < 168]


def _prepared(data: QueryDict) -> QueryDict:
    """Drop a region of another country: the country was changed, and its regions with it."""
    known = {code for code, _ in words.regions(data.get("country", ""))}
    if data.get("region", "") in known | {""} and "begins" in data:
        return data
    made = data.copy()
    if made.get("region", "") not in known:
        made["region"] = ""
    made.setdefault("begins", "now")
    return made


def _count(data: QueryDict) -> int:
    text = data.get("day_count", "1")
    return max(1, min(int(text), DAYS_MAX)) if text.isdecimal() and len(text) < 6 else 1


def _day_form(
    number: int, data: QueryDict | None, initial: dict[str, Any] | None = None
) -> DayForm:
    return DayForm(
        data,
        prefix=f"day{number}",
        initial=initial or {"kind": SpecialKind.CLOSED.value},
        auto_id="hours-%s",
        empty_permitted=True,
        use_required_attribute=False,
    )


def _initial(special: SpecialDay) -> dict[str, Any]:
    return {
        "day": date.fromisoformat(special.day),
        "kind": special.kind.value,
        "pairs": special.pairs,
        "name": special.name,
    }
