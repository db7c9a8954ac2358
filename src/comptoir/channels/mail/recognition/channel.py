"""Which channel a mail belongs to: evidence in a fixed order, unknown rather than wrong.

1. reports of mail servers and our own copies; 2. a buyer's relay in Reply-To, then in From; 3. the
notification header of a platform, on that platform's domain; 4. its listed senders; 5. look-alikes
and unlisted senders of a platform's domain, which stay unknown; 6. everybody else is a customer
writing directly, machines excepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from comptoir.channels.mail.message import Address, Mail
from comptoir.channels.mail.recognition.hints import (
    account_of,
    case_id_of,
    country_of,
    name_of,
    operators_of,
    without_tag,
)
from comptoir.channels.mail.recognition.orders import order_ids
from comptoir.channels.mail.recognition.senders import (
    Sender,
    is_machine,
    is_mail_system,
    sender,
)
from comptoir.channels.mail.recognition.values import (
    OWN_MAIL,
    PLATFORM_ROLES,
    UNKNOWN,
    Recognition,
    Role,
)
from comptoir.rulebook.catalogue import marketplaces

KnownOrders = Callable[[str], str]
"""Gives the marketplace of an order number, empty when the desk has no such order."""

SHARED_DOMAINS = frozenset((
    "aol.com", "free.fr", "gmail.com", "gmx.at", "gmx.de", "gmx.net", "googlemail.com",
    "hotmail.com", "hotmail.fr", "icloud.com", "laposte.net", "libero.it", "live.com",
    "live.fr", "mail.com", "me.com", "orange.fr", "outlook.com", "outlook.de", "outlook.fr",
    "proton.me", "protonmail.com", "sfr.fr", "t-online.de", "wanadoo.fr", "web.de", "yahoo.com",
    "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "zoho.com",
))  # fmt: skip
"""Where everybody may have a mailbox."""

NOTIFICATION_HEADER = "X-Space-Notification-Type"
ORDERS_ASKED_MAX = 10

_PRESTASHOP_THREAD = (re.compile(r"#ct(\d+)"), re.compile(r"#tc([0-9A-Za-z]+)"))
_SHOP_NUMBER = re.compile(r"#\w{0,6}\d{3,10}\b")
_DMARC_FAILED = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)


def recognise(
    mail: Mail,
    *,
    known_orders: KnownOrders | None = None,
    own_addresses: frozenset[str] = frozenset(),
) -> Recognition:
    """Say which channel a mail belongs to, who speaks in it, and by which evidence.

    `known_orders` tells the marketplace of an order the desk holds; it names the operator behind a
    Mirakl relay and vouches for platform senders the rulebook does not list. `own_addresses` are
    the merchant's mailboxes, in lower case and without plus tags.
    """
    found = (
        _from_mail_system(mail)
        or _from_ourselves(mail, own_addresses)
        or _from_relay(mail)
        or _from_platform(mail)
        or _from_anybody(mail)
    )
    found = _with_orders(mail, found, known_orders)
    account = account_of(mail, own_addresses)
    if account:
        found = replace(
            found, account=account, evidence=(*found.evidence, f"account_tag:{account}")
        )
    return found


def _from_mail_system(mail: Mail) -> Recognition | None:
    """Recognise a delivery report; it belongs to the channel of the reply it speaks of."""
    address = mail.sender.address
    if mail.delivery_report is None and not is_mail_system(address):
        return None
    report = mail.delivery_report
    recipient = report.recipient if report else ""
    reached = sender(recipient)
    evidence = ("delivery_report",) if report else (f"mail_system:{address}",)
    if reached.role is Role.BUYER_RELAY:
        return Recognition(
            reached.marketplace,
            Role.MAIL_SYSTEM,
            country=country_of(mail, reached, recipient),
            buyer_alias=recipient,
            evidence=(*evidence, reached.evidence),
        )
    return Recognition(UNKNOWN, Role.MAIL_SYSTEM, buyer_alias=recipient, evidence=evidence)


def _from_ourselves(mail: Mail, own_addresses: frozenset[str]) -> Recognition | None:
    """Recognise a copy of our own mail, or the shop's form that writes in a customer's name."""
    if without_tag(mail.sender.address) not in own_addresses:
        return _to_relay(mail) if _may_be_ours(mail.sender, own_addresses) else None
    for reply_to in mail.reply_to:
        if without_tag(reply_to.address) not in own_addresses and _may_be_customer(reply_to):
            return Recognition(
                OWN_MAIL,
                Role.BUYER_DIRECT,
                buyer_alias=reply_to.address,
                buyer_name=reply_to.name,
                evidence=("contact_form", *_shop_thread(mail)),
            )
    reached = next((a for a in (*mail.to, *mail.cc) if _reaches_buyer(a, own_addresses)), None)
    if reached is None:
        return Recognition(UNKNOWN, Role.OWN, evidence=("own_address",))
    known = sender(reached.address)
    return Recognition(
        known.marketplace or OWN_MAIL,
        Role.OWN,
        country=country_of(mail, known, reached.address),
        buyer_alias=reached.address,
        buyer_name=reached.name,
        evidence=("own_address", *([known.evidence] if known.evidence else [])),
    )


def _may_be_ours(writer: Address, own_addresses: frozenset[str]) -> bool:
    """Say whether a colleague may have written from another mailbox of the same domain.

    A stranger can write to a relay too, and would stop a clock. At a provider that everybody uses
    the domain proves nothing. Where our own addresses are not known (a mail that is merely looked
    at), the receiver must do.
    """
    domain = writer.address.rpartition("@")[2]
    ours = {address.rpartition("@")[2] for address in own_addresses}
    return not own_addresses or (domain in ours and domain not in SHARED_DOMAINS)


def _to_relay(mail: Mail) -> Recognition | None:
    """Recognise our own mail by its receiver: nobody but the merchant writes to a buyer's relay."""
    if not mail.sender.address or not _may_be_customer(mail.sender):
        return None
    return next(
        (
            Recognition(
                known.marketplace,
                Role.OWN,
                country=country_of(mail, known, address.address),
                buyer_alias=address.address,
                buyer_name=address.name,
                evidence=(f"{known.evidence}:to",),
            )
            for address in mail.to
            if (known := sender(address.address)).role is Role.BUYER_RELAY
        ),
        None,
    )


