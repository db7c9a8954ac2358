"""Walmart's seller response rate: the share of customers answered within 48 hours, as it counts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import FigureTold, Told
from comptoir.channels.walmart.account import Account, moment_of
from comptoir.channels.walmart.amounts import decimal_of
from comptoir.channels.walmart.orders import PLACE

PATH = "/v3/insights/performance/srr/summary"
DAYS, DAYS_MAX = 30, 366
HUNDRED = Decimal(100)
DRIVERS = {
    "trackOrderRate": "response_rate_track_order",
    "itemIssueRate": "response_rate_item_issue",
    "returnsRefundsRate": "response_rate_returns",
    "cancellationRate": "response_rate_cancellation",
    "feedbackRate": "response_rate_feedback",
    "miscellaneousRate": "response_rate_other",
}


def response_rate(account: Account) -> Iterator[list[RawItem]]:
    """Yield the response rate of the last thirty days, each reckoning once."""
    answer = account.http.read("insights", PATH, params={"reportDuration": str(DAYS)}).json()
    told = answer.get("payload") if isinstance(answer, dict) else None
    if isinstance(told, dict) and told.get("updatedTimestamp"):
        content = json.dumps(told, ensure_ascii=False).encode()
        at = moment_of(told["updatedTimestamp"])
        yield [RawItem(f"srr/{told['updatedTimestamp']}", content, "application/json", at)]


def read_response_rate(told: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what the response rate tells: the rate, what it must be, and how near the edge it is."""
    del settings
    at = moment_of(told.get("updatedTimestamp"))
    if at is None:
        return
    days = min(max(int(decimal_of(told.get("reportDuration")) or DAYS), 1), DAYS_MAX)
    bare = FigureTold(
        name="response_rate",
        at=at,
        since=(at - timedelta(days=days)).date(),
        until=at.date(),
        place=PLACE,
    )
    rate = decimal_of(told.get("cumulativeRate"))
    if rate is not None:
        must = _standard(told.get("performanceStandard") or told.get("standard"))
        yield replace(bare, value=rate / HUNDRED, threshold=must)
    if word := str(told.get("performanceRiskLevel") or told.get("riskLevel") or ""):
        yield replace(bare, name="response_risk", unit="level", word=word)
    drivers = told.get("sellerAccountableDrivers") or {}
    for theirs, ours in DRIVERS.items():
        if (value := decimal_of(drivers.get(theirs))) is not None:
            yield replace(bare, name=ours, value=value / HUNDRED)


def _standard(text: Any) -> Decimal | None:
    """Read what is asked of sellers, written for people (`>= 95%`)."""
    found = re.search(r"\d+(?:\.\d+)?", str(text or ""))
    return Decimal(found[0]) / HUNDRED if found else None
