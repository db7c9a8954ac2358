"""The composer: what its button will do, what was typed, or why it is locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.merchant.models import Channel
from comptoir.rulebook import Capability
from comptoir.tickets.actions.draft_versions import milliseconds
from comptoir.tickets.models import Draft, DraftFile
from comptoir.tickets.way_back import Back
from comptoir.web.present.composer_limits import Limits, make_limits
from comptoir.web.present.files import SHOWN_INLINE, size_text
from comptoir.web.present.later import Later
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that stands in the composer."""

    id: int
    name: str
    size: str
    size_bytes: int
    address: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """One choice of who reads the reply."""

    value: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """A version of the draft that was set aside."""

    at_ms: int
    time: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the draft holds: text, files, choices, and what happened to it."""

    text: str = ""
    saved_ms: int = 0
    files: tuple[Attached, ...] = ()
    choices: Mapping[str, Any] = field(default_factory=dict)
    older: tuple[OtherVersion, ...] = ()
    held: str = ""
    moved: str = ""


@dataclass(frozen=True, slots=True)
class Composer:
    """How one person can write on one ticket, or a first message on an order.

    `kept` is the reply as far as it got, `note` the note: two texts. `base` is where the form goes.
    `signature` is put below what is sent. `foreign` says that a template in the draft is not in the
    buyer's language. `lock` says why nothing can be sent (empty when it can); notes stay possible
    unless `is_reading`. `portal` is the marketplace's name where answers are given in its portal,
    `portal_link` the page there, empty where nobody knows it. `readers` is empty where a reply can
    have one reader only.
    """

    base: str
    place: str
    key: str
    knows_message_id: int
    kept: Kept
    channel: str
    label: str
    placeholder: str
    lock: str
    lock_icon: str
    is_reading: bool
    is_new: bool
    portal: str
    portal_link: str
    readers: tuple[Reader, ...]
    reader: str
    limits: Limits
    later: Later | None
    subject: str = ""
    signature: str = ""
    foreign: str = ""
    note: Kept = field(default_factory=Kept)

    @property
    def is_note(self) -> bool:
        """Tell whether it opens as a note: the text typed last shows, or all that is possible."""
        is_last = self.note.saved_ms > self.kept.saved_ms
        return not self.is_new and (is_last or bool(self.lock and not self.is_reading))


def make_composer(
    channel: Channel,
    capability: Capability,
    kept: Kept,
    *,
    base: str,
    place: str,
    knows_message_id: int,
    may_answer: bool,
    back: Back,
    has_address: bool,
    buyer: str,
    asked_by: str,
    later: Later | None,
    times: Times,
    is_new: bool = False,
    subject: str = "",
    note: Kept | None = None,
) -> Composer:
    """Make the composer; `back` is the way on which an answer leaves.

    `asked_by` is who asked last, `buyer` or `operator`: the answer goes there unless the writer
    chose otherwise.
    """
    via = short_name(channel.name)
    is_portal = back.way == "portal" or (back.way == "none" and not capability.reply_by_mail)
    lock, icon = _lock(
        channel,
        back,
        may_answer=may_answer,
        is_portal=is_portal,
        has_address=has_address,
        times=times,
    )
    of_mail = capability.parties if is_portal or len(capability.parties) == 1 else ("buyer",)
    parties = back.parties or of_mail
    chosen = kept.choices.get("to") or asked_by
    reader = chosen if chosen in parties else parties[0]
    named = _("%(buyer)s (the buyer)") % {"buyer": buyer} if buyer else _("The buyer")
    return Composer(
        base=base,
        place=place,
        key=uuid4().hex,
        knows_message_id=knows_message_id,
        kept=kept,
        channel=via,
        label=_label(via, reader, is_portal=is_portal),
        placeholder=_placeholder(buyer, via, reader, is_portal=is_portal),
        lock=lock,
        lock_icon=icon,
        is_reading=not may_answer,
        is_new=is_new,
        portal=via if is_portal and not lock else "",
        portal_link=back.link if back.link.startswith("https://") else "",
        readers=_readers(parties, reader, named),
        reader=reader,
        limits=make_limits(capability, back.card.reply if back.card else None),
        later=None if is_portal else later,
        subject=subject,
        note=note or Kept(),
    )


def make_kept(draft: Draft | None, files: Sequence[DraftFile], times: Times) -> Kept:
    """Make what a draft holds; `files` come with their sizes."""
    if draft is None:
        return Kept()
    choices = draft.choices
    older = tuple(
        OtherVersion(one["at_ms"], times.short(_moment(one["at_ms"])), one["text"])
        for one in choices.get("older", ())
    )
    moved = choices.get("moved_from")
    came = _("Ticket %(number)s was merged into this one; your draft came along.")
    return Kept(
        text=draft.text,
        saved_ms=milliseconds(draft.saved_at) if draft.text else 0,
        files=tuple(make_attached(file) for file in files),
        choices=choices,
        older=older,
        held=_held(choices.get("held")),
        moved=came % {"number": moved} if moved else "",
    )


def make_attached(file: DraftFile) -> Attached:
    """Make one file of a draft."""
    return Attached(
        id=file.pk,
        name=file.name,
        size=size_text(file.file.size_bytes),
        size_bytes=file.file.size_bytes,
        address=f"/draft-files/{file.pk}",
        is_picture=file.content_type in SHOWN_INLINE,
    )


def short_name(channel_name: str) -> str:
    """Give a channel's name without the brand behind it: "Amazon.de"."""
    return channel_name.partition(" – ")[0]


