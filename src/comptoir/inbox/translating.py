"""The desk's words for what a mail is: who speaks, which facts it makes, how urgent it is.

The table is literal, so that it can be checked by eye against `docs/sla.md`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from comptoir.channels.mail.understood import Understood
from comptoir.inbox.routing import Choice
from comptoir.rulebook.capabilities import capability
from comptoir.rulebook.catalogue import marketplace
from comptoir.tickets.incoming import Incoming, IncomingFile

Facts = tuple[tuple[str, dict[str, Any]], ...]

ASKS: Facts = (("buyer_message", {}),)
PLATFORM_TELLS: Facts = (("marketplace_message", {"asks_us": False}),)
ANSWERED_ELSEWHERE: Facts = (
    ("agent_reply", {"seen_elsewhere": True}),
    ("status", {"to": "waiting_on_buyer"}),
)
CASE_CLOSED: Facts = (("case_answered", {"id": ""}),)

AUTHOR_AND_FACTS: dict[str, tuple[str, Facts]] = {
    "buyer_message": ("buyer", ASKS),
    "reply_copy": ("agent", ANSWERED_ELSEWHERE),
    "notification": ("marketplace", PLATFORM_TELLS),
    "notification/message_notice": ("buyer", ASKS),
    "claim": ("marketplace", (("case_opened", {}),)),
    "claim/decided": ("marketplace", CASE_CLOSED),
    "return_request": ("marketplace", (("return_requested", {}),)),
    "cancellation": ("marketplace", ASKS),
    "auto_reply": ("automation", (("auto_reply", {}),)),
    "bounce": ("marketplace", (("bounce", {}),)),
    "marketing": ("marketplace", (("marketing", {}),)),
    "unknown": ("buyer", ASKS),
}
"""What nobody recognised is treated as a buyer's question: a clock too many is seen, one too few
is a lost deadline."""

OPERATOR_ASKS: tuple[str, Facts] = ("marketplace", (("marketplace_message", {"asks_us": True}),))

TIER_OF_KIND = {"claim": 0, "notification": 3, "auto_reply": 3, "bounce": 3, "marketing": 3}
CLAIM_EVENTS = {"": "A-to-z", "opened": "A-to-z", "chargeback": "chargeback"}


class Item(Protocol):
    """A stored raw item."""

    @property
    def id(self) -> int: ...
    @property
    def connection_id(self) -> int: ...
    @property
    def external_id(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def content_type(self) -> str: ...
    @property
    def meta(self) -> dict[str, object]: ...
    @property
    def received_at(self) -> datetime | None: ...
    @property
    def stored_at(self) -> datetime: ...


def incoming_of(item: Item, read: Understood, choice: Choice, *, occurred_at: datetime) -> Incoming:
    """Translate a mail that was read and routed. `choice` has a channel."""
    candidate = choice.candidate
    assert candidate is not None
    operator = _operators_address(read, candidate.marketplace)
    author, facts = OPERATOR_ASKS if operator else _author_and_facts(read)
    problems = [*read.mail.problems, *(["truncated"] if item.meta.get("truncated") else [])]
    own_id = read.mail.message_id or _made_id(item, read)
    return Incoming(
        channel_id=candidate.channel_id,
        connection_id=item.connection_id,
        raw_item_id=item.id,
        external_id=own_id,
        author=author,
        kind="operator_message" if operator else read.kind,
        occurred_at=occurred_at,
        find_by=_searched(read.thread_keys),
        known_as=(*((f"mid:{own_id}",) if read.mail.message_id else ()), *read.thread_keys),
        is_history=occurred_at < candidate.starts_at,
        seen_elsewhere=author == "agent",
        facts=_dated(facts, read, occurred_at),
        buyer_name=_buyer_name(read) if author == "buyer" else "",
        reply_address=operator or read.recognition.buyer_alias,
        from_name=_speaker(read, author),
        from_address=read.mail.sender.address,
        subject=read.mail.subject,
        order_number=read.order_ids[0] if read.order_ids else "",
        alias=_lasting_alias(read),
        marketplace=read.marketplace,
        text=read.text,
        new_text=read.new_text,
        has_html=bool(read.mail.html),
        language=read.language,
        tier=_tier(read),
        tier_reasons=read.tier_reasons or ((f"notice:{read.kind}",) if _tier(read) == 0 else ()),
        intents=read.intents,
        needs_reply=read.needs_reply,
        evidence=(*read.recognition.evidence, *read.verdict.evidence, *choice.evidence),
        problems=tuple(problems),
        links={"no_response_needed": read.no_response_url} if read.no_response_url else {},
        files=tuple(
            IncomingFile(f.name, f.content_type, f.content, f.sha256, f.content_id, f.inline)
            for f in read.mail.attachments
        ),
    )


def _searched(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Give the keys to search by: who is known by an alias is not looked for by name."""
    has_alias = any(key.startswith("alias:") for key in keys)
    return tuple(key for key in keys if not (has_alias and key.startswith("name:")))


