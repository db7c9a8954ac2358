"""Wait for news in a mailbox: IDLE where the server offers it, else a look now and then.

News is any folder whose state is not the one last noted, so that a mail which came between a pull
and the waiting is noticed too. IDLE watches the first folder; the others are looked at each
`poll_seconds`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import partial
from threading import Event

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.imap import ImapSession
from comptoir.channels.mail.imap_answers import FolderState, RefusedError
from comptoir.channels.mail.mailbox import DroppedError, Mailbox

logger = logging.getLogger(__name__)

_SHORTEST_SECONDS = 1.0
_IDLE_FAILURES_MAX = 3


class Heard:
    """The last noted state of each folder. Shared by pulling and listening."""

    def __init__(self) -> None:
        self._states: dict[str, tuple[int, int]] = {}

    def note(self, name: str, state: FolderState) -> bool:
        """Remember a state, and tell whether it was another one, or none, before."""
        # Servers without UIDNEXT (older than RFC 3501) leave only the count to go by.
        fresh = (state.uidvalidity, state.uidnext or state.exists_count)
        before, self._states[name] = self._states.get(name), fresh
        return before != fresh


class Listener:
    """Waits on a connection of its own, so that reading goes on beside it."""

    def __init__(
        self,
        mailbox: Mailbox,
        names: Sequence[str],
        heard: Heard,
        *,
        idle_seconds: float,
        poll_seconds: float,
    ) -> None:
        self._mailbox = mailbox
        self._names = names
        self._heard = heard
        self._idle_seconds = idle_seconds if len(names) == 1 else min(idle_seconds, poll_seconds)
        self._poll_seconds = poll_seconds
        self._idle_failures_count = 0
        self._watched = ""

    def wait(self, stop: Event, timeout_seconds: float) -> bool:
        """Return True as soon as something is new, False when time is up or `stop` is set.

        The first call on folders never looked at before returns True at once: pull, then wait.
        """
        ends_at = time.monotonic() + timeout_seconds
        try:
            while not stop.is_set() and not self._mailbox.is_closed:
                if self._has_news(stop):
                    return True
                rest_seconds = ends_at - time.monotonic()
                if rest_seconds <= 0:
                    return False
                self._rest(rest_seconds, stop)
        except ChannelError as error:
            if error.code != "closed":
                raise
        return False

    def _has_news(self, stop: Event) -> bool:
        """Look at all folders, the first one last: it stays open for IDLE."""
        news = False
        self._watched = ""
        for name in reversed(self._names):
            try:
                state = self._mailbox.run(partial(ImapSession.open, folder=name), stop=stop)
            except RefusedError as refused:
                if refused.code in ("throttled", "auth_failed"):
                    raise
                continue  # a missing folder is the pull's to report
            self._watched = name
            news = self._heard.note(name, state) or news
        return news

    def _rest(self, seconds: float, stop: Event) -> None:
        """Sleep until something may be new. An IDLE that fails again and again is given up."""
        if self._idle_failures_count >= _IDLE_FAILURES_MAX:
            self._mailbox.rest(min(seconds, self._poll_seconds), stop)
            return
        try:
            idled = self._mailbox.run(
                lambda session: self._idle(session, min(seconds, self._idle_seconds), stop),
                drops_max=1,
                stop=stop,
            )
        except (DroppedError, RefusedError) as error:
            self._idle_failures_count += 1
            logger.info("IDLE failed (%s)", error.code)
            self._mailbox.rest(min(seconds, _SHORTEST_SECONDS), stop)
            return
        if not idled:
            self._mailbox.rest(min(seconds, self._poll_seconds), stop)

    def _idle(self, session: ImapSession, seconds: float, stop: Event) -> bool:
        if not session.can_idle:
            return False
        if not self._watched:
            return False
        if not session.is_open(self._watched):
            return True  # dialled anew meanwhile: look first, there may be news
        session.idle(seconds, stop)
        self._idle_failures_count = 0
        return True
