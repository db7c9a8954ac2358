"""Seller standards: the level eBay gives, and the rates behind it, as eBay counts them.

A profile is one program (a region) in one cycle: `CURRENT` is the last monthly evaluation,
`PROJECTED` what the next would say today. eBay's specification writes a metric's value as text;
its documentation as an amount with numerator and denominator: both are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from comptoir.channels.ebay.account import Account
from comptoir.channels.ebay.money import decimal_of
from comptoir.channels.ebay.sites import MARKETPLACE, PROGRAMS, place_of
from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import FigureTold, Place, Told
from comptoir.channels.kernel.windows import moment

PATH = "/sell/analytics/v1/seller_standards_profile"
HUNDRED = Decimal(100)


def profiles(account: Account) -> Iterator[list[RawItem]]:
    """Yield the profiles there are, each evaluation of each once."""
    answer = account.api.read("standards", PATH).json()
    yield [_item(one) for one in pages_of(answer, "standardsProfiles")]


def read_profile(value: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what a profile tells: its level, and each of its rates."""
    cycle = value.get("cycle") or {}
    at = moment(cycle.get("evaluationDate"))
    if at is None:
        return
    name = _name(value)
    place = _place(value, settings)
    if level := str(value.get("standardsLevel") or ""):
        yield FigureTold(
            name=f"standards_level{name}", at=at, unit="level", word=level, until=at.date(),
            place=place,
        )  # fmt: skip
    for metric in pages_of(value, "metrics"):
        share, is_share = _value(metric)
        if share is None:
            continue
        since, until = (
            moment(metric.get("lookbackStartDate")),
            moment(metric.get("lookbackEndDate")),
        )
        yield FigureTold(
            name=str(metric.get("metricKey") or metric.get("name")).lower() + name,
            at=at,
            value=share,
            unit="share" if is_share else "count",
            threshold=_bound(metric, is_share=is_share),
            since=since.date() if since else None,
            until=until.date() if until else at.date(),
            place=place,
        )


def _item(one: Mapping[str, Any]) -> RawItem:
    cycle = one.get("cycle") or {}
    at = cycle.get("evaluationDate")
    name = f"standards/{one.get('program')}/{cycle.get('cycleType')}/{at}"
    content = json.dumps(one, ensure_ascii=False).encode()
    return RawItem(name, content, "application/json", moment(at))


def _name(profile: Mapping[str, Any]) -> str:
    """Tell what is projected, and the worldwide program, from what counts now."""
    cycle = str((profile.get("cycle") or {}).get("cycleType") or "")
    parts = ["global"] if profile.get("program") == "PROGRAM_GLOBAL" else []
    parts += ["projected"] if cycle == "PROJECTED" else []
    return "".join(f"_{part}" for part in parts)


def _place(profile: Mapping[str, Any], settings: Mapping[str, Any]) -> Place:
    country = PROGRAMS.get(str(profile.get("program")))
    return Place(marketplace=MARKETPLACE, country=country) if country else place_of(
        settings.get("site")
    )  # fmt: skip


def _value(metric: Mapping[str, Any]) -> tuple[Decimal | None, bool]:
    """Give a metric's value, and whether it is a share: eBay writes rates in percent."""
    told = metric.get("value")
    plain = told.get("value") if isinstance(told, dict) else told
    is_share = str(metric.get("type") or "").upper() == "RATE" or _looks_like_rate(metric)
    value = decimal_of(plain)
    return (value / HUNDRED if value is not None and is_share else value), is_share


def _bound(metric: Mapping[str, Any], *, is_share: bool) -> Decimal | None:
    told = metric.get("thresholdUpperBound")
    value = decimal_of(told.get("value") if isinstance(told, dict) else told)
    return value / HUNDRED if value is not None and is_share else value


def _looks_like_rate(metric: Mapping[str, Any]) -> bool:
    return str(metric.get("metricKey") or "").upper().endswith("_RATE")
