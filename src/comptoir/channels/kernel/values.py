"""Reading single values of a vendor's JSON, which may be absent, null, or of another type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from babel.core import get_global

from comptoir.channels.kernel.windows import moment

Dict = Mapping[str, Any]


def words(value: object) -> str:
    """Give a text or a number as text; empty for what is absent or compound."""
    return str(value).strip() if isinstance(value, str | int | float) else ""


def part(value: Dict, name: str) -> Dict:
    """Give a nested object; an empty one where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def number(value: object) -> Decimal | None:
    """Give a finite number; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def count(value: object) -> int:
    """Give a whole number; 0 for what is none."""
    found = number(value)
    return int(found) if found is not None else 0


def day(value: object) -> date | None:
    """Give the day of a moment, in UTC."""
    found = moment(value)
    return found.date() if found else None


def latest(*values: object) -> datetime | None:
    """Give the latest of some moments; None where there is none."""
    return max((at for value in values if (at := moment(value))), default=None)


def country(code: object) -> str:
    """Give a country in two letters, also from three (ISO 3166-1); empty for what is none."""
    text = words(code).upper()
    if len(text) == 2:
        return text
    found = get_global("territory_aliases").get(text)
    return str(found[0]) if found and len(found[0]) == 2 else ""


def language(locale: object) -> str:
    """Give the language of a locale such as `fr_FR`, in small letters."""
    found = words(locale).replace("-", "_").partition("_")[0].lower()
    return found if found.isalpha() and len(found) in (2, 3) else ""


def digest(value: object) -> str:
    """Name a version of something by its content: the same content is the same item."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:20]
