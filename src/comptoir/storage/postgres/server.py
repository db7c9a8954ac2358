"""One process's hold on the embedded server.

As long as a `Server` is attached, someone uses the database. The kernel keeps the count, with
locks that end with their process, so a user killed with -9 is counted out like any other.
"""

import atexit
import os
import shutil
import threading
from pathlib import Path
from types import TracebackType

from comptoir.storage.postgres.boot import bring_up, check, shut_down
from comptoir.storage.postgres.children import reap
from comptoir.storage.postgres.conninfo import conninfo_of
from comptoir.storage.postgres.errors import DatabaseUnavailable, from_system
from comptoir.storage.postgres.locks import Lock, booting
from comptoir.storage.postgres.log import turn_over
from comptoir.storage.postgres.places import Places, places_of
from comptoir.storage.postgres.probe import State
from comptoir.storage.postgres.runner import ServiceUser, claim
from comptoir.storage.postgres.sweeper import start_sweeper
from comptoir.storage.postgres.watch import Watch

_WAIT_SECONDS = 700.0  # longer than the longest start after a crash


def attach(
    data_dir: Path,
    *,
    service: ServiceUser | None = None,
    watch: bool = False,
    wait_seconds: float = _WAIT_SECONDS,
) -> "Server":
    """Join the server of this data folder, starting it if need be.

    With `watch`, a thread starts it again as soon as it dies. Each process attaches for itself,
    after forking. Raises `DatabaseUnavailable` when there is no way.
    """
    try:
        return Server(data_dir, service=service or ServiceUser(), watch=watch, wait=wait_seconds)
    except OSError as error:
        raise from_system(error) from error


def erase(data_dir: Path) -> None:
    """Remove the embedded database of this data folder for good, unless someone uses it.

    The folder itself is the caller's; a service user's home lies outside it and goes here.
    """
    places = places_of(data_dir, make=False)
    if not places.desk.exists():
        return
    try:
        _erase(places)
    except OSError as error:
        raise from_system(error) from error


def _erase(places: Places) -> None:
    users = Lock(places.desk / "users.lock")
    try:
        with booting(places.desk, wait_seconds=_WAIT_SECONDS):
            if not users.try_alone():
                raise DatabaseUnavailable(
                    f"The database in {places.desk} is in use; stop what uses it first."
                )
            shut_down(places)
            shutil.rmtree(places.cluster, ignore_errors=True)
            if places.home != places.desk:
                shutil.rmtree(places.home)
    finally:
        users.close()


class Server:
    """A hold on the running server; `release` it, or use it in a `with` block."""

    def __init__(self, data_dir: Path, *, service: ServiceUser, watch: bool, wait: float) -> None:
        self._service = service
        self._wait_seconds = wait
        self._pid = os.getpid()
        self._releasing = threading.Lock()
        self._released = False
        self._places: Places = places_of(data_dir)
        claim(self._places.desk)
        self._users = Lock(self._places.desk / "users.lock")
        self._sweep = Lock(self._places.desk / "sweep.lock")
        try:
            with booting(self._places.desk, wait_seconds=wait):
                self._users.share()
                self._sweep.share()
                self._bring_up()
        except BaseException:
            self._close_locks()
            raise
        atexit.register(self.release)
        self._watch = Watch(self) if watch else None

    @property
    def conninfo(self) -> str:
        """Tell a driver how to connect, in libpq's words; a socket, never a network address."""
        return conninfo_of(self._places)

    @property
    def socket(self) -> Path:
        """Tell where the server listens."""
        return self._places.socket

    def ensure_alive(self) -> bool:
        """Start the server again if it is dead; True if that was needed.

        Whoever holds the server may call this at any time, from any process and thread.
        """
        if self._released:
            raise DatabaseUnavailable("This hold on the database was released; attach again.")
        reap()
        if check(self._places) is State.ALIVE:
            turn_over(self._places.log)
            return False
        with booting(self._places.desk, wait_seconds=self._wait_seconds):
            return self._bring_up()

    def release(self) -> None:
        """Give up the hold; the last one out stops the server. Harmless when repeated."""
        with self._releasing:
            if self._released:
                return
            self._released = True
        atexit.unregister(self.release)
        if os.getpid() != self._pid:  # a fork: its parent's hold is not ours to give up
            self._close_locks()
            return
        if self._watch is not None:
            self._watch.end()
        try:
            with booting(self._places.desk, wait_seconds=self._wait_seconds):
                if self._users.try_alone():
                    shut_down(self._places)
        except FileNotFoundError:
            pass  # the whole folder was removed under us; the server notices and ends itself
        finally:
            self._close_locks()

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _bring_up(self) -> bool:
        self._places, was_started = bring_up(self._places, self._service)
        if was_started:
            start_sweeper(self._places)
        return was_started

    def _close_locks(self) -> None:
        self._users.close()
        self._sweep.close()
