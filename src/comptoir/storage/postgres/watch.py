"""A thread that starts the server again the moment it dies.

It sleeps on a handle of the main process, which costs nothing while all is well.
"""

import logging
import os
import select
import threading
from pathlib import Path
from typing import Protocol

from comptoir.storage.postgres.errors import DatabaseUnavailable
from comptoir.storage.postgres.probe import peer_pid

_LOOK_EVERY_SECONDS = 30.0
_LONGEST_PAUSE_SECONDS = 30.0

_log = logging.getLogger(__name__)


class Watched(Protocol):
    @property
    def socket(self) -> Path: ...
    def ensure_alive(self) -> bool: ...


class Watch:
    """The thread; `end` it before the server is released."""

    def __init__(self, server: Watched) -> None:
        self._server = server
        self._wake, self._waker = os.pipe2(os.O_CLOEXEC)
        self._thread = threading.Thread(target=self._run, name="postgres-watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop watching, and wait until that is so."""
        os.close(self._waker)
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        pause = 1.0
        try:
            while not self._sleep_until_death(_LOOK_EVERY_SECONDS):
                try:
                    if self._server.ensure_alive():
                        _log.warning("the database had died and was started again")
                    pause = 1.0
                except DatabaseUnavailable as error:
                    _log.error("%s Trying again in %.0f s.", error, pause)
                    if self._is_ended(pause):
                        return
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        finally:
            os.close(self._wake)

    def _sleep_until_death(self, seconds: float) -> bool:
        """Sleep until the server dies or the time is up; True when the watch was ended."""
        pid = peer_pid(self._server.socket)
        try:
            handle = os.pidfd_open(pid) if pid is not None else -1
        except ProcessLookupError:
            handle = -1
        if handle < 0:  # dead, or in another pid namespace: then only looking helps
            return self._is_ended(1.0)
        try:
            ready, _, _ = select.select([self._wake, handle], [], [], seconds)
        finally:
            os.close(handle)
        return self._wake in ready

    def _is_ended(self, seconds: float) -> bool:
        return bool(select.select([self._wake], [], [], seconds)[0])
