"""The streams that a marketplace keeps apart, in words: for filters and the head of a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.utils.translation import pgettext

from comptoir.inbox.filter_sql import ADVERT, asked_by_mail
from comptoir.inbox.filters import STREAMS
from comptoir.tickets.models import Message, Ticket


@cache
def stream_words(language: str) -> dict[str, str]:
    """Name the streams, in the active language."""
    return {
        "offer": pgettext("stream", "About an article"),
        "order": pgettext("stream", "About an order"),
        "operator": pgettext("stream", "With the marketplace"),
        "service": pgettext("stream", "About a service"),
        "direct": pgettext("stream", "Direct message"),
        "comments": pgettext("stream", "Comment"),
    }


def stream_word(messages: Sequence[Message], ticket: Ticket, language: str) -> str:
    """Name the stream of a conversation; empty where its channel keeps none apart."""
    told = (str(one.links.get("stream", "")) for one in reversed(messages))
    called = next((name for name in told if name), "")
    known = next((name for name, names in STREAMS.items() if called in names), "")
    if not called and _asks_before_sale(messages, ticket):
        known = "offer"
    return stream_words(language).get(known, "")


def _asks_before_sale(messages: Sequence[Message], ticket: Ticket) -> bool:
    """Tell whether a mail without an order is one of a stream apart (Rakuten's visitors)."""
    if ticket.order_number or ticket.channel.marketplace not in asked_by_mail():
        return False
    asked = (one.subject.lower() for one in messages if one.author == Message.Author.BUYER)
    return any(ADVERT in subject for subject in asked)
