"""Fetch what is new in several folders, page by page, and lose nothing on the way.

The cursor is `{"folders": {name: {"uidvalidity": 17, "last_uid": 42}}}`. A folder whose UIDVALIDITY
changed is read from its beginning: ids hold the UIDVALIDITY, so old and new are never mixed up,
and the desk knows a mail again by its Message-ID.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comptoir.channels.kernel.protocol import ChannelError, Cursor, Page, RawItem
from comptoir.channels.mail.imap import ImapSession
from comptoir.channels.mail.imap_answers import FolderState, RefusedError
from comptoir.channels.mail.mailbox import FolderRenewedError, Mailbox
from comptoir.channels.mail.reading import Folder, Reader

logger = logging.getLogger(__name__)

PAGE_COUNT_MAX = 100
_RENEWALS_MAX = 3
_WHOLE_MAILBOX = frozenset({"throttled", "auth_failed"})

Note = Callable[[str, FolderState], object]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be fetched from one folder."""

    folder: Folder
    uids: Sequence[int]


class Pull:
    """One walk over the folders. `note` hears the state in which each folder was found."""

    def __init__(self, mailbox: Mailbox, reader: Reader, note: Note) -> None:
        self._mailbox = mailbox
        self._reader = reader
        self._note = note
        self._failure: ChannelError | None = None

    def pages(self, names: Sequence[str], cursor: Cursor, page_size: int) -> Iterator[Page]:
        """Yield pages, oldest first in each folder.

        A folder that cannot be opened does not keep the others from being read; its failure is
        raised after the last page.
        """
        places = dict(cursor.get("folders", {}))
        plans = [plan for name in names if (plan := self._planned(name, places))]
        total_count = sum(len(plan.uids) for plan in plans)
        for plan in plans:
            for folder, items, last_uid in self._read(plan, page_size):
                place = {"uidvalidity": folder.uidvalidity, "last_uid": last_uid}
                places[folder.name] = place
                yield Page(items, {**cursor, "folders": dict(places)}, total_count)
        if self._failure is not None:
            raise self._failure

    def _planned(self, name: str, places: Mapping[str, Any]) -> _Plan | None:
        try:
            return self._mailbox.run(lambda session: self._plan(session, name, places))
        except RefusedError as refused:
            self._remember(refused)
            return None

    def _plan(self, session: ImapSession, name: str, places: Mapping[str, Any]) -> _Plan:
        state = session.open(name)
        self._note(name, state)
        place = places.get(name, {})
        known = place.get("uidvalidity") == state.uidvalidity
        last_uid = int(place["last_uid"]) if known else 0
        if place and not known:
            logger.warning("a mail folder was made anew, reading it from its beginning")
        nothing_new = state.exists_count == 0 or 0 < state.uidnext <= last_uid + 1
        uids = [] if nothing_new else session.search_after(last_uid)
        return _Plan(Folder(name, state.uidvalidity), array("L", uids))

    def _read(
        self, plan: _Plan, page_size: int
    ) -> Iterator[tuple[Folder, tuple[RawItem, ...], int]]:
        """Yield the items of each page with the UID that the cursor moves to."""
        size = max(1, min(page_size, PAGE_COUNT_MAX))
        for _ in range(_RENEWALS_MAX):
            try:
                for start in range(0, len(plan.uids), size):
                    uids = plan.uids[start : start + size]
                    for items, last_uid in self._reader.pages(plan.folder, uids):
                        yield plan.folder, items, last_uid
            except FolderRenewedError:
                anew = self._planned(plan.folder.name, {})
                if anew is None:
                    return
                plan = anew
            except RefusedError as refused:
                self._remember(refused)
                return
            else:
                return
        raise ChannelError("protocol_error", f"{plan.folder.name} is made anew all the time.")

    def _remember(self, refused: RefusedError) -> None:
        if refused.code in _WHOLE_MAILBOX:
            raise refused
        self._failure = self._failure or refused
