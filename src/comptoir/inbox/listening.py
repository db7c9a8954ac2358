"""Listening to the channels that can call: one thread a connection, and news are pulled at once.

Which process listens to a connection is settled by an advisory lock in the database, so that any
number of workers share the mailboxes between them. Where a channel cannot call, it is polled.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing

from django.db import DatabaseError, close_old_connections

from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox.connections import open_connector
from comptoir.inbox.holding import Held, only_here, still_here
from comptoir.inbox.pulling import pull
from comptoir.merchant.models import Connection
from comptoir.storage import changes
from comptoir.storage.clock import now

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 2.0
LISTEN_SECONDS = 60.0
RETRY_SECONDS = (2.0, 10.0, 30.0, 60.0)
PERMANENT_RETRY_SECONDS = 300.0
"""A wrong password, tried each minute, locks the account at many providers."""


class Listening:
    """Keeps one listener for each active connection that nobody else listens to."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._threads: dict[int, threading.Thread] = {}

    def run(self) -> None:
        """Start listeners as connections come and go, until told to stop."""
        while not self._stop.is_set():
            try:
                self._start_missing()
                close_old_connections()
            except Exception:
                log.exception("listening: could not look for connections")
                close_old_connections()  # one that broke would be used for ever
            self._stop.wait(LOOK_AGAIN_SECONDS)

    def _start_missing(self) -> None:
        active = Connection.objects.filter(state=Connection.State.ACTIVE)
        for connection_id in active.values_list("id", flat=True):
            thread = self._threads.get(connection_id)
            if thread is None or not thread.is_alive():
                thread = threading.Thread(
                    target=self._listen, args=(connection_id,), daemon=True,
                    name=f"listen-{connection_id}",
                )  # fmt: skip
                self._threads[connection_id] = thread
                thread.start()

    def _listen(self, connection_id: int) -> None:
        try:
            with only_here(connection_id) as held:
                if held is not None:
                    self._follow(held)
        except Exception:
            log.exception("listening to connection %s ended", connection_id)
        finally:
            close_old_connections()

    def _follow(self, held: Held) -> None:
        """Pull, then wait for news, again and again, while the connection stays active and ours."""
        connection_id, failures = held.connection_id, 0
        while not self._stop.is_set() and still_here(held):
            row = Connection.objects.filter(pk=connection_id, state=Connection.State.ACTIVE).first()
            if row is None:
                return
            try:
                with closing(open_connector(row)) as connector:
                    failures = 0 if pull(row, connector, clock=now) else failures
                    close_old_connections()  # not held while waiting: there are only a few
                    self._wait_for_news(connector, row.kind)
            except ChannelError as error:
                log.warning("connection %s: %s", connection_id, error.code)
                failures += 1
                self._rest_after(row, error, failures)
            except DatabaseError:
                raise  # nothing is wrong with the channel; another listener starts soon
            except Exception as error:
                log.exception("connection %s: a connector broke its promise", connection_id)
                failures += 1
                broken = ChannelError("connector_failed", type(error).__name__)
                self._rest_after(row, broken, failures)
            close_old_connections()

    def _rest_after(self, row: Connection, error: ChannelError, failures: int) -> None:
        """Wait before the next try: long where trying again may lock the account.

        As soon as somebody changes the account it is tried again.
        """
        note_failure(row, error)
        seconds = RETRY_SECONDS[min(failures, len(RETRY_SECONDS)) - 1]
        ends_at = time.monotonic() + (PERMANENT_RETRY_SECONDS if error.permanent else seconds)
        before = _account(row.pk)
        while (left := ends_at - time.monotonic()) > 0 and not self._stop.is_set():
            close_old_connections()
            self._stop.wait(min(left, LOOK_AGAIN_SECONDS))
            if _account(row.pk) != before:
                return

    def _wait_for_news(self, connector: object, kind: str) -> None:
        listen = getattr(connector, "listen", None)
        if listen is None:
            card = card_of(kind)
            self._stop.wait(card.poll_seconds if card else LISTEN_SECONDS)
            return
        listen(self._stop, LISTEN_SECONDS)


def note_failure(row: Connection, error: ChannelError) -> None:
    """Write down that a connection does not work, since when, and why; tell browsers of news."""
    at = now()
    detail = error.detail.replace("\0", "")[:1000]
    Connection.objects.filter(pk=row.pk).update(
        failing_since=row.failing_since or at, error_code=error.code, error_detail=detail
    )
    if row.failing_since is None or row.error_code != error.code:
        changes.record("connection", now=at, connection=row.pk, state=error.code)


def _account(connection_id: int) -> tuple[object, ...]:
    """Give what decides whether a connection works, to notice that somebody mended it."""
    row = Connection.objects.filter(pk=connection_id).first()
    return (row.state, row.settings, bytes(row.sealed_secrets)) if row else ()
