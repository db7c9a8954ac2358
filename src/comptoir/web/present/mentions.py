"""Notes that name somebody: the list of them, and the names marked in a note's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from comptoir.tickets.models import Mention
from comptoir.web import shell
from comptoir.web.present.names import channel_name
from comptoir.web.present.times import Times

NOTE_CHARS = 240


@dataclass(frozen=True, slots=True)
class MentionRow:
    """One note that names whoever looks."""

    address: str
    who: str
    buyer: str
    channel: str
    time: str
    full: str
    text: str
    is_new: bool


def make_mentions(mentions: Sequence[Mention], times: Times) -> list[MentionRow]:
    """Make the rows."""
    return [_row(one, times) for one in mentions]


def _row(mention: Mention, times: Times) -> MentionRow:
    message = mention.message
    ticket = message.ticket
    text = " ".join(message.text.split())
    return MentionRow(
        address=f"/tickets/{ticket.pk}#m{message.pk}",
        who=message.person.name if message.person else message.from_name,
        buyer=ticket.buyer_name,
        channel=channel_name(ticket.channel.name),
        time=times.short(message.occurred_at),
        full=times.full(message.occurred_at),
        text=text if len(text) <= NOTE_CHARS else text[: NOTE_CHARS - 1] + "…",
        is_new=mention.seen_at is None,
    )


def marked(text: str) -> Markup:
    """Mark the colleagues that a note names; the text is escaped."""
    if "@" not in text:
        return escape(text)
    names = sorted(shell.names().values(), key=len, reverse=True)
    wanted = [re.escape(name) for name in names if name]
    wanted += [re.escape(name.split()[0]) for name in names if name.split()]
    if not wanted:
        return escape(text)
    pattern = re.compile(rf"(?<![\w@])@(?:{'|'.join(wanted)})(?!\w)", re.IGNORECASE)
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts += [escape(text[at : found.start()])]
        parts += [Markup('<span class="mention">{}</span>').format(found[0])]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])
