"""Reports: asked for, made by Amazon in its own time, fetched when they are there.

What was asked for stands in the cursor, so that it is fetched once, whichever process pulls.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from comptoir.channels.amazon_sp import returns
from comptoir.channels.amazon_sp.account import Account, object_of, text_in
from comptoir.channels.kernel.http import Answer, ApiError
from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.windows import iso, moment

BASE = "/reports/2021-06-30"
PATIENCE = timedelta(hours=6)
"""After so long a report that is still not there is asked for anew."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report to have every so often. `days` back are asked for, None: Amazon's own period."""

    name: str
    kind: str
    marketplace_ids: tuple[str, ...]
    every: timedelta
    days: int | None = None


def wanted(marketplace_ids: tuple[str, ...]) -> list[Wanted]:
    """Name the reports of an account: its health once, the returns of each storefront."""
    day = timedelta(days=1)
    health = Wanted("health", "GET_V2_SELLER_PERFORMANCE_REPORT", marketplace_ids, day)
    return [
        health,
        *(
            Wanted(
                f"returns:{one}",
                "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
                (one,),
                timedelta(hours=12),
                days=60,
            )
            for one in marketplace_ids
        ),
    ]


def step(
    account: Account, want: Wanted, stand: Mapping[str, Any], *, now: datetime
) -> tuple[dict[str, Any], tuple[RawItem, ...]]:
    """Go one step on with a report: ask for it, look whether it is there, or fetch it.

    Gives where it stands then, and what it brought. Raises `ApiError`.
    """
    asked_at = moment(stand.get("asked_at"))
    if report_id := stand.get("id"):
        return _look(account, want, dict(stand), str(report_id), now=now)
    if asked_at is not None and now - asked_at < want.every:
        return dict(stand), ()
    body: dict[str, Any] = {"reportType": want.kind, "marketplaceIds": list(want.marketplace_ids)}
    if want.days is not None:
        body["dataStartTime"] = iso(now - timedelta(days=want.days))
        body["dataEndTime"] = iso(now)
    answer = object_of(account.write("report_create", f"{BASE}/reports", json=body))
    return {"id": text_in(answer, "reportId"), "asked_at": iso(now)}, ()


def _look(
    account: Account, want: Wanted, stand: dict[str, Any], report_id: str, *, now: datetime
) -> tuple[dict[str, Any], tuple[RawItem, ...]]:
    over = {"asked_at": stand["asked_at"]}
    try:
        report = object_of(account.read("report", f"{BASE}/reports/{report_id}"))
    except ApiError as error:
        if error.code == "not_found":
            return over, ()
        raise
    state = str(report.get("processingStatus"))
    if state == "DONE" and report.get("reportDocumentId"):
        return over, tuple(_fetched(account, want, str(report["reportDocumentId"]), now=now))
    asked_at = moment(stand["asked_at"]) or now
    if state in ("CANCELLED", "FATAL", "DONE"):  # cancelled: there was nothing to report
        return over, ()
    return (stand, ()) if now - asked_at < PATIENCE else ({}, ())


def _fetched(account: Account, want: Wanted, name: str, *, now: datetime) -> Iterator[RawItem]:
    found = object_of(account.read("report_document", f"{BASE}/documents/{name}"))
    is_gzip = found.get("compressionAlgorithm") == "GZIP"
    answer = account.document(text_in(found, "url"), is_gzip=is_gzip)
    if want.name == "health":
        digest = sha256(answer.content).hexdigest()[:24]
        yield RawItem(f"health/{digest}", answer.content, "application/json", now)
        return
    for order, number, rows in returns.grouped(returns.rows_of(answer.content, _charset(answer))):
        marketplace = want.marketplace_ids[0]
        value = {"order": order, "return": number, "rows": rows, "marketplace": marketplace}
        content = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
        digest = sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:24]
        yield RawItem(f"return/{order}/{number}/{digest}", content, "application/json", now)


def _charset(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition("charset=")[2].strip(' ";').lower()
