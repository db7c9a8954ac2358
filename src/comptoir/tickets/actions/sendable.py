"""What stands in the way of a reply, said before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Literal, get_args

from comptoir.channels.kernel.card import Reply
from comptoir.replies.guard import speaks_of_file
from comptoir.rulebook import Capability
from comptoir.rulebook.capabilities import capability
from comptoir.tickets.actions import promise
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.writing import How, KeptFile, NewFile, Party
from comptoir.tickets.models import Message, Ticket
from comptoir.tickets.way_back import Back, held_to, way_back

Hold = Literal["file", "there"]
"""What a writer may wave through. That somebody wrote is none of it: who has read that says what
the last message was, and the next one holds the reply again."""
HOLDS: tuple[Hold, ...] = get_args(Hold)

VARIABLE = re.compile(r"\{\{[^{}\n]{1,300}\}\}")
BROKEN = re.compile(r"\{\{[^{}\n]{0,60}\}?|\{?[^{}\n]{0,60}(?<![:;=^-])\}\}")
"""What looks like a field of which a brace was deleted; faces that smile are none."""
LATER_AT_MOST = timedelta(days=30)
ON_ITS_WAY = timedelta(minutes=2)
"""What is left for the channel to accept a reply before the deadline it is to keep."""
FILE_BYTES_MAX = 25 * 1024 * 1024
"""What most mail servers still take; a channel that says less is held to that."""
STOPPED_BY_REPLY = ("first_reply", "next_reply", "promise")

KINDS = {
    "IMAGE": {".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic"},
    "PDF": {".pdf"},
    "DOC": {".doc", ".docx", ".odt", ".rtf"},
    "TXT": {".txt", ".csv"},
}
"""The endings behind a channel's words for kinds of files."""


def checked(
    ticket: Ticket, text: str, files: Sequence[NewFile | KeptFile], how: How, *, now: datetime
) -> Back:
    """Give the way out, or raise `Refused` with the first thing that stands in the way."""
    channel = ticket.channel
    able = capability(channel.marketplace)
    back = way_back(ticket, able)
    able = _by(back, able)
    check_text(able, text)
    if channel.is_watched_only:
        raise Refused("watch_mode", channel=channel.name)
    if back.way == "none" and able.reply_by_mail and ticket.reply_address:
        raise Refused("no_route", channel=channel.name)
    if back.way not in ("mail", "api"):
        raise Refused("not_answerable", channel=channel.name)
    if how.to not in (back.parties or reached(able)):
        raise Refused("wrong_party", channel=channel.name)
    if back.answer_until is not None and (how.send_at or now) >= back.answer_until:
        raise Refused("window_closed", channel=channel.name, until=back.answer_until)
    if back.card is not None and back.way == "api":
        check_by_card(back.card.reply, text, [(file.name, _size(file)) for file in files])
    check_files(able, [(file.name, _size(file)) for file in files])
    if how.send_at is not None:
        check_later(ticket, how.send_at, now=now)
    if how.promise_at is not None:
        promise.check(how.promise_at, now=how.send_at or now)
    return back


def _by(back: Back, able: Capability) -> Capability:
    """Say what counts on that way."""
    return held_to(able, back.card.reply if back.card and back.way == "api" else None)


def check_by_card(able: Reply, text: str, files: Sequence[tuple[str, int]]) -> None:
    """Hold a reply against what its connector's channel takes.

    Refused: `too_short`, `too_long`, `too_many_files`, `file_type`, `files_too_large`.
    """
    length = len(text.strip())
    if able.text_chars_min and length < able.text_chars_min:
        raise Refused("too_short", limit=able.text_chars_min)
    if able.text_chars_max and length > able.text_chars_max:
        raise Refused("too_long", limit=able.text_chars_max, length=length)
    if able.attachments_max is not None and len(files) > able.attachments_max:
        raise Refused("too_many_files", limit=able.attachments_max)
    for name, _size_bytes in files:
        ending = PurePosixPath(name).suffix.lower().lstrip(".")
        if able.attachment_types and ending not in able.attachment_types:
            raise Refused("file_type", name=name, types=able.attachment_types)
    if able.attachment_bytes_max and sum(size for _, size in files) > able.attachment_bytes_max:
        raise Refused("files_too_large", limit=able.attachment_bytes_max)


def reached(able: Capability) -> tuple[str, ...]:
    """Tell whom a mail can reach: one address has one reader, however many share the thread."""
    return able.parties if len(able.parties) == 1 else ("buyer",)


def check_text(able: Capability, text: str) -> None:
    """Refused: `empty`, `too_long`, `unresolved_variable`, `broken_field`."""
    if not text.strip():
        raise Refused("empty")
    if able.text_chars_max and len(text) > able.text_chars_max:
        raise Refused("too_long", limit=able.text_chars_max, length=len(text))
    if found := VARIABLE.search(text):
        raise Refused("unresolved_variable", variable=found.group())
    if piece := _broken(text):
        raise Refused("broken_field", piece=piece)


