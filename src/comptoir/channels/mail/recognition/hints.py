"""What a mail tells besides its channel: country, case, operator, account, the buyer's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.recognition.senders import Sender
from comptoir.core.understanding.normal import plain
from comptoir.rulebook import domains
from comptoir.rulebook.catalogue import marketplaces

STORE_HEADER = "X-Marketplace-ID"
NAME_CHARS_MAX = 200

_NAME_SUFFIX = re.compile(
    r"\s*(?:[-–|(]\s*(?:amazon|ebay|walmart|mirakl|manomano|bol|marketplace)\b.*|via \w+)$",
    re.IGNORECASE,
)


def name_of(name: str) -> str:
    """Give a buyer's name without what the marketplace writes behind it."""
    return _NAME_SUFFIX.sub("", name[:NAME_CHARS_MAX]).strip()


def country_of(mail: Mail, known: Sender, address: str) -> str:
    """Give the store's country: by its header, else by the ending of the domain."""
    if known.owner == "amazon":
        by_header = domains.country_of_store(mail.header(STORE_HEADER))
        return by_header or domains.country_of(address.rpartition("@")[2])
    domain = domains.owned_domain(address.rpartition("@")[2])
    is_generic = domain.endswith((".com", ".net"))
    return "" if not domain or is_generic else domains.country_of(domain)


def case_id_of(known: Sender, address: str) -> str:
    """Give what Amazon writes behind the plus sign of an alias."""
    tag = address.partition("@")[0].partition("+")[2]
    return tag if known.marketplace == "amazon" else ""


def operators_of(known: Sender, name: str) -> tuple[str, ...]:
    """Give the Mirakl operators a display name speaks of: a hint, not a proof."""
    if known.owner != "mirakl" or not name:
        return ()
    spoken = f" {plain(name[:NAME_CHARS_MAX])} "
    return tuple(id_ for id_, words in _operator_names() if f" {words} " in spoken)


@cache
def _operator_names() -> tuple[tuple[str, str], ...]:
    return tuple(
        (id_, plain(channel.name.partition(" (")[0]))
        for id_, channel in marketplaces().items()
        if channel.family == "mirakl" and id_ != "mirakl"
    )


def account_of(mail: Mail, own_addresses: frozenset[str]) -> str:
    """Give the plus tag of the address that received the mail: it tells seller accounts apart."""
    for address in _receivers(mail):
        local, _, domain = address.rpartition("@")
        tag = local.partition("+")[2]
        is_ours = not own_addresses or without_tag(address) in own_addresses
        if tag and is_ours and not domains.owner(domain):
            return tag
    return ""


def _receivers(mail: Mail) -> Iterator[str]:
    yield from (address.address for address in mail.to)
    yield from mail.delivered_to
    yield from (address.address for address in mail.cc)


def without_tag(address: str) -> str:
    """Give an address without the plus tag of its local part."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
