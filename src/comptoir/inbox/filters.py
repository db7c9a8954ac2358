"""What narrows a list: chosen values by name, as addresses and saved views hold them.

A filter is a name of `NAMES` with one or more values, all of them short texts; several values of one
name mean *any of them*, several names *all of them*. What cannot be read is left out and named, so
that an old link or a view over a channel that is gone still works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from comptoir.core.clocks.choosing import CUSTOMER_TIERS, MESSAGE_TYPES
from comptoir.orders.models import Order
from comptoir.tickets.models import Ticket

VALUES_MAX = 30
TEXT_CHARS_MAX = 80
TAG_CHARS_MAX = 40

ME, NOBODY = "me", "nobody"
DUE = ("passed", "2h", "today", "week")
AGES = ("4h", "1d", "3d", "7d")
DRAFTS = ("mine", "any")
WORTH = re.compile(
    r"(?P<least>\d{0,9}(\.\d{1,2})?)-(?P<most>\d{0,9}(\.\d{1,2})?)(?P<currency>[A-Z]{3})?"
)


@dataclass(frozen=True, slots=True)
class Known:
    """The numbers that a filter may name for this reader: what is gone or hidden is not there."""

    channels: Collection[int] = ()
    people: Collection[int] = ()
    teams: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Worth:
    """Bounds of an order's value, both included, in its own currency or only in one."""

    least: Decimal | None
    most: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Chosen values by name, in the order of `NAMES`; nothing chosen hides nothing."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.chosen)

    def of(self, name: str) -> tuple[str, ...]:
        """Give the values of one name."""
        return self.chosen.get(name, ())

    def pairs(self) -> list[tuple[str, str]]:
        """Give what an address holds of it."""
        return [(name, value) for name, values in self.chosen.items() for value in values]

    def without(self, name: str, value: str) -> Filters:
        """Give the same with one value less."""
        kept = {n: tuple(v for v in vs if (n, v) != (name, value)) for n, vs in self.chosen.items()}
        return Filters({n: vs for n, vs in kept.items() if vs})

    @property
    def worth(self) -> Worth | None:
        """Give the bounds of the order's value."""
        return read_worth(self.of("worth")[0]) if self.of("worth") else None


NONE = Filters()


def read(
    given: Mapping[str, Sequence[str]], known: Known
) -> tuple[Filters, tuple[tuple[str, str], ...]]:
    """Read what an address or a saved view holds; also give what was left out, name and value."""
    chosen: dict[str, tuple[str, ...]] = {}
    left_out: list[tuple[str, str]] = []
    for name, reader in READERS.items():
        values = given.get(name)
        if not isinstance(values, list | tuple):
            continue
        good: list[str] = []
        for value in list(values)[:VALUES_MAX]:
            read_as = reader(value.strip(), known) if isinstance(value, str) else None
            if read_as:
                good.append(read_as)
            elif value:
                left_out.append((name, str(value)[:TEXT_CHARS_MAX]))
        if good:
            chosen[name] = tuple(dict.fromkeys(good if name in SEVERAL else good[:1]))
    return Filters(chosen), tuple(left_out)


def read_worth(text: str) -> Worth | None:
    """Read "50-200EUR", "50-", "-200"; None where that is no pair of bounds."""
    found = WORTH.fullmatch(text)
    if not found or not (found["least"] or found["most"]):
        return None
    try:
        least, most = (Decimal(found[side]) if found[side] else None for side in ("least", "most"))
    except InvalidOperation:
        return None
    return Worth(least, most, found["currency"] or "")


def _one_of(*allowed: str) -> Callable[[str, Known], str | None]:
    return lambda text, known: text if text in allowed else None


def _shaped(pattern: str) -> Callable[[str, Known], str | None]:
    return lambda text, known: text if re.fullmatch(pattern, text) else None


def _number(text: str, allowed: Iterable[int]) -> str | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return text if is_number and int(text) in allowed else None


def _assignee(text: str, known: Known) -> str | None:
    return text if text in (ME, NOBODY) else _number(text, known.people)


def _tag(text: str, known: Known) -> str | None:
    tag = " ".join(text.replace("\0", "").split()).lower()
    return tag if 0 < len(tag) <= TAG_CHARS_MAX else None


def _text(text: str, known: Known) -> str | None:
    return " ".join(text.replace("\0", "").split())[:TEXT_CHARS_MAX] or None


STREAMS: Mapping[str, tuple[str, ...]] = {
    "offer": ("offer",),
    "order": ("order",),
    "operator": ("operator", "ebay"),
    "service": ("service", "service_order"),
    "direct": ("direct",),
    "comments": ("comments",),
}
"""Conversations that a marketplace keeps apart, and what connectors call them."""

READERS: Mapping[str, Callable[[str, Known], str | None]] = {
    "channel": lambda text, known: _number(text, known.channels),
    "marketplace": _shaped(r"[a-z0-9_-]{1,32}"),
    "country": _shaped(r"[A-Z]{2}"),
    "language": _shaped(r"[a-z]{2,3}"),
    "tier": _one_of("0", "1", "2", "3"),
    "type": _one_of(*MESSAGE_TYPES),
    "stream": _one_of(*STREAMS),
    "intent": _shaped(r"[a-z0-9_]{1,40}"),
    "tag": _tag,
    "assignee": _assignee,
    "team": lambda text, known: _number(text, known.teams),
    "worth": lambda text, known: text if read_worth(text) else None,
    "order": _one_of(*Order.State.values),
    "customer": _one_of(*CUSTOMER_TIERS),
    "due": _one_of(*DUE),
    "age": _one_of(*AGES),
    "status": _one_of(*Ticket.Status.values),
    "draft": _one_of(*DRAFTS),
    "text": _text,
}
"""How each value is read: the text as it is kept, None where it is none of ours."""

NAMES = tuple(READERS)
SEVERAL = frozenset(NAMES) - {"worth", "due", "age", "draft", "text"}
"""Filters of which several values can be chosen."""
