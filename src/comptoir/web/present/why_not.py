"""Why a key of the ticket page has nothing to do: said when it is pressed all the same."""

from __future__ import annotations

from django.utils.translation import gettext as _

from comptoir.tickets.models import Fact, Ticket
from comptoir.tickets.queries import Conversation
from comptoir.web.present.ticket import Can
from comptoir.web.present.times import Times

SETTLED = ("case_answered", "return_decided")


def make_why_not(
    can: Can, read: Conversation, times: Times, *, is_portal: bool, lock: str = ""
) -> dict[str, str]:
    """Say it by key: `y` marks that no response is needed, `D` that it was answered elsewhere, `r`
    writes to the buyer, which `lock` speaks against.

    A key that does something is left out.
    """
    said: dict[str, str] = {"r": lock} if lock else {}
    if not (can.mark or can.unmark):
        said["y"] = _nothing_to_mark(can, read, times)
    if not (is_portal or can.answer_case or can.decide_return):
        said["D"] = _nothing_elsewhere(can, read, times)
    return said


def _nothing_to_mark(can: Can, read: Conversation, times: Times) -> str:
    if not can.answer:
        return _read_only()
    if read.ticket.status == Ticket.Status.CLOSED:
        return _("Nothing to mark: this is from before the channel’s start.")
    if can.answer_case:
        return _("Nothing to mark: the marketplace waits for an answer on its own page.")
    answer = next((fact for fact in reversed(read.facts) if fact.kind == "agent_reply"), None)
    if answer is None:
        return _("Nothing to mark: no message waits for an answer.")
    values = _told(answer, read, times)
    if not values["who"]:
        return _("Nothing to mark: it was answered already, %(time)s.") % values
    return _("Nothing to mark: %(who)s answered already, %(time)s.") % values


def _nothing_elsewhere(can: Can, read: Conversation, times: Times) -> str:
    if not can.answer:
        return _read_only()
    settled = next((fact for fact in reversed(read.facts) if fact.kind in SETTLED), None)
    if settled is None or settled.person is None:
        return _("Nothing here waits for an answer elsewhere.")
    return _("%(who)s said so already, %(time)s.") % _told(settled, read, times)


def _read_only() -> str:
    return _("You may read this ticket, and mark nothing on it.")


def _told(fact: Fact, read: Conversation, times: Times) -> dict[str, str]:
    """Name who and when; that a channel took a reply is nobody's fact, but somebody wrote it."""
    said = next((one for one in read.messages if one.pk == fact.message_id), None)
    person = fact.person or (said.person if said else None)
    return {"who": person.name if person else "", "time": times.short(fact.happened_at)}
