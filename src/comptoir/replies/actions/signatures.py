"""Changing signatures: administrators those of channels and brands, everybody their own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from comptoir.merchant.models import Brand, Channel, Person, Role
from comptoir.merchant.rights import NotAllowed
from comptoir.replies.errors import NotKept
from comptoir.replies.syntax import Text, Variable, parse
from comptoir.replies.variables import IN_SIGNATURES
from comptoir.storage import audit

SIGNATURE_CHARS_MAX = 1000


@transaction.atomic
def of_channel(channel_id: int, text: str, *, by: Person, now: datetime) -> None:
    """Give a channel a signature; empty: its brand's. Refused: `signature_variable`, `too_long`."""
    _administrator(by)
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    sound = checked(text)
    if sound != channel.signature:
        channel.signature = sound
        channel.save(update_fields=["signature"])
        subject = ("channel", channel.pk)
        audit.record("channel.signature", by=by, now=now, subject=subject, name=channel.name)


@transaction.atomic
def of_brand(brand_id: int, text: str, *, by: Person, now: datetime) -> None:
    """Give a brand a signature, for its channels without one. Refused as `of_channel`."""
    _administrator(by)
    brand = Brand.objects.select_for_update().get(pk=brand_id)
    sound = checked(text)
    if sound != brand.signature:
        brand.signature = sound
        brand.save(update_fields=["signature"])
        audit.record(
            "brand.signature", by=by, now=now, subject=("brand", brand.pk), name=brand.name
        )


@transaction.atomic
def of_oneself(text: str, *, by: Person, now: datetime) -> None:
    """Give oneself lines above the channel's signature. Refused as `of_channel`."""
    person = Person.objects.select_for_update().get(pk=by.pk)
    sound = checked(text)
    if sound != person.signature:
        person.signature = sound
        person.save(update_fields=["signature"])
        subject = ("person", person.pk)
        audit.record("person.signature", by=by, now=now, subject=subject, name=person.name)


def checked(text: str) -> str:
    """Tidy a signature, or refuse it: only variables that always have a value."""
    sound = text.replace("\r\n", "\n").strip()
    if len(sound) > SIGNATURE_CHARS_MAX:
        raise NotKept("too_long", limit=SIGNATURE_CHARS_MAX)
    for piece in parse(sound):
        known = isinstance(piece, Variable) and piece.name in IN_SIGNATURES
        braces = isinstance(piece, Text) and ("{{" in piece.text or "}}" in piece.text)
        if braces or not (known or isinstance(piece, Text)):
            source = piece.text if isinstance(piece, Text) else piece.source
            raise NotKept("signature_variable", source=source.strip()[:60])
    return sound


def _administrator(by: Person) -> None:
    if not by.is_at_least(Role.ADMIN):
        raise NotAllowed("administrators_only")
