"""Turn the UIDs of a folder into raw items: together where possible, in pieces where large.

Folders are opened with EXAMINE and mails read with BODY.PEEK: nobody else sees that we were here.
Whatever could not be had is said in an item's `meta`, never left out in silence:
`{"folder", "size_bytes", "truncated"}` and `problem` when the server would not give the mail.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from comptoir.channels.kernel.protocol import ChannelError, RawItem
from comptoir.channels.mail.imap import ImapSession
from comptoir.channels.mail.imap_answers import Fetched, RefusedError
from comptoir.channels.mail.mailbox import DroppedError, FolderRenewedError, Mailbox

PAGE_BYTES_MAX = 32_000_000
FIRST_BYTES = 256_000
"""One FETCH brings so much of each mail of a page: nearly all are complete with it."""
PIECE_BYTES = 4_000_000
SURVEY_BYTES = 16_384
"""Headers, and the first lines: enough to tell the channel."""
SURVEY_COUNT = 50
_DROPS_MAX = 2


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder at a time when its UIDs mean the same."""

    name: str
    uidvalidity: int

    def external_id(self, uid: int) -> str:
        """Give the id of a mail that no other mail of the mailbox ever has."""
        return f"{self.name}/{self.uidvalidity}/{uid}"

    def opened(self, session: ImapSession, *, writable: bool = False) -> ImapSession:
        """Give the session with this folder in hand."""
        if session.reopen(self.name, writable=writable) != self.uidvalidity:
            raise FolderRenewedError("folder_renewed", f"The folder {self.name} was made anew.")
        return session


def read_external_id(external_id: str) -> tuple[Folder, int]:
    """Take an id apart: folder and UID."""
    name, uidvalidity, uid = external_id.rsplit("/", 2)
    return Folder(name, int(uidvalidity)), int(uid)


class Reader:
    """Reads mails of one folder after the other."""

    def __init__(self, mailbox: Mailbox, mail_bytes_max: int) -> None:
        self._mailbox = mailbox
        self._mail_bytes_max = mail_bytes_max

    def pages(
        self, folder: Folder, uids: Sequence[int]
    ) -> Iterator[tuple[tuple[RawItem, ...], int]]:
        """Yield items and the UID read up to: at once, or in parts when the mails are large.

        Mails deleted meanwhile are missing.
        """
        items: list[RawItem] = []
        size_bytes = 0
        for mail in self._beginnings(folder, uids):
            item = self._completed(folder, mail)
            if items and size_bytes + len(item.content) > PAGE_BYTES_MAX:
                yield tuple(items), mail.uid - 1
                items, size_bytes = [], 0
            items.append(item)
            size_bytes += len(item.content)
        yield tuple(items), uids[-1]

    def one(self, external_id: str) -> RawItem | None:
        """Fetch one mail again; None when it is gone."""
        folder, uid = read_external_id(external_id)
        try:
            return next((item for items, _ in self.pages(folder, [uid]) for item in items), None)
        except FolderRenewedError:
            return None

    def _beginnings(self, folder: Folder, uids: Sequence[int]) -> list[Fetched]:
        mails = self._fetch(folder, uids, min(FIRST_BYTES, self._mail_bytes_max))
        if mails and all(mail.problem == "dropped" for mail in mails):
            raise ChannelError("unreachable", "The server hangs up whenever mails are read.")
        return sorted(mails, key=lambda mail: mail.uid)

    def _fetch(self, folder: Folder, uids: Sequence[int], count: int) -> list[Fetched]:
        """Fetch together; when that cannot be done, halve, until the mail at fault stands alone."""
        try:
            return self._mailbox.run(
                lambda session: folder.opened(session).fetch(uids, count=count),
                drops_max=_DROPS_MAX,
            )
        except (DroppedError, RefusedError) as error:
            if isinstance(error, RefusedError) and error.code != "mail_unreadable":
                raise
            if len(uids) == 1:
                problem = "refused" if isinstance(error, RefusedError) else "dropped"
                return [Fetched(uids[0], b"", 0, None, problem)]
        middle = len(uids) // 2
        return [
            *self._fetch(folder, uids[:middle], count),
            *self._fetch(folder, uids[middle:], count),
        ]

    def _completed(self, folder: Folder, mail: Fetched) -> RawItem:
        """Fetch the rest of a large mail, up to the limit.

        Some servers only estimate a size: the end is where nothing more comes.
        """
        limit = self._mail_bytes_max
        content = bytearray(mail.content)
        asked_count, given_count = min(FIRST_BYTES, limit), len(content)
        gone = bool(mail.problem)
        while given_count > 0 and len(content) < limit:
            if given_count < asked_count and len(content) >= mail.size_bytes:
                break
            asked_count = min(PIECE_BYTES, limit - len(content))
            piece = self._piece(folder, mail.uid, len(content), asked_count)
            gone = piece is None
            given_count = len(piece or b"")
            content += piece or b""
        truncated = gone or (len(content) >= limit and mail.size_bytes != len(content))
        return _item(folder, mail, bytes(content), {"truncated": truncated})

    def _piece(self, folder: Folder, uid: int, start: int, count: int) -> bytes | None:
        """Fetch a part from the middle; None when the mail went away, or is not given."""
        mails = self._mailbox.run(
            lambda session: folder.opened(session).fetch([uid], start=start, count=count)
        )
        return mails[0].content if mails and not mails[0].problem else None


def survey(mailbox: Mailbox, names: Sequence[str], limit: int) -> Iterator[RawItem]:
    """Yield the beginnings of the newest mails over all folders, newest first.

    `meta` also holds `total_count`, the number of all mails in those folders.
    """
    streams, total_count = [], 0
    for name in names:
        folder, uids, count = mailbox.run(_Newest(name, limit))
        streams.append(_beginnings_newest_first(mailbox, folder, uids))
        total_count += count
    for folder, mail in islice(heapq.merge(*streams, key=_age, reverse=True), limit):
        truncated = mail.size_bytes > len(mail.content)
        meta = {"truncated": truncated, "total_count": total_count}
        yield _item(folder, mail, mail.content, meta)


@dataclass(frozen=True, slots=True)
class _Newest:
    """Finds the newest mails of a folder, and how many mails it holds."""

    name: str
    limit: int

    def __call__(self, session: ImapSession) -> tuple[Folder, list[int], int]:
        state = session.open(self.name)
        uids = session.search_after(0) if state.exists_count else []
        return Folder(self.name, state.uidvalidity), uids[-self.limit :], state.exists_count


def _beginnings_newest_first(
    mailbox: Mailbox, folder: Folder, uids: Sequence[int]
) -> Iterator[tuple[Folder, Fetched]]:
    for end in range(len(uids), 0, -SURVEY_COUNT):
        some = uids[max(0, end - SURVEY_COUNT) : end]

        def work(session: ImapSession, some: Sequence[int] = some) -> list[Fetched]:
            return folder.opened(session).fetch(some, count=SURVEY_BYTES)

        for mail in sorted(mailbox.run(work), key=lambda mail: -mail.uid):
            yield folder, mail


def _age(found: tuple[Folder, Fetched]) -> datetime:
    return found[1].received_at or datetime.min.replace(tzinfo=UTC)


def _item(folder: Folder, mail: Fetched, content: bytes, meta: Mapping[str, Any]) -> RawItem:
    told: dict[str, Any] = {"folder": folder.name, "size_bytes": mail.size_bytes, **meta}
    if mail.problem:
        told["problem"] = "mail_unreadable"
    return RawItem(
        external_id=folder.external_id(mail.uid),
        content=content,
        received_at=mail.received_at,
        meta=told,
    )
