"""A message of an API becomes one on a ticket; one that came another way already is not doubled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from comptoir.channels.kernel.told import Author, File, MessageTold
from comptoir.channels.mail.language import language_of
from comptoir.channels.mail.plaintext import text_of
from comptoir.core.understanding import assess
from comptoir.inbox.naming import user_name
from comptoir.inbox.routing import Candidate
from comptoir.inbox.told import twins
from comptoir.inbox.told.ordered import name_of_buyer
from comptoir.inbox.told.stored import (
    Source,
    message_key,
    order_key,
    thread_key,
    when,
)
from comptoir.rulebook.wordings import phrasebook
from comptoir.storage.models import RawItem
from comptoir.tickets.actions.receive import Candidate as Conversation
from comptoir.tickets.actions.receive import receive
from comptoir.tickets.incoming import Incoming, IncomingFile

TIER_STANDARD, TIER_LOW = 2, 3
AUTHORS = {
    Author.BUYER: "buyer",
    Author.US: "agent",
    Author.OPERATOR: "marketplace",
    Author.PLATFORM: "marketplace",
}
KINDS = {
    Author.BUYER: "buyer_message",
    Author.US: "reply_copy",
    Author.OPERATOR: "operator_message",
    Author.PLATFORM: "notification",
}


def take(source: Source, told: MessageTold, candidate: Candidate, *, now: datetime) -> None:
    """Take one message in. Ours that left from here, and those known by another way, change nothing."""
    at = when(told.occurred_at, source, now=now)
    text = told.text or (text_of(told.html) if told.html else "")
    key = thread_key(candidate.marketplace, told.stream, told.thread_id)
    if twins.is_known(candidate.channel_id, message_key(told.external_id)):
        return
    keys = [key, *_order_keys(candidate, told)]
    twin = twins.find(source, told, text, candidate, keys, at=at, now=now)
    if twin is not None:
        twins.join(twin, told, key, message_key(told.external_id), now=now)
        return
    receive(
        _incoming(source, told, text, candidate, keys, at=at),
        now=now,
        choose=conversation,
    )


def conversation(keys: Sequence[str], found: Sequence[Conversation]) -> int | None:
    """Choose the ticket that has this conversation; by the order only one that has none yet.

    Two conversations on one order are two: a marketplace keeps its own with us apart from the
    buyer's.
    """
    for ticket_id, known_as in found:
        if keys[0] in known_as:
            return ticket_id
    for ticket_id, known_as in found:
        is_free = not any(one.startswith("thread:") for one in known_as)
        if is_free and not known_as.isdisjoint(keys[1:]):
            return ticket_id
    return None


def _order_keys(candidate: Candidate, told: MessageTold) -> list[str]:
    if not told.order_number:
        return []
    return [order_key(candidate.marketplace, told.order_number)]


def _incoming(
    source: Source,
    told: MessageTold,
    text: str,
    candidate: Candidate,
    keys: Sequence[str],
    *,
    at: datetime,
) -> Incoming:
    language = told.buyer.language or language_of(text, country=candidate.country)
    is_buyer = told.author is Author.BUYER
    said = assess(text, phrasebook(), language or None) if is_buyer else None
    needs = told.needs_reply is not False if said is None else said.needs_reply
    return Incoming(
        channel_id=candidate.channel_id,
        connection_id=source.connection_id,
        raw_item_id=source.raw_item_id,
        external_id=told.external_id,
        author=AUTHORS[told.author],
        kind=KINDS[told.author],
        occurred_at=at,
        find_by=tuple(keys),
        known_as=tuple(keys),
        is_history=at < candidate.starts_at,
        seen_elsewhere=told.author is Author.US,
        facts=_facts(told),
        buyer_name=_name(told, candidate) if is_buyer else "",
        reply_address=told.buyer.email if is_buyer else "",
        from_name=told.speaker_name or (_called(told) if is_buyer else ""),
        from_address=told.buyer.email if is_buyer else "",
        subject=told.subject or told.item,
        order_number=told.order_number,
        alias=told.buyer.alias,
        marketplace=candidate.marketplace,
        text=text,
        new_text=text,
        language=language,
        tier=said.risk_tier if said else TIER_STANDARD if needs else TIER_LOW,
        tier_reasons=said.reasons if said else (),
        intents=said.intents if said else (),
        needs_reply=needs and told.author is not Author.US,
        evidence=tuple(_evidence(told)),
        links=_links(told),
        files=tuple(_files(source, told)),
        problems=tuple(_missing(source, told)),
    )


def _name(told: MessageTold, candidate: Candidate) -> str:
    return told.buyer.name or name_of_buyer(candidate, told.buyer.alias, told.order_number)


def _called(told: MessageTold) -> str:
    return told.buyer.name or user_name(told.buyer.alias)


def _facts(told: MessageTold) -> tuple[tuple[str, dict[str, object]], ...]:
    if told.author is Author.BUYER:
        return (("buyer_message", {}),)
    if told.author is Author.US:
        return (("agent_reply", {"seen_elsewhere": True}), ("status", {"to": "waiting_on_buyer"}))
    asks = told.author is Author.OPERATOR and told.needs_reply is not False
    return (("marketplace_message", {"asks_us": asks}),)


def _evidence(told: MessageTold) -> list[str]:
    found = [f"stream:{told.stream}"] if told.stream else []
    return [*found, *([f"item:{told.item}"] if told.item else [])]


def _links(told: MessageTold) -> dict[str, str]:
    """Give what a reply needs to go back by the same way (see `tickets.way_back`)."""
    until = told.may_be_answered_until
    links = {
        "thread": told.thread_id,
        "stream": told.stream,
        "portal": told.link,
        "answer_until": until.isoformat() if until else "",
    }
    return {name: value for name, value in links.items() if value}


def _files(source: Source, told: MessageTold) -> list[IncomingFile]:
    made = []
    for file in told.files:
        content = file.content or _stored(source, file)
        if content:
            made.append(
                IncomingFile(
                    file.name or "file",
                    file.content_type or "application/octet-stream",
                    content,
                    sha256(content).hexdigest(),
                )
            )
    return made


def _missing(source: Source, told: MessageTold) -> list[str]:
    """Name files that the channel has and we could not get."""
    return [
        f"file_missing:{file.name}"
        for file in told.files
        if not file.content and not _stored(source, file)
    ]


def _stored(source: Source, file: File) -> bytes:
    """Give the bytes of a file that was stored as an item of its own."""
    rows = RawItem.objects.filter(
        connection_id=source.connection_id, external_id=file.reference.get("item", "")
    )
    content = rows.values_list("content", flat=True).first()
    return bytes(content) if content is not None else b""
