"""By what a mail finds its conversation: keys in order of strength, and the rule to apply them.

    mid:<message id>                 In-Reply-To, then References from the newest to the oldest
    case:amazon:<id>                 what Amazon writes behind the plus sign of an alias
    thread:prestashop:<id>           the shop's own thread mark
    alias:<marketplace>:<address>    a buyer's relay, or a customer's own address
    order:<marketplace>:<id>         an order number, those of the subject first
    name:amazon:<buyer>              for copies of our replies, which name nothing else

The subject alone is never a key. Amazon lends one buyer one alias for life, so an alias does not
make a conversation where both sides know an order and it is not the same: a mail about a second
order opens a second conversation, unless it answers a mail of the first. Somebody who writes to
the shop directly is joined to an older conversation only by the mail he answers, or by his address
together with the order: an order number alone is no proof of who writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.recognition.orders import order_ids
from comptoir.channels.mail.recognition.senders import sender
from comptoir.channels.mail.recognition.values import OWN_MAIL, Recognition, Role
from comptoir.core.understanding.normal import plain

REFERENCES_MAX = 30
CERTAIN = ("mid:", "case:", "thread:")

_COPY_NAME = re.compile(
    r"(?:e-?mail|correo electr[oó]nico|messaggio)\s+(?:to|an|à|a|para)\s+(.{2,80})$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One conversation that shares a key with a mail: its id and all its keys."""

    id: str
    keys: frozenset[str]


def thread_keys(
    mail: Mail, recognition: Recognition, orders: Sequence[str] | None = None
) -> tuple[str, ...]:
    """Give the keys of a mail, the strongest first. `orders` are its `searched_orders`, if known."""
    keys = [f"mid:{message_id}" for message_id in _answered_ids(mail)]
    marketplace = recognition.marketplace
    if recognition.case_id:
        keys.append(f"case:{marketplace}:{recognition.case_id}")
    marks = (code for code in recognition.evidence if code.startswith("subject_thread:"))
    keys += ["thread:" + code.partition(":")[2] for code in marks]
    if marketplace and recognition.buyer_alias:
        keys.append(f"alias:{marketplace}:{_lasting(recognition.buyer_alias)}")
    if marketplace:
        numbers = searched_orders(mail, recognition) if orders is None else orders
        keys += [f"order:{marketplace}:{number}" for number in numbers]
    if name := _amazon_name(mail, recognition):
        keys.append(f"name:amazon:{name}")
    return tuple(dict.fromkeys(keys))


def searched_orders(mail: Mail, recognition: Recognition) -> tuple[str, ...]:
    """Give the order numbers of a mail, the subject's first; none from what a mail server quotes.

    The subject counts even there: it is that of our own reply.
    """
    text = "" if recognition.role is Role.MAIL_SYSTEM else mail.text
    return order_ids(mail.subject, text, recognition.marketplace)


def choose_thread(keys: Sequence[str], candidates: Iterable[Candidate]) -> str | None:
    """Give the id of the conversation a mail belongs to, None when it opens a new one.

    `candidates` are open or past conversations of the mail's channel that share at least one key,
    the latest first. A name joins only a mail without an alias, and only when it fits one
    conversation alone.
    """
    found = list(candidates)
    has_alias = any(key.startswith("alias:") for key in keys)
    for key in keys:
        holders = [candidate for candidate in found if key in candidate.keys]
        if key.startswith("name:") and (has_alias or len(holders) != 1):
            continue
        for candidate in holders:
            if key.startswith(CERTAIN) or _fits(key, keys, candidate):
                return candidate.id
    return None


def _fits(key: str, keys: Sequence[str], candidate: Candidate) -> bool:
    """Say whether an alias or order number may join a mail to a conversation."""
    kind, marketplace, _ = key.split(":", 2)
    ours, theirs = _of("order", marketplace, keys), _of("order", marketplace, candidate.keys)
    same_order = bool(ours & theirs)
    if marketplace == OWN_MAIL or _is_shop(marketplace, keys):
        aliases = _of("alias", marketplace, keys)
        same_person = bool(aliases & _of("alias", marketplace, candidate.keys))
        return same_person and same_order
    if kind == "alias":
        return same_order or not ours or not theirs
    return True


def _is_shop(marketplace: str, keys: Sequence[str]) -> bool:
    """Say whether the mail's alias is a person's own address and no relay."""
    aliases = [key.split(":", 2)[2] for key in keys if key.startswith(f"alias:{marketplace}:")]
    return any(sender(alias).role is not Role.BUYER_RELAY for alias in aliases)


def _of(kind: str, marketplace: str, keys: Iterable[str]) -> set[str]:
    start = f"{kind}:{marketplace}:"
    return {key for key in keys if key.startswith(start)}


def _answered_ids(mail: Mail) -> list[str]:
    if mail.delivery_report and mail.delivery_report.original_message_id:
        return [mail.delivery_report.original_message_id]
    return [*mail.in_reply_to, *reversed(mail.references[-REFERENCES_MAX:])]


def _lasting(alias: str) -> str:
    """Give the part of an alias that stays: without Amazon's case id behind the plus sign."""
    local, at, domain = alias.rpartition("@")
    return f"{local.partition('+')[0] if 'amazon' in domain else local}{at}{domain}"


def _amazon_name(mail: Mail, recognition: Recognition) -> str:
    """Give the buyer's name: who wrote, or whom a reply in Amazon's portal was written to."""
    if recognition.marketplace != "amazon":
        return ""
    if recognition.role is Role.BUYER_RELAY:
        return plain(recognition.buyer_name)
    found = _COPY_NAME.search(mail.subject.strip()) if not recognition.buyer_alias else None
    return plain(found[1]).strip(" .") if found else ""
