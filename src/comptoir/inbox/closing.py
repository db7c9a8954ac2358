"""Telling a channel by its API that a conversation needs no answer, when a person has said so here.

It happens behind the page, as a job of its own that is tried again while the channel is away. Where
the marketplace's limit runs on until the mark stands there, it runs on until the channel took it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime

from procrastinate.contrib.django import app

from comptoir.channels.kernel.catalogue import cards
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox.connections import open_connector
from comptoir.rulebook import capability
from comptoir.tickets.actions import no_response
from comptoir.tickets.models import Ticket
from comptoir.tickets.way_back import Back, closes, way_back

log = logging.getLogger(__name__)

JOB = "inbox.close_thread"
Clock = Callable[[], datetime]


def ask(ticket_ids: Iterable[int]) -> list[int]:
    """Have the conversations of tickets closed whose channel can; give those tickets."""
    kinds = [card.kind for card in cards().values() if card.reply.closes]
    served = Ticket.objects.filter(
        pk__in=list(ticket_ids),
        channel__routes__connection__kind__in=kinds,
        channel__is_watched_only=False,
    )
    tickets = served.select_related("channel").distinct()
    numbers = [ticket.pk for ticket in tickets if closes(_back(ticket))]
    for number in numbers:
        app.configure_task(JOB).defer(ticket_id=number)
    return numbers


def close_thread(ticket_id: int, *, clock: Clock) -> None:
    """Close the conversation of one ticket; nothing when the mark was taken back meanwhile.

    Raises `ChannelError` for what may work later; what never will is written on the ticket.
    """
    ticket = Ticket.objects.select_related("channel").filter(pk=ticket_id).first()
    if ticket is None or ticket.channel.is_watched_only or no_response.last_mark(ticket) is None:
        return
    back = _back(ticket)
    if back.route is None or not closes(back):
        return
    try:
        with closing(open_connector(back.route.connection)) as connector:
            connector.close_thread(back.thread_id, back.stream)  # type: ignore[attr-defined]  # optional verb
    except ChannelError as error:
        if not error.permanent:
            raise
        log.warning("ticket %s: its conversation was not closed: %s", ticket_id, error.code)
        no_response.not_closed_there(ticket_id, error.code, now=clock())
    else:
        no_response.closed_there(ticket_id, now=clock())


def _back(ticket: Ticket) -> Back:
    return way_back(ticket, capability(ticket.channel.marketplace))
