"""Which process has which connection: advisory locks, all of a process on one database session.

A session for each of fifty channels would leave the server none for work. When the session breaks,
the server gives its locks to whoever asks next; whoever held one here is told so by `still`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg
from django.db import connection

LOCK_SPACE = 7_311


@dataclass(frozen=True, slots=True)
class Held:
    """That this process has a connection, since a certain session."""

    connection_id: int
    session: int


class Holder:
    """The locks of one process."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._direct: psycopg.Connection | None = None
        self._session = 0
        self._mine: set[int] = set()

    def take(self, connection_id: int) -> Held | None:
        """Take a connection; None when a process, this one too, has it already."""
        with self._mutex:
            if not self._is_open():
                self._open()
            if connection_id in self._mine or not self._ask("try", connection_id):
                return None
            self._mine.add(connection_id)
            return Held(connection_id, self._session)

    def still(self, held: Held) -> bool:
        """Tell whether it is ours yet: not when the session broke since."""
        with self._mutex:
            return held.session == self._session and self._is_open()

    def give(self, held: Held) -> None:
        """Let others have it."""
        with self._mutex:
            if held.session != self._session:
                return
            self._mine.discard(held.connection_id)
            with suppress(psycopg.Error):
                self._ask("unlock", held.connection_id)
            if not self._mine:
                self._close()

    def _ask(self, what: str, connection_id: int) -> bool:
        assert self._direct is not None
        sql = {
            "try": "SELECT pg_try_advisory_lock(%s, %s)",
            "unlock": "SELECT pg_advisory_unlock(%s, %s)",
        }[what]
        row = self._direct.execute(sql, [LOCK_SPACE, connection_id]).fetchone()
        return bool(row and row[0])

    def _is_open(self) -> bool:
        if self._direct is None or self._direct.closed:
            return False
        try:
            self._direct.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _open(self) -> None:
        self._close()
        values = connection.get_connection_params()
        values.pop("cursor_factory", None)
        values.pop("context", None)
        self._direct = psycopg.connect(**values, autocommit=True)
        self._session += 1

    def _close(self) -> None:
        if self._direct is not None:
            with suppress(psycopg.Error):
                self._direct.close()
        self._direct = None
        self._mine.clear()


_holder = Holder()


@contextmanager
def only_here(connection_id: int) -> Iterator[Held | None]:
    """Hold a connection for this process; yields None when somebody else has it."""
    held = _holder.take(connection_id)
    try:
        yield held
    finally:
        if held is not None:
            _holder.give(held)


def still_here(held: Held) -> bool:
    """Tell whether a connection is this process's yet."""
    return _holder.still(held)
