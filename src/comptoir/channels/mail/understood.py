"""A raw mail, read to the end: what intake stores and `comptoir mail inspect` prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from comptoir.channels.mail.language import language_of
from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.parse import parse
from comptoir.channels.mail.quotations import new_text
from comptoir.channels.mail.recognition import (
    Kind,
    Recognition,
    buyer_text,
    classify,
    judge,
    no_response_needed_link,
    recognise,
    searched_orders,
    thread_keys,
)

KnownOrders = Callable[[str], str]


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


def understand(
    raw: bytes,
    *,
    own_addresses: frozenset[str] = frozenset(),
    known_orders: KnownOrders | None = None,
) -> Understood:
    """Read a raw mail to the end. Raises nothing that the mail could provoke.

    `own_addresses` are the merchant's mailboxes, lower case, without plus tags; `known_orders`
    gives the marketplace of an order the desk holds, which names what addresses leave open.
    """
    mail = parse(raw)
    found = recognise(mail, own_addresses=own_addresses, known_orders=known_orders)
    verdict = classify(mail, found)
    text = buyer_text(mail, found)
    fresh = new_text(text)
    language = language_of(fresh or mail.subject, country=found.country)
    judged = judge(verdict, fresh, language)
    orders = searched_orders(mail, found)
    return Understood(
        mail=mail,
        recognition=found,
        verdict=verdict,
        marketplace=found.marketplace,
        kind=verdict.name.value,
        subkind=verdict.subkind,
        order_ids=orders,
        thread_keys=thread_keys(mail, found, orders),
        recipients=_recipients(mail),
        text=text,
        new_text=fresh,
        language=language,
        tier=judged.tier,
        tier_reasons=judged.reasons,
        intents=judged.intents,
        needs_reply=judged.needs_reply,
        no_response_url=no_response_needed_link(mail, found),
    )


def _recipients(mail: Mail) -> tuple[str, ...]:
    written = [address.address for address in (*mail.to, *mail.cc)]
    return tuple(dict.fromkeys(a.lower() for a in (*mail.delivered_to, *written) if a))
