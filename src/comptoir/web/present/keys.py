"""Every command that has a key: one list for the sheet behind `?`, the palette and the scripts.

A command is named by the key it has unless somebody chose another: elements carry that name in
`data-key`, scripts compare with it, and `js/keys.js` translates what was pressed. A test holds that
pages, scripts and this list agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.web.present.rail import view_address, view_label

PRINTED = {"Enter": "↵", "Shift": "⇧", "Ctrl": "Ctrl", "Esc": "Esc"}
NAME = "@"
"""What one types before a colleague's name: a sign in a text, which no other key can stand for."""
GO = "g"
"""The key before the letter of a view; it cannot be chosen for anything else."""
BACK = "b"
"""After `g`: the list one came from, which a script remembers; without one the queue."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something a key does. `key` may be a sequence ("g n") or a combination ("Ctrl+Enter").

    With an `address` it opens that page. `is_offered` puts it into the palette as well: moving a
    cursor by way of a palette makes no sense.
    """

    key: str
    label: str
    address: str = ""
    is_offered: bool = True

    @property
    def is_single(self) -> bool:
        """Tell whether it is one key alone, which may be switched off or chosen anew."""
        return len(self.key) == 1 and self.key != NAME


@dataclass(frozen=True, slots=True)
class Place:
    """Commands that work in one place."""

    name: str
    title: str
    commands: tuple[Command, ...]


def places() -> tuple[Place, ...]:
    """Give all commands by place, in the active language."""
    return (_anywhere(), _views(), _list(), _ticket(), _alerts(), _composer())


def single_keys() -> dict[str, str]:
    """Give every key that stands alone with all it does, as somebody who chooses others sees it."""
    found: dict[str, list[str]] = {}
    for place in places():
        for command in place.commands:
            if command.is_single:
                found.setdefault(command.key, []).append(command.label)
    return {key: " · ".join(dict.fromkeys(labels)) for key, labels in found.items()}


def printed(key: str, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Give a command's keys as they are printed, with the person's own choice."""
    if "+" in key:
        return tuple(PRINTED.get(part, part) for part in key.split("+"))
    if " " in key:
        return tuple(key.split())
    return (PRINTED.get(key, chosen.get(key, key)),)


def chosen_by(display: Mapping[str, Any]) -> dict[str, str]:
    """Read which keys a person chose instead of ours."""
    kept = display.get("keys")
    chosen = kept.get("map") if isinstance(kept, dict) else None
    return dict(chosen) if isinstance(chosen, dict) else {}


def are_off(display: Mapping[str, Any]) -> bool:
    """Tell whether a person switched single keys off, on all their devices."""
    kept = display.get("keys")
    return isinstance(kept, dict) and bool(kept.get("off"))


def for_scripts(display: Mapping[str, Any]) -> dict[str, Any]:
    """Give what `js/keys.js` needs: whether keys are off, which were chosen, where `g` leads."""
    return {
        "off": are_off(display),
        "map": chosen_by(display),
        "go": {letter: address for letter, address, _label in _destinations()},
    }


def _anywhere() -> Place:
    return Place(
        "anywhere",
        pgettext("keys", "Anywhere"),
        (
            Command("Ctrl+K", _("Commands"), is_offered=False),
            Command("/", _("Search")),
            Command("?", _("Keys")),
            Command("n", _("Next ticket to answer")),
            Command("c", _("New message about an order")),
            Command("z", _("Undo what was just done")),
        ),
    )


def _views() -> Place:
    return Place(
        "views",
        pgettext("keys", "Go to"),
        tuple(
            Command(f"{GO} {letter}", label, address, is_offered=letter not in ("n", BACK))
            for letter, address, label in _destinations()
        ),
    )


def _destinations() -> tuple[tuple[str, str, str], ...]:
    """Give where `g` and a letter lead: letter, address, and the name it has in the rail, unless
    that could be taken for another: "Next" is a ticket there, and a list here."""
    views = {
        "r": "risk", "c": "claims", "m": "mine", "u": "unassigned", "w": "waiting",
        "z": "snoozed", "d": "drafts", "s": "solved",
    }  # fmt: skip
    return (
        ("n", "/next", _("Next ticket to answer")),
        ("q", view_address("queue"), _("List of all that is to answer")),
        *((letter, view_address(view), view_label(view)) for letter, view in views.items()),
        (BACK, "/", _("Back to the last list")),
        ("a", "/alerts", _("Alerts")),
    )


def _list() -> Place:
    return Place(
        "list",
        pgettext("keys", "List"),
        (
            Command("j", _("Down"), is_offered=False),
            Command("k", _("Up"), is_offered=False),
            Command("Enter", pgettext("verb", "Open"), is_offered=False),
            Command("o", pgettext("verb", "Open"), is_offered=False),
            Command("x", pgettext("keys", "Select"), is_offered=False),
            Command("J", _("Select downwards"), is_offered=False),
            Command("K", _("Select upwards"), is_offered=False),
            Command("f", pgettext("verb", "Filter")),
            Command("v", _("Sort and columns")),
            Command("V", _("Keep as a view")),
            Command("u", _("Load what is new"), is_offered=False),
        ),
    )


def _ticket() -> Place:
    return Place(
        "ticket",
        pgettext("keys", "Ticket"),
        (
            Command("j", _("Next in the list"), is_offered=False),
            Command("k", _("Previous in the list"), is_offered=False),
            Command("u", _("Back to the list")),
            Command("r", _("Reply")),
            Command("m", _("Note")),
            Command("e", pgettext("verb", "Solve")),
            Command("E", pgettext("verb", "Reopen")),
            Command("b", pgettext("verb", "Snooze")),
            Command("w", pgettext("verb", "Wait")),
            Command("a", _("Give to somebody")),
            Command("s", pgettext("verb", "Follow")),
            Command("N", _("Skip, with a reason")),
            Command("i", _("Take")),
            Command("l", _("Tag")),
            Command("y", _("No response needed")),
            Command("p", _("Correct the risk")),
            Command("o", _("Open at the marketplace")),
            Command("h", _("Why this deadline")),
            Command("v", _("Merge with another ticket")),
            Command("D", pgettext("keys", "Answered or decided there")),
            Command("A", _("Attach files")),
            Command("L", _("Send later")),
        ),
    )


def _alerts() -> Place:
    return Place(
        "alerts",
        _("Alerts"),
        (
            Command("j", _("Down"), is_offered=False),
            Command("k", _("Up"), is_offered=False),
            Command("o", pgettext("verb", "Open"), is_offered=False),
            Command("e", _("Take note"), is_offered=False),
        ),
    )


def _composer() -> Place:
    return Place(
        "composer",
        pgettext("keys", "Composer"),
        (
            Command("Ctrl+Enter", _("Send, then next"), is_offered=False),
            Command("Ctrl+Shift+Enter", _("Send and solve"), is_offered=False),
            Command("Ctrl+Shift+L", _("Send later"), is_offered=False),
            Command("Ctrl+Shift+F", _("Attach files"), is_offered=False),
            Command("/", _("Insert a template"), is_offered=False),
            Command(NAME, _("Name a colleague, in a note"), is_offered=False),
            Command("Esc", _("Out of the text"), is_offered=False),
        ),
    )
