"""The panel beside a conversation: order, customer, what the channel allows, and the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.merchant.models import Channel
from comptoir.orders.models import Order
from comptoir.rulebook import Capability, Preset
from comptoir.tickets.models import Ticket
from comptoir.web.present.conversation import size_text
from comptoir.web.present.evidence import reasons
from comptoir.web.present.money import money
from comptoir.web.present.names import channel_name
from comptoir.web.present.times import Times
from comptoir.web.present.vocabulary import statuses

FORBIDDEN_SHOWN_MAX = 8
SELLER_HOSTS = {
    "DE": "sellercentral.amazon.de",
    "FR": "sellercentral.amazon.fr",
    "IT": "sellercentral.amazon.it",
    "ES": "sellercentral.amazon.es",
    "GB": "sellercentral.amazon.co.uk",
    "NL": "sellercentral.amazon.nl",
    "PL": "sellercentral.amazon.pl",
    "SE": "sellercentral.amazon.se",
    "BE": "sellercentral.amazon.com.be",
    "US": "sellercentral.amazon.com",
}
"""Where a seller works on Amazon, by the channel's country."""


@dataclass(frozen=True, slots=True)
class LineView:
    """One article of an order."""

    quantity: int
    title: str
    sku: str
    price: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as the side panel shows it; `facts` are names and values."""

    number: str
    state: str
    tone: str
    total: str
    lines: tuple[LineView, ...]
    facts: tuple[tuple[str, str], ...]
    link: str


@dataclass(frozen=True, slots=True)
class EarlierView:
    """Another ticket of the same customer or order."""

    id: int
    gist: str
    time: str
    status: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ChannelView:
    """What a channel is, allows and promises; `forbidden` are sentences of the rulebook."""

    name: str
    facts: tuple[tuple[str, str], ...]
    forbidden: tuple[str, ...]
    evidence: tuple[str, ...]


def make_order(order: Order | None, capability: Capability, times: Times) -> OrderView | None:
    """Make the order; amounts are in the order's own currency."""
    if order is None:
        return None
    words = _order_states(times.language)
    facts = [
        (_("Placed"), times.short(order.placed_at)),
        (_("Shipped"), times.short(order.shipped_at)),
        (_("Promised"), _day(order.promised_on, times)),
        (_("Delivered"), times.short(order.delivered_at)),
        (_("Parcel"), " ".join(part for part in (order.carrier, order.tracking_number) if part)),
    ]
    is_late = bool(
        order.promised_on and not order.delivered_at and order.promised_on < times.now.date()
    )
    return OrderView(
        number=order.external_id,
        state=_("Late") if is_late and order.state == "shipped" else words[order.state],
        tone="warn" if is_late else "good" if order.state == "delivered" else "",
        total=money(order.total, order.currency, times.language),
        lines=tuple(
            LineView(
                line.quantity,
                line.title,
                line.sku,
                money(line.price, order.currency, times.language),
            )
            for line in order.lines.all()
        ),
        facts=tuple((name, value) for name, value in facts if value),
        link=_order_link(capability, order.channel.country, order.external_id),
    )


def make_earlier(tickets: Iterable[Ticket], times: Times) -> list[EarlierView]:
    """Make the list of a customer's other tickets."""
    words = statuses(times.language)
    return [
        EarlierView(
            id=ticket.pk,
            gist=ticket.gist,
            time=times.day(ticket.last_message_at),
            status=words.get(ticket.status, ticket.status),
            is_open=not ticket.is_over,
        )
        for ticket in tickets
    ]


def make_channel(
    channel: Channel, capability: Capability, preset: Preset, evidence: Sequence[str]
) -> ChannelView:
    """Say what a channel allows, from the rulebook."""
    facts = [
        (pgettext("channel", "Answer"), _answered_by(capability)),
        (_("Limit of the marketplace"), _limit(preset)),
        (_("Text"), _characters(capability.text_chars_max)),
        (_("Files"), _files(capability)),
        (_("No response needed"), _mark(capability)),
    ]
    return ChannelView(
        name=channel_name(channel.name),
        facts=tuple((name, value) for name, value in facts if value),
        forbidden=tuple(_(rule) for rule in capability.forbidden_content[:FORBIDDEN_SHOWN_MAX]),
        evidence=tuple(reasons(evidence)),
    )


def _order_link(capability: Capability, country: str, number: str) -> str:
    """Give the order's page in the seller's portal, where one is known."""
    shape, host = capability.deep_links.get("order", ""), SELLER_HOSTS.get(country, "")
    if not shape or not host:
        return ""
    return shape.format(seller_host=host, order_id=quote(number, safe=""))


@cache
def _order_states(language: str) -> dict[str, str]:
    return {
        "pending": pgettext("order", "Not shipped yet"),
        "shipped": pgettext("order", "Shipped"),
        "delivered": pgettext("order", "Delivered"),
        "returned": pgettext("order", "Returned"),
        "cancelled": pgettext("order", "Cancelled"),
    }


def _day(day: date | None, times: Times) -> str:
    return times.day(datetime.combine(day, time(12), times.zone)) if day else ""


def _answered_by(capability: Capability) -> str:
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
        parts.append(", ".join(kind.lower() for kind in capability.attachment_types))
    return " · ".join(parts)


def _mark(capability: Capability) -> str:
    if not capability.no_response_needed_exists:
        return ""
    if capability.no_response_needed_by_software:
        return _("set by Comptoir")
    return _("to be set there too, by hand")
