"""What to read of Rakuten France next, so that nothing is lost.

Reading an item may take it off the to-do list (the service marks its messages as read). Its number is
therefore stored in the cursor *before* it is read, and stays there until what it said is stored.
Items with a conversation are looked at again for a while: answers written in the portal, and the
end of a claim, take them off the list without another word. New sales are kept two days only: the
current ones are read as well, from before the last time that worked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from comptoir.channels.kernel.windows import iso, moment

AGAIN_AFTER = timedelta(minutes=30)
WATCHED_FOR = timedelta(days=10)
WATCHED_MAX = 500
AT_ONCE_MAX = 60
CURRENT_EVERY = timedelta(hours=1)
FIRST_SALES = timedelta(days=42)
SALES_OVERLAP = timedelta(days=3)


class Plan:
    """A cursor, opened for change: `due` (items to read), `watched`, `sales` (read until)."""

    def __init__(self, cursor: Mapping[str, Any], now: datetime) -> None:
        self._now = now
        self._due: list[str] = [str(one) for one in cursor.get("due", [])]
        self._watched: dict[str, dict[str, str]] = {
            str(name): dict(value) for name, value in dict(cursor.get("watched", {})).items()
        }
        self._sales = str(cursor.get("sales", ""))

    def cursor(self) -> dict[str, Any]:
        """Give the cursor as it stands."""
        return {"due": list(self._due), "watched": dict(self._watched), "sales": self._sales}

    def add(self, item_ids: Iterable[str]) -> None:
        """Note items that ask for attention; they are watched from now on."""
        for item_id in item_ids:
            ends = iso(self._now + WATCHED_FOR)
            self._watched[item_id] = {"next": iso(self._now + AGAIN_AFTER), "ends": ends}
            if item_id not in self._due:
                self._due.append(item_id)
        while len(self._watched) > WATCHED_MAX:
            del self._watched[min(self._watched, key=lambda one: self._watched[one]["ends"])]

    def look_again(self) -> None:
        """Take up watched items whose time has come, and forget those that were quiet for long."""
        for item_id, times in list(self._watched.items()):
            if (moment(times["ends"]) or self._now) <= self._now:
                del self._watched[item_id]
            elif (moment(times["next"]) or self._now) <= self._now:
                times["next"] = iso(self._now + AGAIN_AFTER)
                if item_id not in self._due and len(self._due) < AT_ONCE_MAX:
                    self._due.append(item_id)

    def due(self) -> list[str]:
        """Name the items to read, those that waited longest first."""
        return list(self._due)

    def done(self, item_id: str) -> None:
        """Note that what an item said is stored."""
        self._due = [one for one in self._due if one != item_id]

    def refused(self, item_id: str) -> None:
        """Note that the service will not tell of an item; it is given up once it is not watched."""
        if item_id not in self._watched:
            self.done(item_id)

    def sales_since(self) -> datetime | None:
        """Give since when to ask for current sales; None when that was done a moment ago."""
        last = moment(self._sales)
        if last is None:
            return self._now - FIRST_SALES
        if last <= self._now < last + CURRENT_EVERY:
            return None
        return min(last, self._now) - SALES_OVERLAP

    def sales_done(self) -> None:
        """Note that the current sales are stored."""
        self._sales = iso(self._now)
