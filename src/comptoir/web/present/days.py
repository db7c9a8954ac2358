"""Days without a time, in the reader's language."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from django.utils.translation import get_language


def plain_day(day: date) -> str:
    """Write "3 Dec"."""
    return format_date(day, "d MMM", locale=get_language() or "en")