def _made_id(item: Item, read: Understood) -> str:
    """Give a mail without Message-ID one made of its content, so that a second copy is known.

    Two mails that a program wrote without any date may be equal and still be two: there the time
    of receipt tells them apart, and where nothing does, the place where they lie.
    """
    if not item.content or (not read.mail.headers and not item.received_at):
        return f"raw:{item.connection_id}:{item.external_id}"
    is_dated = read.mail.date is not None or read.mail.received_at is not None
    told = b"" if is_dated or item.received_at is None else item.received_at.isoformat().encode()
    return f"raw:{sha256(bytes(item.content) + told).hexdigest()}"


def _buyer_name(read: Understood) -> str:
    """Give who writes; a portal's notice of a message names him in front of its own name."""
    if read.subkind != "message_notice":
        return read.recognition.buyer_name or read.mail.sender.name
    if read.recognition.buyer_name:
        return read.recognition.buyer_name
    name, dash, _ = read.mail.sender.name.partition(" - ")
    return name.strip() if dash else ""


def _author_and_facts(read: Understood) -> tuple[str, Facts]:
    finer = f"{read.kind}/{read.subkind}"
    return AUTHOR_AND_FACTS.get(finer) or AUTHOR_AND_FACTS[read.kind]


def _operators_address(read: Understood, marketplace_id: str) -> str:
    """Give where to answer a marketplace that asks by mail itself, from its own domain; else empty."""
    if read.kind != "unknown" or not capability(marketplace_id).talks_to_operator:
        return ""
    theirs = f"unlisted_platform:{marketplace_id}:"
    is_theirs = any(sign.startswith(theirs) for sign in read.recognition.evidence)
    return read.mail.sender.address if is_theirs else ""


def _speaker(read: Understood, author: str) -> str:
    """Name who speaks: the buyer without the marketplace's words around their name."""
    if author == "buyer" and read.recognition.buyer_name:
        return read.recognition.buyer_name
    return read.mail.sender.name


def _tier(read: Understood) -> int:
    if read.kind == "claim" and read.subkind == "decided":
        return 2
    if read.subkind == "message_notice":
        return read.tier
    return TIER_OF_KIND.get(read.kind, read.tier)


def _dated(facts: Facts, read: Understood, occurred_at: datetime) -> Facts:
    """Add the day a claim must be answered: the mail's own word, else the rulebook's."""
    within = read.verdict.answer_within or _claim_limit(read)
    if within is None:
        return facts
    due = (occurred_at + within).isoformat()
    return tuple(
        (kind, {**data, "due_at": due} if kind == "case_opened" else data) for kind, data in facts
    )


def _claim_limit(read: Understood) -> timedelta | None:
    """Look up how long the marketplace gives for this kind of claim."""
    if read.kind != "claim" or not read.marketplace:
        return None
    word = CLAIM_EVENTS.get(read.subkind)
    if word is None:
        return None
    for deadline in marketplace(read.marketplace).other_deadlines:
        if word.lower() in deadline.event.lower() and deadline.limit_hours:
            return timedelta(hours=float(deadline.limit_hours))
    return None


def _lasting_alias(read: Understood) -> str:
    """Give the address that stays the buyer's: Amazon writes the case behind a plus sign."""
    alias = read.recognition.buyer_alias.lower()
    if read.marketplace != "amazon":
        return alias
    local, at, domain = alias.partition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
