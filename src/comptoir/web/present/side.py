"""The panel beside a conversation: other tickets, what the channel allows, and the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.merchant.models import Channel
from comptoir.rulebook import Capability, Preset
from comptoir.tickets.models import Ticket
from comptoir.tickets.way_back import Back, held_to
from comptoir.web.present.composer_limits import kinds_said
from comptoir.web.present.evidence import reasons
from comptoir.web.present.files import size_text
from comptoir.web.present.names import channel_name
from comptoir.web.present.times import Times
from comptoir.web.present.vocabulary import statuses

FORBIDDEN_SHOWN_MAX = 8


@dataclass(frozen=True, slots=True)
class EarlierView:
    """Another ticket of the same customer or order."""

    id: int
    gist: str
    channel: str
    time: str
    status: str
    is_open: bool
    assignee: str = ""
    is_same_order: bool = False
    is_same_channel: bool = False


@dataclass(frozen=True, slots=True)
class ChannelView:
    """What a channel is, allows and promises; `forbidden` are sentences of the rulebook."""

    name: str
    facts: tuple[tuple[str, str], ...]
    forbidden: tuple[str, ...]
    evidence: tuple[str, ...]


def make_earlier(tickets: Iterable[Ticket], here: Ticket, times: Times) -> list[EarlierView]:
    """Make the list of a customer's other tickets, seen from one of them."""
    words = statuses(times.language)
    return [
        EarlierView(
            id=ticket.pk,
            gist=ticket.gist,
            channel=ticket.channel.short_name,
            time=times.day(ticket.last_message_at),
            status=words.get(ticket.status, ticket.status),
            is_open=not ticket.is_over,
            assignee=ticket.assignee.name if ticket.assignee else "",
            is_same_order=ticket.order_number == here.order_number != "",
            is_same_channel=ticket.channel_id == here.channel_id,
        )
        for ticket in tickets
    ]


def make_channel(
    channel: Channel, capability: Capability, preset: Preset, evidence: Sequence[str], back: Back
) -> ChannelView:
    """Say what a channel allows: its connector's card on the way back, else the rulebook."""
    is_closing = bool(back.card and back.card.reply.closes and back.thread_id)
    if back.way == "api" and back.card:
        capability = held_to(capability, back.card.reply)
    facts = [
        (pgettext("channel", "Answer"), _answered_by(capability, back)),
        (_("Limit of the marketplace"), "" if channel.is_catch_all else _limit(preset)),
        (_("Text"), _characters(capability.text_chars_max)),
        (_("Files"), _files(capability)),
        (_("No response needed"), _mark(capability, is_closing=is_closing)),
    ]
    return ChannelView(
        name=channel_name(channel.name),
        facts=tuple((name, value) for name, value in facts if value),
        forbidden=tuple(_(rule) for rule in capability.forbidden_content[:FORBIDDEN_SHOWN_MAX]),
        evidence=tuple(reasons(evidence)),
    )


def _answered_by(capability: Capability, back: Back) -> str:
    if back.way == "api":
        return _("by the marketplace's API")
    return _("by mail") if capability.reply_by_mail else _("in the marketplace's portal only")


def _limit(preset: Preset) -> str:
    if preset.limit_hours is None:
        return _("none")
    hours = _("%(hours)d hours") % {"hours": preset.limit_hours}
    if preset.limit_model == "mean":
        hours = _("%(hours)d hours on average") % {"hours": preset.limit_hours}
    elif preset.limit_model == "working_day_hours":
        hours = _("%(hours)d hours of working days") % {"hours": preset.limit_hours}
    return hours if preset.limit_confirmed else _("%(limit)s (assumed)") % {"limit": hours}


def _characters(count: int | None) -> str:
    return _("up to %(count)d characters") % {"count": count} if count else ""


def _files(capability: Capability) -> str:
    parts = []
    if capability.attachments_max is not None:
        parts.append(_("up to %(count)d files") % {"count": capability.attachments_max})
    if capability.attachment_bytes_max:
        parts.append(_("%(size)s in all") % {"size": size_text(capability.attachment_bytes_max)})
    if capability.attachment_types:
        parts.append(kinds_said(capability.attachment_types))
    return " · ".join(parts)


def _mark(capability: Capability, *, is_closing: bool) -> str:
    if is_closing:
        return _("set by Comptoir")
    if not capability.no_response_needed_exists:
        return ""
    if capability.no_response_needed_by_software:
        return _("set by Comptoir")
    return _("to be set there too, by hand")
