"""One LISTEN connection a process, handing every change to the listeners who may hear of it.

After a lost connection it reads what it missed. A listener who cannot keep up loses its backlog
and is told to look at everything anew: memory stays bounded, and nothing is silently missing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from typing import Any

from psycopg import AsyncConnection, Error

from comptoir.web.events import feed
from comptoir.web.events.audience import REFRESH_SECONDS, Audience
from comptoir.web.events.reader import Reader

NOTIFY_CHANNEL = "comptoir_changes"
BACKLOG_MAX = 200
RECONNECT_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
PEOPLE_CHANGED = "person"
"""The kind of change after which rights are read anew at once."""

CLOSED, RESET = "closed", "reset"

logger = logging.getLogger(__name__)


class Listener:
    """One browser: a bounded backlog of what it has not been told yet."""

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        self.backlog: asyncio.Queue[dict[str, Any] | str] = asyncio.Queue(BACKLOG_MAX)

    def tell(self, change: dict[str, Any] | str) -> None:
        """Add to the backlog; when it is full, replace all of it by one reset."""
        try:
            self.backlog.put_nowait(change)
        except asyncio.QueueFull:
            while not self.backlog.empty():
                self.backlog.get_nowait()
            self.backlog.put_nowait(RESET)


class Hub:
    """Everybody who listens to this process."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._listeners: set[Listener] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._last_id = 0
        self._rights_changed = asyncio.Event()
        self.reader = Reader(conninfo)
        self.audience = Audience(self.reader)

    def start(self) -> None:
        """Begin to listen, once; needs a running event loop."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._listen()),
                asyncio.create_task(self._refresh()),
            ]

    @property
    def listener_count(self) -> int:
        """Tell how many browsers listen."""
        return len(self._listeners)

    @contextlib.contextmanager
    def listening(self, person_id: int) -> Any:
        """Be among the listeners for the length of a block."""
        listener = Listener(person_id)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def publish(self, change: dict[str, Any]) -> None:
        """Hand a change to everybody who may hear of it."""
        self._last_id = max(self._last_id, int(change.get("id") or 0))
        if change.get("kind") == PEOPLE_CHANGED:
            self._rights_changed.set()
        for listener in self._listeners:
            ears = self.audience.ears(listener.person_id)
            if ears is not None and ears.hears(listener.person_id, change):
                listener.tell(change)

    async def _listen(self) -> None:
        failures = 0
        while True:
            started_at = time.monotonic()
            try:
                await self._listen_once()
            except (Error, OSError) as error:
                if time.monotonic() - started_at > RECONNECT_SECONDS[-1]:
                    failures = 0
                pause = RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)]
                failures += 1
                logger.warning(
                    "change feed lost (%s), again in %.1f s", type(error).__name__, pause
                )
                await asyncio.sleep(pause)

    async def _listen_once(self) -> None:
        connection = await AsyncConnection.connect(
            self._conninfo, autocommit=True, connect_timeout=5
        )
        async with connection:
            await connection.execute(f"LISTEN {NOTIFY_CHANNEL}".encode())
            await self._catch_up()
            async for notify in connection.notifies():
                self.publish(json.loads(notify.payload))

    async def _catch_up(self) -> None:
        """After the first connection there is nothing to catch up with; later, what was missed."""
        if not self._last_id:
            rows = await self.reader.rows("SELECT coalesce(max(id), 0) FROM storage_change", ())
            self._last_id = int(rows[0][0])
            return
        missed = await feed.after(self.reader, self._last_id)
        if missed is None:
            for listener in self._listeners:
                listener.tell(RESET)
            return
        for change in missed:
            self.publish(change)

    async def _refresh(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rights_changed.wait(), REFRESH_SECONDS)
            self._rights_changed.clear()
            people = {listener.person_id for listener in self._listeners}
            try:
                await self.audience.refresh(people)
                if not people:
                    await self.reader.close()
            except (Error, OSError) as error:
                logger.warning("rights not refreshed (%s)", type(error).__name__)
                continue
            for listener in self._listeners:
                if self.audience.ears(listener.person_id) is None:
                    listener.tell(CLOSED)
