"""A conversation by days: who said what to whom, and what happened in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comptoir.tickets.models import Message, MessageFile
from comptoir.web.present.delivery import Delivery, make_delivery
from comptoir.web.present.facts import EventView
from comptoir.web.present.files import FileView, make_files
from comptoir.web.present.people import initials
from comptoir.web.present.times import Times
from comptoir.web.present.vocabulary import tiers, topics

ICONS = {"buyer": "person", "agent": "reply", "automation": "robot", "marketplace": "shop"}
MACHINES_OF_BUYERS = ("auto_reply", "bounce")
LONG_CHARS = 3000
LONG_SHOWN_CHARS = 1200
FOLDED_FROM = 3


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message. `tone` is who speaks: buyer, agent, note, automation or marketplace.

    `is_by_machine` is what a buyer's mailbox sends by itself, whoever is its author.
    """

    id: int
    at: datetime
    tone: str
    icon: str
    who: str
    initials: str
    role: str
    time: str
    full: str
    text: str
    rest: str
    length: str
    language: str
    quoted: str
    is_unanswered: bool
    is_by_machine: bool
    original: str
    files: tuple[FileView, ...]
    delivery: Delivery | None
    tags: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventGroup:
    """Several changes in a row that say nothing urgent: one line until somebody opens it."""

    at: datetime
    id: str
    text: str
    events: tuple[EventView, ...]


Entry = MessageView | EventView | EventGroup


@dataclass(frozen=True, slots=True)
class Day:
    """One day under its heading; entries are messages and events in order of time."""

    heading: str
    entries: tuple[Entry, ...]


def make_days(
    messages: Iterable[MessageView], events: Iterable[EventView], times: Times
) -> list[Day]:
    """Group by the reader's days; three quiet changes or more in a row become one line."""
    entries: list[MessageView | EventView] = [*messages, *events]
    entries.sort(key=lambda entry: entry.at)
    grouped: dict[date, list[MessageView | EventView]] = {}
    for entry in entries:
        grouped.setdefault(entry.at.astimezone(times.zone).date(), []).append(entry)
    return [Day(times.heading(group[0].at), tuple(_folded(group))) for group in grouped.values()]


def _folded(entries: Iterable[MessageView | EventView]) -> Iterator[Entry]:
    for is_quiet, run in groupby(entries, key=_is_quiet):
        row = list(run)
        if not is_quiet or len(row) < FOLDED_FROM:
            yield from row
            continue
        events = tuple(one for one in row if isinstance(one, EventView))
        text = ngettext("%(count)d change", "%(count)d changes", len(row)) % {"count": len(row)}
        yield EventGroup(row[0].at, f"{row[0].at:%Y%m%d%H%M%S}", text, events)


def _is_quiet(entry: MessageView | EventView) -> bool:
    return isinstance(entry, EventView) and not entry.tone


def make_messages(
    messages: Sequence[Message],
    files: Mapping[int, list[MessageFile]],
    times: Times,
    *,
    buyer: str,
    channel: str,
    may_answer: bool,
    unanswered_since: datetime | None = None,
) -> list[MessageView]:
    """Make the messages of a conversation; replies taken back are left out.

    The first one that came in at `unanswered_since` or later is marked: the clock counts from it.
    """
    shown = [message for message in messages if message.state != Message.State.CANCELLED]
    first = next((m.pk for m in shown if _asks(m, unanswered_since)), 0)
    return [
        _message(
            message,
            make_files(files.get(message.pk, [])),
            times,
            buyer=buyer,
            channel=channel,
            may_answer=may_answer,
            is_unanswered=message.pk == first,
        )
        for message in shown
    ]


def _asks(message: Message, since: datetime | None) -> bool:
    asking = (Message.Author.BUYER, Message.Author.MARKETPLACE)
    return since is not None and message.author in asking and message.occurred_at >= since


def _message(
    message: Message,
    files: tuple[FileView, ...],
    times: Times,
    *,
    buyer: str,
    channel: str,
    may_answer: bool,
    is_unanswered: bool,
) -> MessageView:
    tone = "note" if message.state == Message.State.NOTE else str(message.author)
    who = _who(message, tone, buyer=buyer, channel=channel)
    text, whole = message.new_text.strip(), message.text.strip()
    shown, rest = _cut(text or whole)
    return MessageView(
        id=message.pk,
        at=message.occurred_at,
        tone=tone,
        icon="note" if tone == "note" else ICONS.get(tone, "mail"),
        who=who,
        initials=initials(who) if tone in ("buyer", "agent", "note") else "",
        role=_role(message, tone),
        time=times.clock(message.occurred_at),
        full=times.full(message.occurred_at),
        text=shown,
        rest=rest,
        length=format_decimal(len(text or whole), locale=times.language) if rest else "",
        language=message.language,
        quoted=_quoted(text, whole),
        is_unanswered=is_unanswered,
        is_by_machine=message.kind in MACHINES_OF_BUYERS,
        original=f"/tickets/{message.ticket_id}/messages/{message.pk}/html"
        if message.raw_item_id and message.has_html
        else "",
        files=files,
        delivery=make_delivery(message, times, channel=channel, may_answer=may_answer),
        tags=_tags(message, times.language),
        problems=tuple(str(problem) for problem in message.problems),
    )


def _cut(text: str) -> tuple[str, str]:
    """Cut a very long text where a line or a word ends; the rest is shown when asked for."""
    if len(text) <= LONG_CHARS:
        return text, ""
    head = text[:LONG_SHOWN_CHARS]
    at = max(head.rfind("\n"), head.rfind(" ")) + 1 or LONG_SHOWN_CHARS
    return text[:at], text[at:]


def _quoted(text: str, whole: str) -> str:
    """Give what a message repeats of earlier ones: what follows the new text, else all of it."""
    if not text or whole == text:
        return ""
    return whole[len(text) :].strip() if whole.startswith(text) else whole


def _who(message: Message, tone: str, *, buyer: str, channel: str) -> str:
    if tone == "buyer":
        return message.from_name or buyer
    if message.person is not None:
        return message.person.name
    if tone == "automation":
        sent_to_us = message.kind in MACHINES_OF_BUYERS and (message.from_name or buyer)
        return sent_to_us or pgettext("author", "Automatic message")
    if tone == "marketplace":
        return channel
    return message.from_name or pgettext("author", "Colleague")


def _role(message: Message, tone: str) -> str:
    if tone == "agent" and message.seen_elsewhere:
        return _("answered outside this desk")
    if tone in ("buyer", "automation") and message.kind in MACHINES_OF_BUYERS:
        return _("sent by a machine, no answer expected")
    if tone == "agent" and message.is_holding:
        return _("Holding reply: does not count as an answer")
    if tone == "agent" and message.to_party in ("operator", "both"):
        to_both = pgettext("author", "to buyer and operator")
        return to_both if message.to_party == "both" else pgettext("author", "to the operator only")
    return {
        "buyer": pgettext("author", "Buyer"),
        "agent": pgettext("author", "to the buyer"),
        "note": pgettext("author", "Note, for colleagues only"),
        "automation": _("does not count as an answer"),
        "marketplace": pgettext("author", "Marketplace"),
    }.get(tone, "")


def _tags(message: Message, language: str) -> tuple[str, ...]:
    if message.author != Message.Author.BUYER:
        return ()
    words = topics(language)
    tags = [tiers(language)[message.tier]] if message.tier <= 1 else []
    tags += [words[code] for code in message.intents if code in words]
    return tuple(dict.fromkeys(tags))
