"""The same message by two ways: the notice in the mailbox and the one the API gives are one.

A marketplace that mails its notices and has an API tells everything twice, minutes apart. The
buyer's words are the same, on the same order or conversation: then the second adds only what the
first did not know, its conversation's number, so that the reply leaves by the API.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.told import MessageTold
from comptoir.channels.mail.understood import Understood
from comptoir.inbox.routing import Candidate
from comptoir.inbox.told.stored import Source, is_ours
from comptoir.merchant.models import Route
from comptoir.storage import rows
from comptoir.tickets.actions import delivery
from comptoir.tickets.models import Message, ThreadKey, Ticket

APART = timedelta(hours=48)
"""So far may the two ways of one message lie apart: notices are late, mailboxes are read late."""
SHARE_MIN = 0.6
"""So much of the longer text the shorter one must be: a notice frames the buyer's words."""
LOOKED_AT_MAX = 20
KEPT_SECONDS = 5.0
SHORT_CHARS = 12
"""Texts so short ("ok", "merci !") are the same only when they are equal."""

IS_KNOWN_SQL = """
SELECT EXISTS (SELECT FROM tickets_threadkey WHERE channel_id = %(channel)s AND key = %(key)s)
    OR EXISTS (SELECT FROM tickets_message
               WHERE channel_id = %(channel)s AND external_id = %(id)s)
"""
FIND_SQL = """
SELECT m.id, m.new_text, m.text FROM tickets_message m
LEFT JOIN storage_rawitem r ON r.id = m.raw_item_id
WHERE m.ticket_id IN (SELECT ticket_id FROM tickets_threadkey
                      WHERE channel_id = %(channel)s AND key = ANY(%(keys)s))
    AND m.occurred_at BETWEEN %(from)s AND %(to)s
    AND CASE WHEN %(ours)s
        THEN m.author = 'agent' AND NOT m.seen_elsewhere
            AND m.state NOT IN ('note', 'cancelled', 'refused')
        ELSE m.author = 'buyer' AND r.connection_id IS DISTINCT FROM %(connection)s END
ORDER BY m.occurred_at DESC, m.id DESC LIMIT %(most)s
"""
_has_api: dict[int, tuple[float, bool]] = {}


def is_known(channel_id: int, key: str) -> bool:
    """Tell whether a message is known under that id of the channel."""
    values = {"channel": channel_id, "key": key, "id": key.partition(":")[2]}
    return bool(rows.fetch(IS_KNOWN_SQL, values)[0][0])


def find(
    source: Source,
    told: MessageTold,
    text: str,
    candidate: Candidate,
    keys: Sequence[str],
    *,
    at: datetime,
    now: datetime,
) -> Message | None:
    """Find the same message, come another way: from another connection, or written here."""
    values = {
        "channel": candidate.channel_id,
        "keys": list(keys),
        "from": at - APART,
        "to": at + APART,
        "ours": is_ours(told),
        "connection": source.connection_id,
        "most": LOOKED_AT_MAX,
    }
    for message_id, new_text, whole in rows.fetch(FIND_SQL, values):
        if are_the_same(text, new_text or whole) or are_the_same(text, whole):
            message: Message = Message.objects.get(pk=message_id)
            if message.state == Message.State.UNCERTAIN:
                delivery.confirm_sent(message.pk, by=None, at=at, now=now)
            return message
    return None


def is_told_already(read: Understood, candidate: Candidate) -> bool:
    """Tell whether a mail says what the channel's API has told before."""
    if read.kind != "buyer_message" and read.subkind != "message_notice":
        return False
    if not has_api(candidate.channel_id):
        return False
    tickets = ThreadKey.objects.filter(
        channel_id=candidate.channel_id, key__in=list(read.thread_keys)
    )
    at = read.mail.date or read.mail.received_at
    said = Message.objects.filter(
        ticket_id__in=tickets.values("ticket_id"),
        author=Message.Author.BUYER,
        links__has_key="thread",
    )
    if at is not None:
        said = said.filter(occurred_at__range=(at - APART, at + APART))
    texts = said.order_by("-occurred_at").values_list("text", flat=True)[:LOOKED_AT_MAX]
    return any(are_the_same(text, read.new_text) or are_the_same(text, read.text) for text in texts)


def has_api(channel_id: int) -> bool:
    """Tell whether messages of a channel come by an API as well; kept for a few seconds."""
    found = _has_api.get(channel_id)
    if found and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    kinds = Route.objects.filter(channel_id=channel_id, receives=True).values_list(
        "connection__kind", flat=True
    )
    answer = any(
        card.ways.messages_in in ("api", "push")
        for kind in kinds
        if (card := card_of(kind)) is not None
    )
    _has_api[channel_id] = (time.monotonic(), answer)
    return answer


def join(message: Message, told: MessageTold, thread: str, own: str, *, now: datetime) -> None:
    """Let the ticket of a message be known by the conversation that the second way named."""
    ThreadKey.objects.bulk_create(
        [
            ThreadKey(channel_id=message.channel_id, key=key, ticket_id=message.ticket_id)
            for key in (thread, own)
        ],
        ignore_conflicts=True,
    )
    links = {"thread": told.thread_id, "stream": told.stream, "portal": told.link}
    until = told.may_be_answered_until
    fresh = {name: value for name, value in links.items() if value} | (
        {"answer_until": until.isoformat()} if until else {}
    )
    if not is_ours(told) and fresh.items() - message.links.items():
        Message.objects.filter(pk=message.pk).update(links={**message.links, **fresh})
    if told.order_number:
        Ticket.objects.filter(pk=message.ticket_id, order_number="").update(
            order_number=told.order_number
        )


def are_the_same(one: str, other: str) -> bool:
    """Tell whether two texts are the same words, one of them perhaps in a frame."""
    first, second = sorted((_flat(one), _flat(other)), key=len)
    if not first:
        return False
    if first == second:
        return True
    if len(first) < SHORT_CHARS:
        return False
    return first in second and len(first) >= SHARE_MIN * len(second)


def _flat(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
