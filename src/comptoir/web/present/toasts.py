"""Short messages at the lower edge, perhaps with a way back.

One that must survive a change of page travels in the tags of a Django message.
"""

from __future__ import annotations

from dataclasses import dataclass

UNDO_TAG, WRITES_TAG = "undo", "writes"


@dataclass(frozen=True, slots=True)
class Toast:
    """One message. `undo_address` is empty where there is nothing to take back.

    `writes_on` puts the caret into the reply: its text came back with this page.
    """

    text: str
    is_bad: bool = False
    undo_address: str = ""
    undo_until_ms: int = 0
    writes_on: bool = False


def packed(toast: Toast) -> str:
    """Write what a message's tags carry over to the next page."""
    if toast.undo_address:
        return f"{UNDO_TAG}|{toast.undo_address}|{toast.undo_until_ms}"
    if toast.writes_on:
        return WRITES_TAG
    return "bad" if toast.is_bad else ""


def unpacked(text: str, tags: str, level: str) -> Toast:
    """Read a message of the page before."""
    parts = tags.split("|")
    if parts[0] == UNDO_TAG and len(parts) == 3 and parts[2].isdigit():
        return Toast(text, undo_address=parts[1], undo_until_ms=int(parts[2]))
    is_bad = level == "error" or "bad" in tags.split()
    return Toast(text, is_bad=is_bad, writes_on=tags == WRITES_TAG)
