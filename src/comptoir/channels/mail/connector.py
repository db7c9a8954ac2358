"""The mail connector: one mailbox read over IMAP, its answers sent over SMTP.

Made by `connect(settings, secrets)`. Reading, listening and sending have a connection each, so
that they may go on in different threads. In watch mode nothing is marked and nothing is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from threading import Event
from typing import Any

from comptoir.channels.kernel.protocol import (
    Capabilities,
    Cursor,
    Outcome,
    Outgoing,
    Page,
    RawItem,
    Receipt,
)
from comptoir.channels.mail.account import Account
from comptoir.channels.mail.compose import ComposeError, build, wire_address
from comptoir.channels.mail.imap import ImapSession
from comptoir.channels.mail.imap_answers import RefusedError
from comptoir.channels.mail.imap_wire import quoted
from comptoir.channels.mail.listening import Heard, Listener
from comptoir.channels.mail.mailbox import FolderRenewedError, Mailbox
from comptoir.channels.mail.pulling import Pull
from comptoir.channels.mail.reading import Reader, read_external_id, survey
from comptoir.channels.mail.settings import MailSecrets, MailSettings
from comptoir.channels.mail.smtp import Envelope, check_sending, deliver

logger = logging.getLogger(__name__)

_SENT_NAMES = frozenset(
    {"sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente"}
    | {"gesendete objekte", "envoyés", "éléments envoyés", "messages envoyés", "inviati"}
    | {"posta inviata", "enviados", "elementos enviados"}
)
"""What servers without SPECIAL-USE (RFC 6154) call it."""


class Mark(StrEnum):
    """What others who read the mailbox shall see of our work."""

    SEEN = "seen"
    ANSWERED = "answered"


_FLAGS = {Mark.SEEN: rb"\Seen", Mark.ANSWERED: rb"\Answered"}


def connect(
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    *,
    on_new_refresh_token: Callable[[str], None] | None = None,
) -> MailConnector:
    """Make a connector of what the desk stored. Raises `SettingsError` for what cannot be."""
    return MailConnector(
        MailSettings.from_mapping(settings),
        MailSecrets.from_mapping(secrets),
        on_new_refresh_token=on_new_refresh_token,
    )


def utc_now() -> datetime:
    """Read the clock: a connector is an edge, and a mail carries the time at which it leaves."""
    return datetime.now(UTC)


class MailConnector:
    """One mailbox. Usable from threads; connects at the first need."""

    def __init__(
        self,
        settings: MailSettings,
        secrets: MailSecrets,
        *,
        on_new_refresh_token: Callable[[str], None] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._account = Account(settings, secrets, on_new_refresh_token=on_new_refresh_token)
        self._mailbox, self._ear = (
            Mailbox(self._account.dial_imap, reconnect_seconds=settings.reconnect_seconds)
            for _ in range(2)
        )
        self._reader = Reader(self._mailbox, settings.mail_bytes_max)
        self._heard = Heard()
        self._listener = Listener(
            self._ear,
            settings.folders,
            self._heard,
            idle_seconds=settings.idle_seconds,
            poll_seconds=settings.poll_seconds,
        )
        self.capabilities = Capabilities(
            name="mail", listens=True, sends=settings.smtp is not None and not settings.watch
        )

    def check(self) -> None:
        """Go through reading and sending once, without a trace."""
        self.check_reading()
        self.check_sending()

    def check_reading(self) -> None:
        """Log in for reading and open every folder."""
        self._account.check_reading()

    def check_sending(self) -> None:
        """Log in for sending and offer every sender address; nothing where there is no server."""
        check_sending(self._account)

    def folders(self) -> tuple[str, ...]:
        """List the folders one may choose from."""
        return tuple(sorted(self._mailbox.run(ImapSession.folders)))

    def survey(self, limit: int = 1000) -> Iterator[RawItem]:
        """Yield the beginnings of the newest mails, newest first, for a verdict before storing.

        `meta["total_count"]` is the number of all mails in the chosen folders.
        """
        return survey(self._mailbox, self._settings.folders, limit)

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield what came since `cursor`, by folder, oldest first (see `pulling`)."""
        pull = Pull(self._mailbox, self._reader, self._heard.note)
        return pull.pages(self._settings.folders, cursor, page_size)

    def fetch(self, external_id: str) -> RawItem | None:
        """Fetch one mail again, for a retry; None when it is gone."""
        return self._reader.one(external_id)

    def listen(self, stop: Event, timeout_seconds: float) -> bool:
        """Wait for news; True when there is something to pull (see `listening`)."""
        return self._listener.wait(stop, timeout_seconds)

    def mark(self, external_id: str, mark: Mark | str) -> bool:
        """Set a flag for others to see. False in watch mode, or when the mail is gone."""
        flag = _FLAGS[Mark(mark)]
        if self._settings.watch:
            return False
        folder, uid = read_external_id(external_id)

        def work(session: ImapSession) -> None:
            folder.opened(session, writable=True).add_flag(uid, flag)

        try:
            self._mailbox.run(work)
        except FolderRenewedError:
            return False
        except RefusedError as refused:
            if refused.code != "folder_missing":
                raise
            return False
        return True

    def find_sent(self, message_id: str) -> str | None:
        """Look for a Message-ID in the folder of sent mail and in those pulled; give its id."""
        for name in self._places_of_sent():
            try:
                found = self._mailbox.run(
                    partial(_search_message, name=name, message_id=message_id)
                )
            except RefusedError as refused:
                if refused.permanent or refused.code == "throttled":
                    raise
                continue  # a folder that cannot be opened holds no proof
            if found is not None:
                return found
        return None

    def send(self, outgoing: Outgoing) -> Receipt:
        """Send one reply. Never raises for what server or network say."""
        settings = self._settings
        if settings.watch:
            return Receipt(Outcome.REFUSED, "watch_mode", "This mailbox is only watched.")
        if settings.senders and outgoing.sender.lower() not in map(str.lower, settings.senders):
            words = "This sender address is not among those of the mailbox."
            return Receipt(Outcome.REFUSED, "sender_not_authorised", words)
        try:
            envelope = Envelope(wire_address(outgoing.sender), wire_address(outgoing.recipient))
            content = build(
                outgoing, date=self._clock(), desk=settings.desk, automatic=outgoing.automatic
            )
        except ComposeError as error:
            return Receipt(Outcome.REFUSED, error.code, str(error))
        receipt = deliver(self._account, envelope, content)
        logger.info("mail %s %s", receipt.outcome, receipt.code)
        return receipt

    def close(self) -> None:
        """Hang up. Whoever listens returns."""
        for mailbox in (self._mailbox, self._ear):
            mailbox.close()

    def _places_of_sent(self) -> list[str]:
        there = self._mailbox.run(ImapSession.folders)
        sent = [name for name, flags in there.items() if _is_sent(name, flags)]
        sent.sort(key=lambda name: "\\sent" not in there[name])
        return list(dict.fromkeys([*sent, *self._settings.folders]))


def _is_sent(name: str, flags: frozenset[str]) -> bool:
    last = name.replace(".", "/").rpartition("/")[2]
    return "\\sent" in flags or last.casefold() in _SENT_NAMES


def _search_message(session: ImapSession, *, name: str, message_id: str) -> str | None:
    state = session.open(name)
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    found = session.search(b"HEADER Message-ID " + quoted(f"<{bare}>"))
    return f"{name}/{state.uidvalidity}/{found[-1]}" if found else None
