"""What a pull asks eBay for, in which order, and where each stands.

    {"orders": "2026-03-06T09:00:00+00:00", "members": …, "feedback": …}

Each source has its own mark in the cursor: the moment until which it was read. Orders come first,
so that conversations find them. One source that fails does not keep the others waiting; what it
said is raised at the end. Sources that a consent leaves out are passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from comptoir.channels.ebay import cases, conversations, orders, standards
from comptoir.channels.ebay.account import Account
from comptoir.channels.kernel.http import ApiError
from comptoir.channels.kernel.protocol import ChannelError, Cursor, Page, RawItem
from comptoir.channels.kernel.windows import Window, windows

log = logging.getLogger(__name__)

FIRST_DAYS = 30
DISPUTES_BACK = timedelta(days=90)
"""eBay's longest range, and it can only be asked when a dispute was opened."""
ARCHIVED_BACK = timedelta(days=14)
LONGEST = timedelta(days=7)
FEEDBACK_DAYS, FEEDBACK_FIRST_DAYS = 7, 90
FATAL = ("auth_failed", "consent_revoked", "token_invalid", "settings_invalid")
"""Nothing else works then, either."""

Ask = Callable[[Account, datetime | None], Iterator[tuple[list[RawItem], datetime]]]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing. `every` is how long it may rest; `is_optional`: a consent may leave it out."""

    name: str
    ask: Ask
    every: timedelta = timedelta(0)
    is_optional: bool = False


def _orders(account: Account, through: datetime | None) -> Iterator[tuple[list[RawItem], datetime]]:
    for window in _windows(account, through):
        for items in orders.changed(account, window):
            yield items, window.since
        yield [], window.until


def _members(
    account: Account, through: datetime | None
) -> Iterator[tuple[list[RawItem], datetime]]:
    for window in _windows(account, through):
        for items in conversations.of_members(account, window):
            yield items, window.since
        yield [], window.until


def _ebay(account: Account, through: datetime | None) -> Iterator[tuple[list[RawItem], datetime]]:
    now = account.around.now()
    since = next(iter(_windows(account, through)), Window(now, now)).since
    for items in conversations.of_ebay(account, since):
        yield items, since
    yield [], now


def _archived(
    account: Account, through: datetime | None
) -> Iterator[tuple[list[RawItem], datetime]]:
    del through
    now = account.around.now()
    for items in conversations.archived(account, now - ARCHIVED_BACK):
        yield items, now
    yield [], now


def _disputes(
    account: Account, through: datetime | None
) -> Iterator[tuple[list[RawItem], datetime]]:
    del through
    now = account.around.now()
    for items in cases.disputes(account, Window(now - DISPUTES_BACK, now)):
        yield items, now
    yield [], now


def _feedback(
    account: Account, through: datetime | None
) -> Iterator[tuple[list[RawItem], datetime]]:
    now = account.around.now()
    is_new = through is None or now - through > timedelta(days=FEEDBACK_DAYS - 1)
    for items in cases.feedback(account, days=FEEDBACK_FIRST_DAYS if is_new else FEEDBACK_DAYS):
        yield items, now
    yield [], now


def _standards(
    account: Account, through: datetime | None
) -> Iterator[tuple[list[RawItem], datetime]]:
    del through
    for items in standards.profiles(account):
        yield items, account.around.now()


SOURCES = (
    Source("orders", _orders),
    Source("members", _members),
    Source("ebay", _ebay, every=timedelta(minutes=5)),
    Source("archived", _archived, every=timedelta(minutes=10)),
    Source("disputes", _disputes, every=timedelta(minutes=15), is_optional=True),
    Source("feedback", _feedback, every=timedelta(hours=1), is_optional=True),
    Source("standards", _standards, every=timedelta(hours=12), is_optional=True),
)


def pull(account: Account, cursor: Cursor) -> Iterator[Page]:
    """Yield pages from all sources that are due. Raises `ChannelError` once all had their turn."""
    marks: dict[str, Any] = dict(cursor)
    trouble: ChannelError | None = None
    for source in SOURCES:
        try:
            yield from _from(account, source, marks)
        except ChannelError as error:
            if error.code in FATAL:
                raise
            if source.is_optional and _is_left_out(error):
                log.info("%s: not part of the consent", source.name)
                marks[source.name] = account.around.now().isoformat()
                yield Page((), dict(marks))
                continue
            trouble = trouble or error
    if trouble is not None:
        raise trouble


def _from(account: Account, source: Source, marks: dict[str, Any]) -> Iterator[Page]:
    stood = marks.get(source.name)
    through = datetime.fromisoformat(str(stood)) if stood else None
    now = account.around.now()
    if through is not None and timedelta(0) <= now - through < source.every:
        return
    for items, reached in source.ask(account, through):
        if through is None or reached > through:
            marks[source.name] = reached.astimezone(UTC).isoformat()
        yield Page(tuple(items), dict(marks))


def _windows(account: Account, through: datetime | None) -> Iterator[Window]:
    now = account.around.now()
    return windows(
        through.isoformat() if through else None,
        now=now,
        begins=now - timedelta(days=_first_days(account.settings)),
        longest=LONGEST,
    )


def _first_days(settings: Mapping[str, Any]) -> int:
    try:
        return max(1, min(int(settings.get("first_days") or FIRST_DAYS), 365))
    except (TypeError, ValueError):
        return FIRST_DAYS


def _is_left_out(error: ChannelError) -> bool:
    return isinstance(error, ApiError) and error.code in ("forbidden", "not_found")
