"""Every key and what it does, as the sheet behind `?` tells it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys of one place: the keys as printed on them, and what they do."""

    title: str
    lines: tuple[tuple[tuple[str, ...], str], ...]


def all_groups() -> tuple[KeyGroup, ...]:
    """Give all keys by place."""
    return (_anywhere(), _list(), _ticket(), _alerts(), _composer())


def _anywhere() -> KeyGroup:
    return KeyGroup(
        pgettext("keys", "Anywhere"),
        (
            (("n",), _("Next ticket to answer")),
            (("z",), _("Undo what was just sent")),
            (("?",), _("This sheet")),
            (("g", "n"), _("Next")),
            (("g", "q"), _("Queue")),
            (("g", "c"), _("Claims and risks")),
            (("g", "m"), _("Mine")),
            (("g", "u"), _("Unassigned")),
            (("g", "w"), _("Waiting")),
            (("g", "d"), _("Drafts")),
            (("g", "s"), _("Solved")),
            (("g", "a"), _("Alerts")),
        ),
    )


def _list() -> KeyGroup:
    return KeyGroup(
        pgettext("keys", "List"),
        (
            (("j", "k"), _("Down, up")),
            (("↵", "o"), _("Open")),
            (("u",), _("Load what is new")),
        ),
    )


def _ticket() -> KeyGroup:
    return KeyGroup(
        pgettext("keys", "Ticket"),
        (
            (("j", "k"), _("Next and previous in the list")),
            (("u",), _("Back to the list")),
            (("r",), _("Reply")),
            (("m",), _("Note")),
            (("e",), _("Solve")),
            (("E",), _("Reopen")),
            (("w",), _("Wait")),
            (("a",), _("Give to somebody")),
            (("i",), _("Take")),
            (("y",), _("No response needed")),
            (("p",), _("Correct the risk")),
            (("l",), _("Tag")),
            (("o",), _("Open at the marketplace")),
            (("h",), _("Why this deadline")),
            (("v",), _("Merge with another ticket")),
        ),
    )


def _alerts() -> KeyGroup:
    return KeyGroup(
        _("Alerts"),
        (
            (("j", "k"), _("Down, up")),
            (("↵", "o"), _("Open")),
            (("e",), _("Take note")),
        ),
    )


def _composer() -> KeyGroup:
    return KeyGroup(
        pgettext("keys", "Composer"),
        (
            (("Ctrl", "↵"), _("Send, then next")),
            (("Ctrl", "⇧", "↵"), _("Send and solve")),
            (("Esc",), _("Out of the text")),
        ),
    )
