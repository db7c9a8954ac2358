"""Taking back that something was given at the marketplace: a reply, an answer to a case, a decision.

Nobody there hears of such a record, so it can be unmade whole. Its facts stay on the timeline as
`withdrawn`, with what they `was`, and whatever asks for answers no longer finds any.
"""

from __future__ import annotations

from datetime import datetime

from comptoir.merchant.models import Person
from comptoir.tickets.actions import draft
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Fact, Message, Ticket

WITHDRAWN = "withdrawn"
RECORDS = ("agent_reply", "case_answered", "return_decided", "promise_kept")
"""What a person's word can have recorded; a promise is kept by the reply that was recorded."""


def withdraw(ticket: Ticket, *, after_fact: int, by: Person, now: datetime) -> None:
    """Make what a person recorded on a locked ticket since a fact not said.

    An answer becomes a draft again. The caller recomputes the clocks. Refused: `already_undone`
    where nothing is recorded.
    """
    records = ticket.facts.filter(pk__gt=after_fact, person=by, kind__in=RECORDS)
    found = list(records.select_related("message"))
    if not found:
        raise Refused("already_undone")
    for fact in found:
        fact.data = {**fact.data, "was": fact.kind}
        fact.kind = WITHDRAWN
        if fact.message is not None:
            _write_on(ticket, fact.message, by=by, now=now)
    Fact.objects.bulk_update(found, ["kind", "data"])


def _write_on(ticket: Ticket, message: Message, *, by: Person, now: datetime) -> None:
    message.state = Message.State.CANCELLED
    message.external_id = f"{WITHDRAWN}:{message.pk}"  # the same key may record again
    message.save(update_fields=["state", "external_id"])
    choices = {"to": message.to_party} if message.to_party else {}
    version = draft.Version(text=message.new_text, choices=choices)
    draft.put_back(ticket, version, by=by, now=now)