def _from_relay(mail: Mail) -> Recognition | None:
    """Recognise a buyer by the address the marketplace lends him."""
    if sender(mail.sender.address).role is Role.LOOK_ALIKE:
        return None
    for place, address in (*(("reply_to", a) for a in mail.reply_to), ("from", mail.sender)):
        known = sender(address.address)
        if known.role is not Role.BUYER_RELAY:
            continue
        if forged := _forged(mail, known):
            return forged
        name = mail.sender.name or address.name
        return Recognition(
            known.marketplace,
            Role.BUYER_RELAY,
            country=country_of(mail, known, address.address),
            buyer_alias=address.address,
            buyer_name=name_of(name),
            case_id=case_id_of(known, address.address),
            operators=operators_of(known, mail.sender.name),
            evidence=(f"{known.evidence}:{place}", *_header_evidence(mail)),
        )
    return None


def _from_platform(mail: Mail) -> Recognition | None:
    """Recognise a platform by its header on its own domain, its listed senders, its domain."""
    known = sender(mail.sender.address)
    if not known.owner:
        return None
    if forged := _forged(mail, known):
        return forged
    country = country_of(mail, known, mail.sender.address)
    header = _header_evidence(mail)
    if known.role in PLATFORM_ROLES:
        evidence = (*header, known.evidence)
        return Recognition(
            known.marketplace,
            known.role or Role.PLATFORM,
            country=country,
            operators=operators_of(known, mail.sender.name),
            evidence=evidence,
        )
    if header and known.owner == "amazon":
        evidence = (*header, known.evidence)
        return Recognition("amazon", Role.PLATFORM, country=country, evidence=evidence)
    return Recognition(UNKNOWN, Role.UNLISTED_PLATFORM, country=country, evidence=(known.evidence,))


