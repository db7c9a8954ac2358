"""Whose an address is: a buyer's relay, a platform's sender, a look-alike, a machine.

Rules of the rulebook are asked only for the marketplace whose domain the address bears, whole
labels compared, so that a rule without an end ("donotreply@amazon.") cannot be fooled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from comptoir.channels.mail.recognition.values import Role
from comptoir.rulebook import domains
from comptoir.rulebook.catalogue import marketplaces

NO_REPLY = (
    r"no[-_.]?reply|do[-_.]?not[-_.]?reply|ne[-_.]?pas[-_.]?repondre|nicht[-_.]?antworten"
    r"|no[-_.]?responder|non[-_.]?rispondere|nao[-_.]?responda|no[-_.]?response"
)
NO_REPLY_NAMES = re.compile(rf"(?:{NO_REPLY})(?:[-_.+=].*)?")
MACHINE_NAMES = re.compile(
    rf"(?:{NO_REPLY}"
    r"|(?:auto|system|alert|news)?[-_.]?notifications?|notify|newsletters?|mailings?|bounces?"
    r"|return(?:s|path)?-?bounce|automat\w*|autoreply|robot|cron|root|daemon)"
    r"(?:[-_.+=].*)?"
)
MAIL_SYSTEM_NAMES = re.compile(r"mailer[-_.]?daemon|post_?master|mail[-_.]?delivery.*|mdaemon")
EBAY_MEMBER = re.compile(r"[a-z0-9][a-z0-9._*-]{1,63}@members\.ebay\.[a-z.]{2,6}")
OPAQUE_NAME = re.compile(r"(?=[^@]*\d)[a-z0-9._+-]{8,}@.*")


@dataclass(frozen=True, slots=True)
class Sender:
    """What the rulebook says of an address. `owner` is the marketplace of its domain."""

    role: Role | None
    marketplace: str
    owner: str
    evidence: str


NOBODY = Sender(None, "", "", "")


@lru_cache(maxsize=4096)
def sender(address: str) -> Sender:
    """Say whose an address is; role None when the rulebook knows nothing of it."""
    local, at, domain = address.rpartition("@")
    if not at or not local:
        return NOBODY
    owner = domains.owner(domain)
    if not owner:
        pretended = domains.look_alike(domain)
        if pretended:
            return Sender(Role.LOOK_ALIKE, "", "", f"look_alike:{pretended}")
        return NOBODY
    return _of_platform(address, local, domain, owner)


def is_machine(address: str) -> bool:
    """Say whether an address names a sender that takes no answer."""
    return bool(MACHINE_NAMES.fullmatch(address.partition("@")[0]))


def is_mail_system(address: str) -> bool:
    """Say whether an address names a mail server itself."""
    return bool(MAIL_SYSTEM_NAMES.fullmatch(address.partition("@")[0]))


def _of_platform(address: str, local: str, domain: str, owner: str) -> Sender:
    takes_no_answer = bool(NO_REPLY_NAMES.fullmatch(local)) or is_mail_system(address)
    for regex, role in _rules(owner, "platform_senders"):
        if regex.search(address):
            return Sender(Role(role), owner, owner, f"platform_sender:{owner}:{local}")
    for regex, _ in _rules(owner, "sender_domains"):
        if regex.search(address):
            if takes_no_answer or _is_desk_of_platform(address, regex):
                return Sender(Role.PLATFORM, owner, owner, f"platform_sender:{owner}:{local}")
            return Sender(Role.BUYER_RELAY, owner, owner, f"relay:{owner}:{domain}")
    if owner == "ebay" and EBAY_MEMBER.fullmatch(address) and not takes_no_answer:
        return Sender(Role.BUYER_RELAY, owner, owner, f"relay_username:{owner}:{domain}")
    if domains.speaks_for_owner(domain):
        return Sender(Role.PLATFORM, owner, owner, f"platform_domain:{owner}:{domain}")
    return Sender(Role.UNLISTED_PLATFORM, "", owner, f"unlisted_platform:{owner}:{domain}")


def _is_desk_of_platform(address: str, rule: re.Pattern[str]) -> bool:
    """Say whether a rule that knows only the domain caught an address with a telling name.

    Such domains carry buyers' relays and the platform's own desks alike; a relay's name is opaque.
    """
    return rule.pattern.startswith("@") and not OPAQUE_NAME.fullmatch(address)


@cache
def _rules(marketplace_id: str, field: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    recognition = marketplaces()[marketplace_id].recognition
    return tuple(
        (re.compile(rule.regex, re.IGNORECASE), _role(rule.role))
        for rule in getattr(recognition, field)
    )


def _role(role: str) -> str:
    """Give our role for the rulebook's: all kinds of lent addresses are relays."""
    return role if role in set(Role) else Role.BUYER_RELAY
