"""The Walmart connector: orders, returns and the response rate. Buyers write and read relay mail."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError, pages_of
from comptoir.channels.kernel.protocol import (
    Call,
    Capabilities,
    ChannelError,
    Cursor,
    Outcome,
    Outgoing,
    Page,
    Pushed,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import Told
from comptoir.channels.kernel.windows import Window, iso, windows
from comptoir.channels.walmart import events, figures, orders, returns
from comptoir.channels.walmart.account import Account, card

log = logging.getLogger(__name__)

FIRST_DAYS = 30
LONGEST = timedelta(days=7)
INSIGHTS_EVERY = timedelta(hours=6)
PUSH_SECONDS = 3.0
"""So long an event may wait for the order it names; after that the pull brings it."""
SUBSCRIPTIONS = "/v3/webhooks/subscriptions"
Read = Callable[[Mapping[str, Any], Mapping[str, Any]], Iterable[Told]]
READERS: Mapping[str, Read] = {
    "order": orders.read_order,
    "return": returns.read_return,
    "srr": figures.read_response_rate,
}
LISTS: tuple[tuple[str, Callable[[Account, Window], Iterator[list[RawItem]]]], ...] = (
    ("orders", orders.changed),
    ("returns", returns.changed),
)


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> WalmartConnector:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return WalmartConnector(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Unknown kinds tell nothing."""
    reader = READERS.get(item.external_id.partition("/")[0])
    if reader is not None:
        yield from reader(json.loads(item.content), settings)


class WalmartConnector:
    """One seller's account."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        self.capabilities = Capabilities(name=card().name, sends=False)
        self._settings, self._secrets, self._around = settings, secrets, around
        self._push_secret = secrets.get("push_secret", "")
        self._account = Account(settings, secrets, around)

    def check(self) -> None:
        """Ask for one order, which costs nothing. Raises `ChannelError`."""
        try:
            self._account.http.read("orders", orders.PATH, params={"limit": "1"}).json()
        except ApiError as error:
            if error.code != "not_found":  # nothing sold this week, says Walmart so
                raise

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield orders, returns and the response rate; Walmart's own size of a page is used.

        A list that fails does not keep the others waiting; what it said is raised at the end.
        """
        del page_size
        marks: dict[str, Any] = dict(cursor)
        trouble: ChannelError | None = None
        for name, ask in LISTS:
            try:
                yield from self._changed(name, ask, marks)
            except ChannelError as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble
        yield from self._insights(marks)

    def receive(self, call: Call) -> Pushed:
        """Verify an event on its raw bytes, and ask for what it names. Raises `Forged`."""
        events.verify(call, self._settings, self._push_secret)
        _, kind, numbers, back = events.named(call.body)
        if kind not in events.EVENTS:
            return Pushed()
        account = Account(
            self._settings, self._secrets, replace(self._around, patience_seconds=PUSH_SECONDS)
        )
        asked = (
            [(orders.by_number, one) for one in numbers] if events.EVENTS[kind] == "ORDER" else []
        )
        asked += [(returns.by_number, one) for one in back]
        items = []
        try:
            items = [item for ask, number in asked if (item := ask(account, number))]
        except ChannelError as error:
            log.info("what an event names comes with the next pull: %s", error.code)
        finally:
            account.close()
        return Pushed(tuple(items))

    def subscribe(self, address: str) -> tuple[str, ...]:
        """Let Walmart push its events to an address; name those that were added.

        Without a secret nothing could be verified: then none is subscribed. Raises `ChannelError`.
        """
        if not self._push_secret:
            return ()
        known = self._account.http.read("webhooks", SUBSCRIPTIONS).json()
        there = {
            str(one.get("eventType"))
            for one in pages_of(known, "events")
            if one.get("eventUrl") == address and one.get("status") == "ACTIVE"
        }
        fresh = tuple(name for name in events.EVENTS if name not in there)
        if fresh:
            wanted = [
                events.subscription(name, address, self._settings, self._push_secret)
                for name in fresh
            ]
            self._account.http.write("webhooks", SUBSCRIPTIONS, json={"events": wanted})
        return fresh

    def send(self, outgoing: Outgoing) -> Receipt:
        """Refuse: Walmart's customers are answered by relay mail."""
        del outgoing
        return Receipt(Outcome.REFUSED, "not_by_this_way", "Buyers are answered by relay mail.")

    def close(self) -> None:
        """Let go of sockets."""
        self._account.close()

    def _changed(
        self,
        name: str,
        ask: Callable[[Account, Window], Iterator[list[RawItem]]],
        marks: dict[str, Any],
    ) -> Iterator[Page]:
        now = self._around.now()
        begins = now - timedelta(days=_first_days(self._settings))
        for window in windows(marks.get(name), now=now, begins=begins, longest=LONGEST):
            for items in ask(self._account, window):
                yield Page(tuple(items), dict(marks))
            stood = marks.get(name)
            if stood is None or datetime.fromisoformat(stood) < window.until:
                marks[name] = window.until.astimezone(UTC).isoformat()
            yield Page((), dict(marks))

    def _insights(self, marks: dict[str, Any]) -> Iterator[Page]:
        now = self._around.now()
        last = marks.get("insights")
        if last and timedelta(0) <= now - datetime.fromisoformat(last) < INSIGHTS_EVERY:
            return
        try:
            for items in figures.response_rate(self._account):
                yield Page(tuple(items), dict(marks))
        except ApiError as error:
            if error.code not in ("forbidden", "not_found"):
                raise
            log.info("the keys may not read insights")
        marks["insights"] = iso(now)
        yield Page((), dict(marks))


def _first_days(settings: Mapping[str, Any]) -> int:
    try:
        return max(1, min(int(settings.get("first_days") or FIRST_DAYS), 179))
    except (TypeError, ValueError):
        return FIRST_DAYS
