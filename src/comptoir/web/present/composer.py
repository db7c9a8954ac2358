"""The composer: what its button will do, or why it is locked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.utils.translation import gettext as _

from comptoir.merchant.models import Channel
from comptoir.rulebook import Capability
from comptoir.tickets.models import Draft


@dataclass(frozen=True, slots=True)
class Composer:
    """How one person can write on one ticket.

    `lock` says why nothing can be sent (empty when it can); notes stay possible unless
    `is_reading`. `portal` is the marketplace's name where answers are given in its portal.
    """

    key: str
    knows_message_id: int
    text: str
    is_note: bool
    saved_ms: int
    label: str
    placeholder: str
    lock: str
    lock_icon: str
    is_reading: bool
    portal: str
    text_max: int | None


def make_composer(
    channel: Channel,
    capability: Capability,
    draft: Draft | None,
    *,
    knows_message_id: int,
    may_answer: bool,
    can_send: bool,
    has_address: bool,
    buyer: str,
) -> Composer:
    """Make the composer; `can_send` tells whether a mailbox may send for the channel."""
    via = short_name(channel.name)
    is_portal = not capability.reply_by_mail
    lock, icon = _lock(
        channel,
        may_answer=may_answer,
        is_portal=is_portal,
        has_address=has_address,
        can_send=can_send,
    )
    return Composer(
        key=uuid4().hex,
        knows_message_id=knows_message_id,
        text=draft.text if draft else "",
        is_note=draft.is_note if draft else bool(lock and may_answer),
        saved_ms=int(draft.saved_at.timestamp() * 1000) if draft else 0,
        label=_label(via, is_portal=is_portal),
        placeholder=_placeholder(buyer, via, is_portal=is_portal),
        lock=lock,
        lock_icon=icon,
        is_reading=not may_answer,
        portal=via if is_portal and not lock else "",
        text_max=capability.text_chars_max,
    )


def short_name(channel_name: str) -> str:
    """Give a channel's name without the brand behind it: "Amazon.de"."""
    return channel_name.partition(" – ")[0]


def _lock(
    channel: Channel, *, may_answer: bool, is_portal: bool, has_address: bool, can_send: bool
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
    if not is_portal and not has_address:
        return _("This ticket has no address that could be answered."), "lock"
    if not is_portal and not can_send:
        said = _("No mailbox may send for %(channel)s. An administrator can choose one.")
        return said % named, "lock"
    return "", ""


def _placeholder(buyer: str, via: str, *, is_portal: bool) -> str:
    if is_portal:
        return _("What you answered at %(channel)s") % {"channel": via}
    return _("Write to %(buyer)s") % {"buyer": buyer} if buyer else _("Write to the buyer")


def _label(via: str, *, is_portal: bool) -> str:
    if is_portal:
        return _("Record as answered at %(channel)s, then next") % {"channel": via}
    return _("Send to buyer via %(channel)s, then next") % {"channel": via}
