"""Names around hours in the reader's language: calendars, weekdays, countries, spans of the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.numbers import format_percent
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comptoir.core.calendars.spec import WEEKDAYS
from comptoir.core.clocks.policies import ALWAYS_NAME, Deadline, Model
from comptoir.merchant import public_holidays
from comptoir.merchant.hours import WORKING_DAYS, Pairs
from comptoir.merchant.models import Calendar
from comptoir.web.hours.coverage import Asked
from comptoir.web.hours.writing import write_line
from comptoir.web.present.explanations import calendar_name
from comptoir.web.settings_pages.choices import country_name


def title(calendar: Calendar) -> str:
    """Name a calendar: as it was called, else as it came with the product."""
    return str(calendar.title) or title_of(calendar.name)


def title_of(name: str) -> str:
    """Name a calendar that was never called anything."""
    if name.startswith(WORKING_DAYS):
        country = country_name(name.removeprefix(WORKING_DAYS).upper())
        return _("Working days, %(country)s") % {"country": country}
    said = str(calendar_name(name))
    return said[:1].upper() + said[1:]


def weekday(code: str, *, width: str = "wide") -> str:
    """Name a weekday."""
    name = str(get_day_names(width, "stand-alone", _locale())[WEEKDAYS.index(code)])  # type: ignore[arg-type]
    name = name.removesuffix(".")
    return name[:1].upper() + name[1:]


def countries() -> list[tuple[str, str]]:
    """Give countries by name, as choices."""
    return list(_countries(_locale()))


@cache
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(locale, sep="-").territories
    named = [(code, str(names[code])) for code in public_holidays.countries() if code in names]
    return tuple(sorted(named, key=lambda pair: pair[1]))


def regions(country: str) -> list[tuple[str, str]]:
    """Give a country's regions, as choices."""
    return [(region.code, region.name) for region in public_holidays.regions(country)]


def week(weekly: Mapping[str, Pairs]) -> list[tuple[str, str]]:
    """Write the week, days alike in one line: [("Mon–Fri", "09:00–17:00"), ("Sat, Sun", "")]."""
    lines: list[tuple[list[int], str]] = []
    for i, day in enumerate(WEEKDAYS):
        said = write_line(weekly.get(day, []))
        known = next((days for days, other in lines if other == said), None)
        if known is None:
            lines.append(([i], said))
        else:
            known.append(i)
    return [(_days(days), said) for days, said in lines]


def _days(days: Sequence[int]) -> str:
    names = [weekday(WEEKDAYS[i], width="abbreviated") for i in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]}–{names[-1]}"
    return ", ".join(names)


def of_week(minute: int) -> str:
    """Write a moment of the week: "Fri 17:00"; midnight ends the day before."""
    minute %= 10_080
    day = weekday(WEEKDAYS[minute // 1440], width="abbreviated")
    return f"{day} {of_day(minute % 1440)}"


def hours_of_week(hours: Sequence[int]) -> list[str]:
    """Write hours of the week, neighbours joined: ["Sat 09:00–11:00"]."""
    runs: list[tuple[int, int]] = []
    for hour in sorted(hours):
        if runs and runs[-1][1] == hour and hour % 24:
            runs[-1] = runs[-1][0], hour + 1
        else:
            runs.append((hour, hour + 1))
    return [f"{of_week(start * 60)}–{(end - 1) % 24 + 1:02}:00" for start, end in runs]


def total(weekly_minutes: int) -> str:
    """Write a length: "40 h", "37 h 30"."""
    hours, minutes = divmod(weekly_minutes, 60)
    said = _("%(num)d h") % {"num": hours}
    return f"{said} {minutes:02}" if minutes else said


def day(day: date) -> str:
    """Write a date with its weekday and year: "Mon, 23 Nov 2026"."""
    pattern = {"de": "EEE d. MMM y", "fr": "EEE d MMM y"}.get(_locale(), "EEE d MMM y")
    return format_date(day, pattern, locale=_locale())


def short_day(day: date) -> str:
    """Write a date of the coming days: "Mon 23 Nov"."""
    pattern = {"de": "EEE d. MMM"}.get(_locale(), "EEE d MMM")
    return format_date(day, pattern, locale=_locale())


def percent(share: float) -> str:
    """Write a share: "76.2 %". Never a full 100 % that is not one, nor the other way round."""
    rounded = share if share in (0, 1) else min(max(share, 0.001), 0.999)
    return str(format_percent(rounded, "#,##0.#\u202f%", locale=_locale()))


def promise(asked: Asked) -> str:
    """Write a target or a limit: "limit 24 h, day and night"."""
    said = _deadline(asked.deadline)
    return {"limit": _("limit %(time)s"), "target": _("target %(time)s")}[asked.side] % {
        "time": said
    }


def _deadline(deadline: Deadline) -> str:
    if deadline.days is not None:
        text = ngettext("%(num)d business day", "%(num)d business days", deadline.days)
        return text % {"num": deadline.days}
    window = deadline.window or (0, 0)
    values = {
        "time": total(int((deadline.length or timedelta(days=1)).total_seconds() // 60)),
        "start": of_day(window[0]),
        "end": of_day(window[1]),
        "hour": of_day(deadline.hour),
    }
    on_hours = deadline.calendar != ALWAYS_NAME
    templates = {
        Model.HOURS: _("%(time)s of open hours") if on_hours else _("%(time)s, day and night"),
        Model.WORKING_DAY_HOURS: _("%(time)s of working days"),
        Model.WINDOW_HOURS: _("%(time)s between %(start)s and %(end)s on working days"),
        Model.FIXED_HOUR_AFTER_WEEKEND: _("%(time)s, at weekends until Monday %(hour)s"),
        Model.MEAN: _("%(time)s on average"),
        Model.SEND_WINDOW: _("%(time)s, then no reply is possible"),
    }
    return templates.get(deadline.model, "%(time)s") % values


def of_day(minute: int) -> str:
    """Write a time of day."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _locale() -> str:
    return get_language() or "en"
