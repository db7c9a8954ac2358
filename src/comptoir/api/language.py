"""In which language and time zone an answer speaks: as asked for, else as the token's maker reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.http import HttpRequest
from django.utils.translation import pgettext

from comptoir.api.errors import Declined
from comptoir.core.calendars.zones import find_zone
from comptoir.merchant.models import Person
from comptoir.merchant.models.people import LANGUAGES

KNOWN = tuple(code for code, _ in LANGUAGES)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the sentences of an answer. Used inside `translation.override(language)`."""

    language: str
    zone: ZoneInfo

    def moment(self, at: datetime) -> str:
        """Write a moment out, with its year and zone, since nobody knows when it will be read."""
        day = "EEE d. MMM y" if self.language == "de" else "EEE d MMM y"
        local = at.astimezone(self.zone)
        return f"{format_datetime(local, f'{day}, HH:mm', locale=self.language)} {local:%Z}"

    def length(self, length: timedelta) -> str:
        """Write "4 h", "1 h 30 min"; what is less than a minute is "0 min"."""
        hours, minutes = divmod(abs(length) // MINUTE, 60)
        parts = [f"{hours} {pgettext('unit of time', 'h')}"] * bool(hours)
        if minutes or not hours:
            parts.append(f"{minutes} {pgettext('unit of time', 'min')}")
        return " ".join(parts)


def reader_for(
    request: HttpRequest, person: Person, *, language: str | None, time_zone: str | None
) -> Reader:
    """Choose: the parameter, then `Accept-Language`, then the person's own. Raises `Declined` or `Refusal`."""
    if language is not None and language not in KNOWN:
        raise Declined(422, "invalid", f'"language" is one of {", ".join(KNOWN)}.')
    chosen = language or _accepted(request) or person.language
    return Reader(chosen, find_zone(time_zone if time_zone is not None else person.time_zone))


def _accepted(request: HttpRequest) -> str | None:
    """Give the language the header likes best, of those we speak."""
    liked: list[tuple[float, str]] = []
    for part in request.headers.get("Accept-Language", "").split(","):
        code, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if weight > 0 and code[:2].lower() in KNOWN:
            liked.append((weight, code[:2].lower()))
    return max(liked, key=lambda one: one[0])[1] if liked else None
