"""Days without a time, in the reader's language."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from django.utils.translation import get_language


def plain_day(day: date) -> str:
    """Write "3 Dec"."""
    language = get_language() or "en"
    return format_date(day, "d. MMM" if language == "de" else "d MMM", locale=language)


def day_said(told: str) -> str:
    """Write a day that was kept as "2026-12-03" as "3 Dec 2026"; anything else as it is."""
    try:
        day = date.fromisoformat(told)
    except ValueError:
        return told
    language = get_language() or "en"
    return format_date(day, "d. MMM y" if language == "de" else "d MMM y", locale=language)
