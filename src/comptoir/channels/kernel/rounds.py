"""Where each round of reading stands: what was asked when, through which moment, from which page on.

For accounts whose calls each have a pace of their own. A cursor is `{"orders": {"through", "begun",
"page"}, …, "files": [ids]}`: `begun` and `page` are there while a round is unfinished, so that one
which was cut off goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from comptoir.channels.kernel.http import ApiError
from comptoir.channels.kernel.protocol import Cursor, Page
from comptoir.channels.kernel.windows import OVERLAP, iso, moment

FILES_KEPT_MAX = 200
SLACK = timedelta(seconds=5)
"""A loop that wakes a little early still counts as on time."""


class Rounds:
    """A cursor, opened for change. `first` is how far back the first round of each kind reads."""

    def __init__(self, cursor: Cursor, *, now: datetime, first: timedelta) -> None:
        self._now = now
        self._first = first
        self.go_back(cursor)

    def go_back(self, cursor: Cursor) -> None:
        """Stand where a cursor stands: what was noted since belongs to no stored page."""
        self._parts: dict[str, dict[str, Any]] = {
            name: dict(value) for name, value in cursor.items() if isinstance(value, Mapping)
        }
        self._files: list[str] = list(cursor.get("files", ()))

    def in_turn(self, pages: Iterator[Page]) -> Iterator[Page]:
        """Yield the pages of one round; one that its own pace bids rest ends early, without harm.

        What is left of it waits for the next pull, and the other rounds do not wait for it.
        """
        kept = self.cursor()
        try:
            for page in pages:
                kept = page.cursor
                yield page
        except ApiError as error:
            if error.code != "throttled" or error.status:
                raise
            self.go_back(kept)

    def is_due(self, name: str, every: timedelta | None) -> bool:
        """Tell whether a round is to be begun, or gone on with; `every` None: only the first time."""
        place = self._parts.get(name, {})
        if "begun" in place:
            return True
        through = moment(place.get("through"))
        if through is None or through > self._now + OVERLAP:
            return True
        return every is not None and self._now - through >= every - SLACK

    def begin(self, name: str) -> datetime:
        """Begin or go on with a round, and give the moment since when to ask; windows overlap."""
        place = self._parts.setdefault(name, {})
        place.setdefault("begun", iso(self._now))
        through = moment(place.get("through"))
        begun = moment(place["begun"]) or self._now
        if through is None:
            return begun - self._first
        return min(through, begun) - OVERLAP

    def page(self, name: str) -> Any:
        """Give the page to ask next; None for the first one."""
        return self._parts.get(name, {}).get("page")

    def turn(self, name: str, page: Any) -> None:
        """Go on at another page; None ends the round."""
        place = self._parts.setdefault(name, {})
        if page is None:
            self._parts[name] = {"through": place.get("begun", iso(self._now))}
        else:
            place["page"] = page

    def start_over(self, name: str) -> None:
        """Ask the first page of an unfinished round again: its page is not known any more."""
        self._parts.get(name, {}).pop("page", None)

    def has_file(self, file_id: str) -> bool:
        """Tell whether a file was fetched not long ago."""
        return file_id in self._files

    def keep_file(self, file_id: str) -> None:
        """Note that a file was fetched."""
        self._files = [*self._files, file_id][-FILES_KEPT_MAX:]

    def cursor(self) -> Cursor:
        """Give the cursor as it stands now, for storing."""
        parts = {name: dict(value) for name, value in self._parts.items()}
        return {**parts, "files": list(self._files)} if self._files else parts
