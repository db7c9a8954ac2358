"""That a conversation was closed on the channel's side: what waits there needs no answer."""

from __future__ import annotations

from datetime import datetime

from comptoir.channels.kernel.told import ThreadTold
from comptoir.inbox.routing import Candidate
from comptoir.inbox.told.stored import Source, thread_key, when
from comptoir.tickets.actions import no_response
from comptoir.tickets.models import ThreadKey


def take(source: Source, told: ThreadTold, candidate: Candidate, *, now: datetime) -> None:
    """Count a conversation that was closed in the portal as needing no answer."""
    if not told.is_closed:
        return
    key = thread_key(candidate.marketplace, told.stream, told.thread_id)
    found = ThreadKey.objects.filter(channel_id=candidate.channel_id, key=key).first()
    if found is not None:
        no_response.seen_elsewhere(found.ticket_id, at=when(told.at, source, now=now), now=now)
