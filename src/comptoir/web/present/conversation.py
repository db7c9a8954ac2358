"""A conversation by days: who said what to whom, and what happened in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.numbers import format_decimal
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from comptoir.tickets.models import Message, MessageFile
from comptoir.web.present.delivery import Delivery, make_delivery
from comptoir.web.present.facts import EventView
from comptoir.web.present.people import initials
from comptoir.web.present.times import Times
from comptoir.web.present.vocabulary import tiers, topics

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
ICONS = {"buyer": "person", "agent": "reply", "automation": "robot", "marketplace": "shop"}
MACHINES_OF_BUYERS = ("auto_reply", "bounce")
KILO = 1024


@dataclass(frozen=True, slots=True)
class FileView:
    """One attachment."""

    name: str
    size: str
    address: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message. `tone` is who speaks: buyer, agent, note, automation or marketplace."""

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
    language: str
    whole_text: str
    original: str
    files: tuple[FileView, ...]
    delivery: Delivery | None
    tags: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day under its heading; entries are messages and events in order of time."""

    heading: str
    entries: tuple[MessageView | EventView, ...]


def make_days(
    messages: Iterable[MessageView], events: Iterable[EventView], times: Times
) -> list[Day]:
    """Group by the reader's days."""
    entries: list[MessageView | EventView] = [*messages, *events]
    entries.sort(key=lambda entry: entry.at)
    grouped: dict[date, list[MessageView | EventView]] = {}
    for entry in entries:
        grouped.setdefault(entry.at.astimezone(times.zone).date(), []).append(entry)
    return [Day(times.heading(group[0].at), tuple(group)) for group in grouped.values()]


def make_messages(
    messages: Sequence[Message],
    files: Mapping[int, list[MessageFile]],
    sizes: Mapping[str, int],
    times: Times,
    *,
    buyer: str,
    channel: str,
    may_answer: bool,
) -> list[MessageView]:
    """Make the messages of a conversation; replies taken back are left out."""
    return [
        _message(
            message,
            _files(files.get(message.pk, []), sizes),
            times,
            buyer=buyer,
            channel=channel,
            may_answer=may_answer,
        )
        for message in messages
        if message.state != Message.State.CANCELLED
    ]


def size_text(size_bytes: int) -> str:
    """Write a size: "14 KB", "2.3 MB"."""
    if size_bytes < KILO:
        return ngettext("%(count)d byte", "%(count)d bytes", size_bytes) % {"count": size_bytes}
    if size_bytes < KILO * KILO:
        return _("%(count)d KB") % {"count": round(size_bytes / KILO)}
    number = format_decimal(size_bytes / KILO / KILO, "0.0", locale=get_language() or "en")
    return _("%(count)s MB") % {"count": number}


def _message(
    message: Message,
    files: tuple[FileView, ...],
    times: Times,
    *,
    buyer: str,
    channel: str,
    may_answer: bool,
) -> MessageView:
    tone = "note" if message.state == Message.State.NOTE else str(message.author)
    who = _who(message, tone, buyer=buyer, channel=channel)
    text, whole = message.new_text.strip(), message.text.strip()
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
        text=text or whole,
        language=message.language,
        whole_text=whole if text and whole != text else "",
        original=f"/tickets/{message.ticket_id}/messages/{message.pk}/html"
        if message.raw_item_id and message.has_html
        else "",
        files=files,
        delivery=make_delivery(message, times, channel=channel, may_answer=may_answer),
        tags=_tags(message, times.language),
        problems=tuple(str(problem) for problem in message.problems),
    )


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


def _files(files: Iterable[MessageFile], sizes: Mapping[str, int]) -> tuple[FileView, ...]:
    return tuple(
        FileView(
            name=file.name,
            size=size_text(sizes.get(file.file_id, 0)),
            address=f"/files/{file.pk}",
            is_picture=file.content_type in SHOWN_INLINE,
        )
        for file in files
        if not file.is_inline or file.content_type in SHOWN_INLINE
    )