def _from_anybody(mail: Mail) -> Recognition:
    """Recognise a customer, or say why it is none."""
    known = sender(mail.sender.address)
    if known.role is Role.LOOK_ALIKE:
        return Recognition(UNKNOWN, Role.LOOK_ALIKE, evidence=(known.evidence,))
    if header := _header_evidence(mail):
        evidence = ("header_without_domain", *header)
        return Recognition(UNKNOWN, Role.LOOK_ALIKE, evidence=evidence)
    customer = next((a for a in (*mail.reply_to, mail.sender) if _may_be_customer(a)), None)
    if customer is None:
        role = Role.MACHINE if mail.sender.address else Role.NOBODY
        return Recognition(UNKNOWN, role, evidence=(str(role),))
    shop = _shop_thread(mail)
    return Recognition(
        "prestashop" if shop else OWN_MAIL,
        Role.BUYER_DIRECT,
        buyer_alias=customer.address,
        buyer_name=customer.name or mail.sender.name,
        evidence=(*shop, "direct"),
    )


def _with_orders(mail: Mail, found: Recognition, known_orders: KnownOrders | None) -> Recognition:
    """Let an order of the desk name what the addresses leave open."""
    owner = next((e.split(":")[1] for e in found.evidence if e.startswith("unlisted_platform")), "")
    is_open = owner or found.marketplace in ("mirakl", OWN_MAIL)
    if known_orders is None or not is_open:
        return found  # the addresses said it all
    for number in _asked_orders(mail, found.marketplace or owner):
        marketplace = known_orders(number)
        channel = marketplaces().get(marketplace)
        if channel is None:
            continue
        evidence = (*found.evidence, f"known_order:{marketplace}:{number}")
        if found.marketplace == "mirakl" and channel.family == "mirakl":
            return replace(
                found, marketplace=marketplace, operators=(marketplace,), evidence=evidence
            )
        if owner and owner in (marketplace, channel.family):
            return replace(found, marketplace=marketplace, role=Role.PLATFORM, evidence=evidence)
        if found.marketplace == OWN_MAIL and channel.kind == "own_store":
            return replace(found, marketplace=marketplace, evidence=evidence)
        return replace(found, evidence=evidence)
    return found


def _asked_orders(mail: Mail, marketplace: str) -> list[str]:
    numbers = list(order_ids(mail.subject, mail.text, marketplace))
    if marketplace == OWN_MAIL:
        for source in (mail.subject, mail.text[:5000]):
            numbers += [n for found in _SHOP_NUMBER.findall(source) for n in (found, found[1:])]
    return list(dict.fromkeys(numbers))[:ORDERS_ASKED_MAX]


def _may_be_customer(address: Address) -> bool:
    known = sender(address.address)
    if not address.address or known.owner or known.role is Role.LOOK_ALIKE:
        return False
    return not is_machine(address.address) and not is_mail_system(address.address)


def _reaches_buyer(address: Address, own_addresses: frozenset[str]) -> bool:
    is_relay = sender(address.address).role is Role.BUYER_RELAY
    is_own = without_tag(address.address) in own_addresses
    return is_relay or (not is_own and _may_be_customer(address))


def _forged(mail: Mail, known: Sender) -> Recognition | None:
    """Recognise a platform's address that our own mail server says was forged."""
    if not _DMARC_FAILED.search(mail.header("Authentication-Results")):
        return None
    return Recognition(UNKNOWN, Role.LOOK_ALIKE, evidence=("dmarc_fail", known.evidence))


def _header_evidence(mail: Mail) -> tuple[str, ...]:
    value = mail.header(NOTIFICATION_HEADER).strip()
    return (f"header:{NOTIFICATION_HEADER}={value[:60]}",) if value else ()


def _shop_thread(mail: Mail) -> tuple[str, ...]:
    """Give the evidence of PrestaShop's thread marks, which count only together."""
    number, token = (pattern.search(mail.subject) for pattern in _PRESTASHOP_THREAD)
    return (f"subject_thread:prestashop:ct{number[1]}",) if number and token else ()