def _moment(milliseconds_: int) -> datetime:
    return datetime.fromtimestamp(milliseconds_ / 1000, tz=UTC)


def _held(held: Mapping[str, Any] | None) -> str:
    if not held:
        return ""
    if held.get("because") == "buyer":
        return _("Not sent: the buyer wrote before it left. Read that first, then send it anew.")
    return _("Not sent: somebody answered before it left. Read that first, then send it anew.")


def _lock(
    channel: Channel,
    back: Back,
    *,
    may_answer: bool,
    is_portal: bool,
    has_address: bool,
    times: Times,
) -> tuple[str, str]:
    """Say why nothing can be sent, with its icon; empty when it can."""
    named = {"channel": short_name(channel.name)}
    if not may_answer:
        return _("You may read everything here, and change nothing."), "eye"
    if channel.is_watched_only:
        watched = _(
            "%(channel)s is in watch mode: clocks run and nothing leaves here. Answer in the desk "
            "you use today; the answer shows up here."
        )
        return watched % named, "eye"
    if back.answer_until is not None and back.answer_until <= times.now:
        closed = _("%(channel)s takes no answer in this conversation any more, since %(time)s.")
        return closed % {**named, "time": times.short(back.answer_until)}, "lock"
    if back.way != "none" or is_portal:
        return "", ""
    if not has_address:
        return _("This ticket has no address that could be answered."), "lock"
    said = _("No mailbox may send for %(channel)s. An administrator can choose one.")
    return said % named, "lock"


def _readers(parties: Sequence[str], reader: str, buyer: str) -> tuple[Reader, ...]:
    words = {
        "buyer": buyer,
        "operator": pgettext("reader", "The marketplace's operator"),
        "both": pgettext("reader", "Buyer and operator"),
    }
    if parties == ("buyer",):
        return ()
    return tuple(Reader(party, words[party], party == reader) for party in parties)


def _placeholder(buyer: str, via: str, reader: str, *, is_portal: bool) -> str:
    if is_portal:
        return _("Your answer, to be copied to %(channel)s") % {"channel": via}
    if reader == "operator":
        return _("Write to the operator")
    return _("Write to %(buyer)s") % {"buyer": buyer} if buyer else _("Write to the buyer")


def _label(via: str, reader: str, *, is_portal: bool) -> str:
    what = labels()["portal" if is_portal else reader]
    return labels()["next"].format(what=what.format(channel=via))


def labels() -> dict[str, str]:
    """Give the words a button's label is put together from, here and in scripts."""
    return {
        "buyer": _("Send to buyer via {channel}"),
        "operator": _("Send to operator via {channel}"),
        "both": _("Send to buyer and operator via {channel}"),
        "holding": _("Send holding reply via {channel}"),
        "later": _("Send {time} via {channel}"),
        "portal": _("I answered at {channel}"),
        "next": _("{what}, then next"),
        "stay": _("{what}, stay here"),
        "solve": _("{what} and solve"),
        "open": _("{what}, keep open"),
    }
