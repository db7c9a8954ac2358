"""How a channel is read and answered: ways in and out, what a reply may hold, how to close.

`reply_by_mail` tells the two kinds of mail apart: a relay that carries an answer back to the buyer,
and a mere notice whose answer belongs into a portal or an API. An answer mailed to a notice is
lost, so the desk refuses to send it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from comptoir.rulebook.catalogue import marketplace
from comptoir.rulebook.facts import Marketplace

MAIL_METHODS = {"email", "email_relay"}

CLOSED_BY_SOFTWARE = {"cdiscount", "kaufland"}
"""Channels whose API closes a conversation, which is how they take *no response needed*."""

OPERATOR_FAMILIES = {"mirakl", "fnac"}
"""Families whose threads a buyer and the operator share."""

STARTED_BY_MAIL: Mapping[str, int | None] = {
    "amazon": 30,
    "bol": None,
    "walmart": None,
}
"""Relays that carry a first message of ours to the buyer of an order, and for how many days after
the order: Amazon lends each buyer a lasting alias and bol's orders carry one (their data files).
eBay's aliases belong to a conversation: there a first message goes through the API or the site."""

DEEP_LINKS: Mapping[str, Mapping[str, str]] = {
    "amazon": {
        "order": "https://{seller_host}/orders-v3/order/{order_id}",
        "messages": "https://{seller_host}/messaging/inbox",
    },
}
"""Pages of a seller's portal. `seller_host` is the seller's own (`sellercentral.amazon.de`)."""


@dataclass(frozen=True, slots=True)
class Capability:
    """What can be done on a channel. None where the rulebook does not know.

    `parties` are those whom a reply can be meant for (`buyer`, `operator`, `both`); `can_start`
    tells whether a conversation can begin with a mail of ours, `start_days` for how many days
    after the order.
    """

    marketplace: str
    inbound: tuple[str, ...]
    outbound: tuple[str, ...]
    reply_by_mail: bool
    talks_to_operator: bool
    parties: tuple[str, ...]
    can_start: bool
    start_days: int | None
    text_chars_max: int | None
    subject_chars_max: int | None
    attachments_max: int | None
    attachment_bytes_max: int | None
    attachment_types: tuple[str, ...]
    forbidden_content: tuple[str, ...]
    constraints: tuple[str, ...]
    no_response_needed_exists: bool | None
    no_response_needed_by_software: bool
    close_action: str
    mediator: str
    deep_links: Mapping[str, str] = field(default_factory=dict)


@cache
def capability(marketplace_id: str) -> Capability:
    """Say how the channels of that marketplace are read and answered."""
    channel = marketplace(marketplace_id)
    sla, limits = channel.response_sla, channel.limits
    return Capability(
        marketplace=channel.id,
        inbound=_methods(channel, "inbound"),
        outbound=_methods(channel, "outbound"),
        reply_by_mail=_is_answered_by_mail(channel),
        talks_to_operator="operator_request" in _methods(channel, "inbound"),
        parties=_parties(channel),
        can_start=channel.family == "own_store" or channel.id in STARTED_BY_MAIL,
        start_days=STARTED_BY_MAIL.get(channel.id),
        text_chars_max=limits.max_chars.value if limits.max_chars else None,
        subject_chars_max=limits.max_subject_chars.value if limits.max_subject_chars else None,
        attachments_max=limits.max_attachments.value if limits.max_attachments else None,
        attachment_bytes_max=(
            limits.max_attachment_bytes.value if limits.max_attachment_bytes else None
        ),
        attachment_types=limits.attachment_types.value if limits.attachment_types else (),
        forbidden_content=tuple(fact.value for fact in channel.forbidden_content),
        constraints=tuple(w.detail for w in channel.outbound if w.method == "constraint"),
        no_response_needed_exists=sla.no_response_needed.value if sla.no_response_needed else None,
        no_response_needed_by_software=channel.id in CLOSED_BY_SOFTWARE,
        close_action=(
            channel.close_or_no_reply_action.value if channel.close_or_no_reply_action else ""
        ),
        mediator=channel.mediator.value if channel.mediator else "",
        deep_links=DEEP_LINKS.get(channel.id, {}),
    )


def _methods(channel: Marketplace, direction: str) -> tuple[str, ...]:
    ways = getattr(channel, direction)
    return tuple(dict.fromkeys(way.method for way in ways if way.method != "constraint"))


def _parties(channel: Marketplace) -> tuple[str, ...]:
    """Tell whom a reply can be meant for.

    Mirakl's M12 and Fnac's messages_update name the receiver (CUSTOMER, OPERATOR, both; CLIENT,
    CALLCENTER, ALL). At Spartoo only the operator asks, and the buyer is never written to.
    """
    if "operator_request" in _methods(channel, "inbound"):
        return ("operator",)
    if channel.family in OPERATOR_FAMILIES:
        return ("buyer", "operator", "both")
    return ("buyer",)


def _is_answered_by_mail(channel: Marketplace) -> bool:
    """Say whether an answer may go out by mail.

    A hybrid channel sends notices; its mail addresses are not known to accept answers. Walmart is
    called hybrid for another reason: it takes answers in its inbox or by mail. An operator that asks
    by mail is answered by mail.
    """
    if "operator_request" in _methods(channel, "inbound"):
        return True
    is_notice = bool(channel.hybrid and channel.hybrid.value) and channel.family != "walmart"
    sure = {way.method for way in channel.outbound if way.confidence != "low"}
    return not is_notice and bool(sure & MAIL_METHODS)