def _broken(text: str) -> str:
    """Give what is left of a field that is no longer whole; braces that were opened may close (JSON)."""
    for found in BROKEN.finditer(text):
        until = text[: found.end()]
        if found.group().startswith("{{") or until.count("}") > until.count("{"):
            return found.group().strip()
    return ""


def check_files(able: Capability | None, files: Sequence[tuple[str, int]]) -> None:
    """Hold names and sizes in bytes against what the channel takes; without one, against our own.

    Refused: `file_empty`, `too_many_files`, `file_type`, `file_too_large`, `files_too_large`.
    """
    for name, size_bytes in files:
        if not size_bytes:
            raise Refused("file_empty", name=name)
        if size_bytes > FILE_BYTES_MAX:
            raise Refused("file_too_large", name=name, limit=FILE_BYTES_MAX)
        if able is not None and not takes(able, name):
            raise Refused("file_type", name=name, types=able.attachment_types)
    if able is not None and able.attachments_max is not None and len(files) > able.attachments_max:
        raise Refused("too_many_files", limit=able.attachments_max)
    largest = (able and able.attachment_bytes_max) or FILE_BYTES_MAX
    if sum(size_bytes for _, size_bytes in files) > largest:
        raise Refused("files_too_large", limit=largest)


def takes(able: Capability, name: str) -> bool:
    """Tell whether the channel takes files that end like this."""
    known = set().union(*(KINDS.get(kind, set()) for kind in able.attachment_types))
    return not known or PurePosixPath(name).suffix.lower() in known


def latest(ticket: Ticket, *, now: datetime) -> datetime | None:
    """Tell how late a reply may leave to arrive before the target, and the limit, of what it answers.

    None when that moment has passed already: then it can only be sent at once.
    """
    clocks = ticket.clocks.filter(kind__in=STOPPED_BY_REPLY, ended_at__isnull=True)
    rows = clocks.values_list("target_at", "limit_at")
    ends = [at - ON_ITS_WAY for row in rows for at in row if at is not None]
    end = min(ends, default=now + LATER_AT_MOST)
    return end if end > now else None


def check_later(ticket: Ticket, send_at: datetime, *, now: datetime) -> None:
    """Refused: `later_in_past`, `later_not_possible`, `later_past_target` with the latest moment."""
    if send_at <= now:
        raise Refused("later_in_past")
    end = latest(ticket, now=now)
    if end is None:
        raise Refused("later_not_possible")
    if send_at > end:
        raise Refused("later_past_target", latest=end)


def hold(
    ticket: Ticket,
    back: Back,
    text: str,
    files: Sequence[NewFile | KeptFile],
    *,
    knows_message_id: int | None,
    anyway: Collection[Hold],
) -> None:
    """Keep a reply back that a person should look at once more; each reason is judged by itself.

    Refused: those of `hold_if_somebody_wrote`, `file_missing`, `file_not_taken`.
    """
    hold_if_somebody_wrote(ticket, knows_message_id)
    if "file" not in anyway:
        able = _by(back, capability(ticket.channel.marketplace))
        hold_without_file(ticket, text, files, takes_files=able.attachments_max != 0)


def hold_without_file(
    ticket: Ticket, text: str, files: Sequence[NewFile | KeptFile], *, takes_files: bool
) -> None:
    """Refused: `file_missing` when a text says that a file comes with it, and none does.

    `file_not_taken` where the channel takes none at all.
    """
    if not files and speaks_of_file(text):
        code = "file_missing" if takes_files else "file_not_taken"
        raise Refused(code, channel=ticket.channel.name)


def hold_uncopied(
    ticket: Ticket, text: str, to: Party, *, is_copied: bool, anyway: Collection[Hold]
) -> None:
    """Refused: `not_copied` when an answer is recorded whose text was never taken to the portal."""
    if text.strip() and not is_copied and "there" not in anyway:
        raise Refused("not_copied", channel=ticket.channel.name, to=to)


def hold_if_somebody_wrote(ticket: Ticket, knows_message_id: int | None) -> None:
    """Refused: `buyer_wrote_meanwhile`, `colleague_wrote_meanwhile` after what the writer saw."""
    if knows_message_id is not None and (author := who_wrote_after(ticket, knows_message_id)):
        raise Refused(f"{author}_wrote_meanwhile", after=knows_message_id)


def who_wrote_after(ticket: Ticket, message_id: int) -> str:
    """Say who wrote since that message: `buyer`, `colleague`, or empty."""
    later = (
        ticket.messages.filter(pk__gt=message_id)
        .exclude(state__in=[Message.State.NOTE, Message.State.CANCELLED])
        .exclude(kind__in=["auto_reply", "bounce"])
    )
    authors = set(later.values_list("author", flat=True))
    if Message.Author.BUYER in authors:
        return "buyer"
    return "colleague" if Message.Author.AGENT in authors else ""


def _size(file: NewFile | KeptFile) -> int:
    return file.size_bytes if isinstance(file, KeptFile) else len(file.content)
