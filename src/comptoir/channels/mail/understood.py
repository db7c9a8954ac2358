"""A raw mail, read to the end: what intake stores and `comptoir mail inspect` prints."""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.channels.mail.language import language_of
from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.parse import parse
from comptoir.channels.mail.quotations import new_text
from comptoir.channels.mail.recognition import (
    Kind,
    KindName,
    Recognition,
    buyer_text,
    classify,
    no_response_needed_link,
    order_ids,
    recognise,
    thread_keys,
)
from comptoir.core.understanding import assess
from comptoir.core.understanding.assess import NOTHING_SAID
from comptoir.rulebook.wordings import phrasebook

JUDGED = frozenset({KindName.BUYER_MESSAGE, KindName.UNKNOWN, KindName.NOTIFICATION})
"""Kinds in which a buyer may speak, so that risk and topics are looked for."""

ANSWERED = frozenset(
    {KindName.BUYER_MESSAGE, KindName.CLAIM, KindName.RETURN_REQUEST, KindName.CANCELLATION}
    | {KindName.UNKNOWN}
)


@dataclass(frozen=True, slots=True)
class Understood:
    """Everything a mail says, as far as it can be told. Shapes as in the modules that answer."""

    mail: Mail
    recognition: Recognition
    verdict: Kind
    marketplace: str
    kind: str
    subkind: str
    order_ids: tuple[str, ...]
    thread_keys: tuple[str, ...]
    recipients: tuple[str, ...]
    text: str
    new_text: str
    language: str
    tier: int
    tier_reasons: tuple[str, ...]
    intents: tuple[str, ...]
    needs_reply: bool
    no_response_url: str


def understand(raw: bytes, *, own_addresses: frozenset[str] = frozenset()) -> Understood:
    """Read a raw mail to the end. Raises nothing that the mail could provoke.

    `own_addresses` are the merchant's mailboxes, lower case, without plus tags.
    """
    mail = parse(raw)
    found = recognise(mail, own_addresses=own_addresses)
    verdict = classify(mail, found)
    text = buyer_text(mail, found)
    fresh = new_text(text)
    language = language_of(fresh, country=found.country)
    said = assess(fresh, phrasebook(), language) if verdict.name in JUDGED else NOTHING_SAID
    return Understood(
        mail=mail,
        recognition=found,
        verdict=verdict,
        marketplace=found.marketplace,
        kind=verdict.name.value,
        subkind=verdict.subkind,
        order_ids=order_ids(mail.subject, text, found.marketplace),
        thread_keys=thread_keys(mail, found),
        recipients=_recipients(mail),
        text=text,
        new_text=fresh,
        language=language,
        tier=said.risk_tier,
        tier_reasons=said.reasons,
        intents=said.intents,
        needs_reply=said.needs_reply and verdict.name in ANSWERED,
        no_response_url=no_response_needed_link(mail, found),
    )


def _recipients(mail: Mail) -> tuple[str, ...]:
    written = [address.address for address in (*mail.to, *mail.cc)]
    return tuple(dict.fromkeys(a.lower() for a in (*mail.delivered_to, *written) if a))
