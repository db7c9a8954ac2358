"""A mailbox that stays reachable: one connection, dialled again with patience when it is lost.

Work is given as a function of the session and may run more than once, so it must only read or set
what it set before. Any thread may ask; one piece of work runs at a time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, RLock
from typing import TypeVar

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.imap import ImapSession
from comptoir.channels.mail.imap_answers import RefusedError
from comptoir.channels.mail.imap_wire import ConnectionLostError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_PASSING = frozenset({"unreachable", "timeout", "connection_refused", "unknown_host"})
"""Failures to connect that waiting may cure: a restart, a lost route, a name server that sleeps."""
_FIRST_WAIT_SECONDS = 0.25
_LONGEST_WAIT_SECONDS = 8.0
_STOP_SECONDS = 0.5
"""How soon a sleeper notices that it shall stop."""


class DroppedError(ChannelError):
    """Say that the server can be reached and hangs up at each try of this piece of work."""


class FolderRenewedError(ChannelError):
    """Say that a folder's numbers lost their meaning while we were reading (UIDVALIDITY)."""


class Mailbox:
    """Runs work on a session. `dial` connects and logs in, and raises `ChannelError`."""

    def __init__(self, dial: Callable[[], ImapSession], *, reconnect_seconds: float) -> None:
        self._dial = dial
        self._reconnect_seconds = reconnect_seconds
        self._lock = RLock()
        self._closed = Event()
        self._session: ImapSession | None = None

    @property
    def is_closed(self) -> bool:
        """Tell whether `close` was called, perhaps from another thread."""
        return self._closed.is_set()

    def run(
        self,
        work: Callable[[ImapSession], Result],
        *,
        drops_max: int | None = None,
        stop: Event | None = None,
    ) -> Result:
        """Do a piece of work, connecting again for a bounded time; then raise `unreachable`.

        After `drops_max` connections lost in the middle of the work it raises `DroppedError`.
        """
        gives_up_at = time.monotonic() + self._reconnect_seconds
        wait_seconds = _FIRST_WAIT_SECONDS
        drops_count = 0
        while True:
            try:
                return self._try(work)
            except _DroppedInWorkError as error:
                drops_count += 1
                if drops_count == drops_max:
                    raise DroppedError("unreachable", error.detail) from error
                failure: ChannelError = error
            except ChannelError as error:
                if error.code not in _PASSING or isinstance(error, RefusedError):
                    raise
                failure = error
            if time.monotonic() + wait_seconds > gives_up_at:
                raise ChannelError("unreachable", failure.detail) from failure
            logger.info("mail connection lost (%s), trying again", failure.code)
            self._wait(wait_seconds, stop)
            wait_seconds = min(2 * wait_seconds, _LONGEST_WAIT_SECONDS)

    def rest(self, seconds: float, stop: Event | None = None) -> None:
        """Sleep, less when told to stop or closed meanwhile."""
        ends_at = time.monotonic() + seconds
        while (rest_seconds := ends_at - time.monotonic()) > 0:
            if self._closed.wait(min(rest_seconds, _STOP_SECONDS)) or (stop and stop.is_set()):
                return

    def close(self) -> None:
        """Hang up, also under work that is going on in another thread, which then ends."""
        self._closed.set()
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _try(self, work: Callable[[ImapSession], Result]) -> Result:
        with self._lock:
            self._refuse_when_closed()
            if self._session is None:
                self._session = self._dial()
                self._refuse_when_closed()
            try:
                return work(self._session)
            except (RefusedError, FolderRenewedError):
                raise
            except ConnectionLostError as error:
                self._hang_up()
                self._refuse_when_closed()
                raise _DroppedInWorkError(error.code, error.detail) from error
            except BaseException:
                self._hang_up()  # in the middle of an answer: nothing after it can be understood
                raise

    def _hang_up(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close(polite=False)

    def _wait(self, seconds: float, stop: Event | None) -> None:
        self.rest(seconds, stop)
        if stop and stop.is_set():
            raise ChannelError("closed", "Told to stop.")
        self._refuse_when_closed()

    def _refuse_when_closed(self) -> None:
        if self._closed.is_set():
            self._hang_up()
            raise ChannelError("closed", "The connection was closed by the desk itself.")


class _DroppedInWorkError(ChannelError):
    """The connection was there and went away while work was done."""
