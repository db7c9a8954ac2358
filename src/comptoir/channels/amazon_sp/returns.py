"""The report of returns by the day they were asked for: a table with tabs between its columns.

Columns: developer-docs.amazon.com/sp-api/docs/returns-reports-attributes. Amazon publishes no
schema of it, nor the words of its states; an unknown one counts as requested.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from comptoir.channels.amazon_sp.regions import place_of
from comptoir.channels.kernel.told import OrderTold, Return
from comptoir.channels.kernel.windows import moment

STATES = {
    "pending": "requested", "pending approval": "requested", "requested": "requested",
    "approved": "accepted", "authorized": "accepted", "denied": "refused", "declined": "refused",
    "rejected": "refused", "received": "received", "completed": "closed", "closed": "closed",
    "cancelled": "closed", "canceled": "closed",
}  # fmt: skip
DAYS = ("%d-%b-%Y", "%d-%b-%Y %H:%M:%S", "%Y/%m/%d", "%m/%d/%Y")
ENCODINGS = ("utf-8-sig", "cp1252")
"""Where the document does not say; Japan's say it (Shift-JIS)."""
Row = Mapping[str, str]


def rows_of(content: bytes, charset: str = "") -> list[dict[str, str]]:
    """Read the table; names of columns in small letters, as their case differs by country."""
    text = _text(content, charset)
    table = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    names = [name.strip().lower() for name in next(table, [])]
    return [
        dict(zip(names, row, strict=False)) for row in table if any(cell.strip() for cell in row)
    ]


def grouped(rows: Sequence[Row]) -> Iterator[tuple[str, str, list[Row]]]:
    """Give (order, return, rows) for each return; rows without an order tell nothing."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        order = row.get("order id", "").strip()
        if order:
            number = row.get("amazon rma id", "").strip() or row.get("merchant rma id", "").strip()
            found.setdefault((order, number or order), []).append(row)
    for (order, number), mine in found.items():
        yield order, number, mine


def told(found: Mapping[str, Any]) -> OrderTold | None:
    """Give one stored return as part of its order; None where no day of it can be read."""
    rows: list[Row] = found["rows"]
    first = rows[0]
    requested_at = day_of(first.get("return request date", ""))
    if requested_at is None:
        return None
    received_at = day_of(first.get("return delivery date", ""))
    state = STATES.get(first.get("return request status", "").strip().lower(), "requested")
    one = Return(
        external_id=str(found["return"]),
        requested_at=requested_at,
        state="received" if received_at and state != "closed" else state,
        reason=" · ".join(dict.fromkeys(row.get("return reason", "").strip() for row in rows)),
        received_at=received_at,
        carrier=first.get("return carrier", "").strip(),
        tracking_number=first.get("tracking id", "").strip(),
        lines=tuple(_line(row) for row in rows),
    )
    return OrderTold(
        number=str(found["order"]),
        placed_at=day_of(first.get("order date", "")),
        returns=(one,),
        place=place_of(found["marketplace"]),
    )


def day_of(text: str) -> datetime | None:
    """Read a day as Amazon writes it in one of several ways; None for what is none."""
    if found := moment(text):
        return found
    for form in DAYS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _line(row: Row) -> tuple[str, str, int]:
    quantity = row.get("return quantity", "").strip()
    sku = row.get("merchant sku", "").strip() or row.get("asin", "").strip()
    return sku, row.get("item name", "").strip(), int(quantity) if quantity.isdigit() else 1


def _text(content: bytes, charset: str) -> str:
    for encoding in (charset, *ENCODINGS):
        try:
            return content.decode(encoding) if encoding else content.decode("utf-8-sig")
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")
