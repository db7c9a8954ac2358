"""Reads what the composer shows: the draft with its files, and what the channel allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from comptoir.inbox.connecting import ZONES
from comptoir.merchant.models import Channel, Person
from comptoir.merchant.rights import Rights
from comptoir.orders.models import Order
from comptoir.replies.languages import base
from comptoir.replies.models import TemplateText
from comptoir.rulebook import capability
from comptoir.tickets.actions import sendable
from comptoir.tickets.models import Draft, DraftFile, Ticket
from comptoir.tickets.queries import Conversation
from comptoir.tickets.signing import signature_on
from comptoir.tickets.way_back import Back, way_back, way_to_begin
from comptoir.web.present.composer import Composer, Kept, make_composer, make_kept
from comptoir.web.present.later import Later, make_later
from comptoir.web.present.templates import foreign
from comptoir.web.present.times import Times


def read_composer(
    rights: Rights,
    read: Conversation,
    last_id: int,
    times: Times,
    people: Sequence[Person],
    back: Back | None = None,
) -> Composer:
    """Read the composer of a ticket; `people` are those who can answer it, one of them perhaps us."""
    ticket = read.ticket
    able = capability(ticket.channel.marketplace)
    back = back or way_back(ticket, able)
    composer = make_composer(
        ticket.channel,
        able,
        kept_of(read.draft, times),
        base=f"/tickets/{ticket.pk}",
        place=str(ticket.pk),
        knows_message_id=last_id,
        may_answer=rights.may_answer,
        back=back,
        has_address=bool(ticket.reply_address),
        buyer=ticket.buyer_name,
        asked_by=_asked_by(read),
        later=_later(read, times, back.answer_until),
        times=times,
        note=kept_of(read.note, times),
    )
    composer = _foreign(composer, ticket.language)
    writer = next((one for one in people if one.pk == rights.person_id), None)
    return _signed(composer, rights, ticket.channel, writer)


def read_composer_of_order(
    rights: Rights, order: Order, times: Times, *, subject: str, has_address: bool
) -> Composer:
    """Read the composer of a first message on an order."""
    draft = Draft.objects.filter(order=order, ticket=None, person_id=rights.person_id).first()
    kept = kept_of(draft, times)
    latest = times.now + sendable.LATER_AT_MOST
    composer = make_composer(
        order.channel,
        capability(order.channel.marketplace),
        kept,
        base=f"/orders/{order.pk}/message",
        place=f"order-{order.pk}",
        knows_message_id=0,
        may_answer=rights.may_answer,
        back=way_to_begin(order.channel_id, has_address=has_address),
        has_address=has_address,
        buyer=order.customer.name if order.customer else "",
        asked_by="buyer",
        later=make_later(times, buyer_zone(order.channel, order), latest, presses=False),
        times=times,
        is_new=True,
        subject=str(kept.choices.get("subject") or subject),
    )
    composer = _foreign(composer, order.customer.language if order.customer else "")
    return _signed(composer, rights, order.channel)


def _foreign(composer: Composer, buyer: str) -> Composer:
    """Say again of a draft what was said when its template was put in."""
    used = composer.kept.choices.get("templates") or () if composer.kept.text.strip() else ()
    strange = [
        (number, code) for number, code in used if buyer and code and base(code) != base(buyer)
    ]
    if not strange:
        return composer
    template_id, code = strange[-1]
    written = TemplateText.objects.filter(template_id=template_id).values_list(
        "language", flat=True
    )
    return replace(composer, foreign=foreign(code, set(written), buyer, get_language() or "en"))


def _signed(
    composer: Composer, rights: Rights, channel: Channel, writer: Person | None = None
) -> Composer:
    """Say what is put below the text: nothing in a portal, where one writes oneself."""
    if composer.lock or composer.portal:
        return composer
    person = writer or Person.objects.get(pk=rights.person_id)
    return replace(composer, signature=signature_on(channel, person))


def kept_of(draft: Draft | None, times: Times) -> Kept:
    """Read what a draft holds."""
    if draft is None:
        return Kept()
    files = DraftFile.objects.filter(draft=draft).select_related("file").defer("file__content")
    return make_kept(draft, list(files.order_by("position", "id")), times)


def buyer_zone(channel: Channel, about: Ticket | Order) -> ZoneInfo:
    """Give the zone a buyer most likely lives in: of their country, else of the storefront."""
    country = about.customer.country if about.customer else ""
    return ZoneInfo(ZONES.get(country) or channel.time_zone)


def _later(read: Conversation, times: Times, answer_until: datetime | None) -> Later:
    ends = [
        at
        for clock in read.clocks
        if clock.kind in sendable.STOPPED_BY_REPLY and clock.ended_at is None
        for at in (clock.target_at, clock.limit_at)
        if at is not None
    ]
    ends += [answer_until] if answer_until is not None else []
    latest = min(ends, default=times.now + sendable.LATER_AT_MOST)
    zone = buyer_zone(read.ticket.channel, read.ticket)
    return make_later(times, zone, latest if latest > times.now else None, presses=bool(ends))


def _asked_by(read: Conversation) -> str:
    """Tell who asked last: what a marketplace only tells (a claim, a notice) is nobody's question."""
    for fact in reversed(read.facts):
        if fact.kind == "buyer_message":
            return "buyer"
        if fact.data.get("asks_us"):
            return "operator"
    return "buyer"
