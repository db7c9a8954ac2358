"""The account-health report: the figures by which Amazon judges the seller, by storefront.

Shape: accountHealthReport-2020-11-18.json. Rates are shares (0 to 1), also where Amazon's text says
per cent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from comptoir.channels.amazon_sp.regions import COUNTRIES, place_of
from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.told import FigureTold, Place
from comptoir.channels.kernel.windows import moment


def told(
    report: Mapping[str, Any], *, at: datetime, countries: tuple[str, ...]
) -> Iterator[FigureTold]:
    """Give the figures of the storefronts that are asked for; others are nobody's channel."""
    for one in pages_of(report, "accountStatuses"):
        if COUNTRIES.get(str(one.get("marketplaceId"))) in countries and one.get("status"):
            place = place_of(one["marketplaceId"])
            yield _level("account_status", str(one["status"]), None, at=at, place=place)
    for metrics in pages_of(report, "performanceMetrics"):
        if COUNTRIES.get(str(metrics.get("marketplaceId"))) in countries:
            yield from _metrics(metrics, at=at, place=place_of(metrics["marketplaceId"]))


def _metrics(metrics: Mapping[str, Any], *, at: datetime, place: Place) -> Iterator[FigureTold]:
    for name, value in metrics.items():
        if name == "orderDefectRate" and isinstance(value, dict):
            for way in ("mfn", "afn"):
                yield from _figure(f"{_snake(name)}_{way}", value.get(way), at=at, place=place)
        elif name == "warningState":
            for one in pages_of(value):
                called = f"warning_{_snake(str(one.get('warningType')))}"
                yield _level(called, str(one.get("status")), None, at=at, place=place)
        else:
            yield from _figure(_snake(name), value, at=at, place=place)


def _figure(name: str, value: object, *, at: datetime, place: Place) -> Iterator[FigureTold]:
    if not isinstance(value, dict):
        return
    period = value.get("reportingDateRange") or {}
    if word := value.get("ahrStatus"):
        yield _level(name, str(word), period, at=at, place=place)
        return
    unit, found = ("share", value.get("rate")) if "rate" in value else (
        "count", value.get("defectsCount")
    )  # fmt: skip
    number = _decimal(found)
    if number is None:
        return
    yield FigureTold(
        name=name,
        at=at,
        value=number,
        unit=unit,
        word=str(value.get("status") or ""),
        threshold=_decimal(value.get("targetValue")),
        since=_day(period.get("reportingDateFrom")),
        until=_day(period.get("reportingDateTo")),
        place=place,
    )


def _level(
    name: str, word: str, period: Mapping[str, Any] | None, *, at: datetime, place: Place
) -> FigureTold:
    until = _day((period or {}).get("reportingDateTo")) or at.date()
    return FigureTold(name=name, at=at, unit="level", word=word, until=until, place=place)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _decimal(value: object) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _day(text: object) -> date | None:
    found = moment(text)
    return found.date() if found else None
