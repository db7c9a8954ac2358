"""The cases that belong to a ticket: those of its order, and those it was opened for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comptoir.orders.models import Case
from comptoir.storage import rows
from comptoir.tickets.models import Fact, Ticket

SHOWN_MAX = 12
OF_ORDER_MAX = 50
SETTLED_THERE = (
    ((Case.Kind.CLAIM, Case.Kind.CHARGEBACK), "case_opened", "case_answered"),
    ((Case.Kind.RETURN,), "return_requested", "return_decided"),
)
"""Kinds of cases, with the fact that asks for an answer and the one that says it was given there.

Their `id` is the case's number there; that of the message where it told none."""
RANK = {Case.State.OPENED: 0, Case.State.ANSWERED: 1, Case.State.CLOSED: 2}

# Keys of cases: case:<marketplace>:<kind>:<number there>, which may hold colons of its own.
CASES_SQL = """
WHERE t.channel_id = %(channel)s AND (
    (%(order)s <> '' AND t.order_number = %(order)s)
    OR (t.kind, t.external_id) IN (
        SELECT split_part(k.key, ':', 3), substr(k.key, length(split_part(k.key, ':', 1))
            + length(split_part(k.key, ':', 2)) + length(split_part(k.key, ':', 3)) + 4)
        FROM tickets_threadkey k WHERE k.ticket_id = %(ticket)s AND starts_with(k.key, 'case:')))
ORDER BY t.opened_at DESC, t.id DESC LIMIT %(count)s
"""


def cases_of(ticket: Ticket) -> list[Case]:
    """Give claims, disputes, returns, cancellations and reviews, those that wait for us first."""
    values = {
        "ticket": ticket.pk,
        "channel": ticket.channel_id,
        "order": ticket.order_number,
        "count": SHOWN_MAX,
    }
    found = rows.read(Case, CASES_SQL, values)
    return sorted(found, key=lambda case: RANK.get(Case.State(case.state), 2))


def said_answered(ticket: Ticket, cases: Sequence[Case]) -> dict[int, Fact]:
    """Give, by case that is open at the marketplace, the fact in which a person said it was answered,
    be it on this ticket or on another one of its order; what the marketplace asks anew counts again.

    A fact that names a case is about that one alone; one that names none (read in a mail) is about the
    only one that is open.
    """
    found: dict[int, Fact] = {}
    if all(case.state != Case.State.OPENED for case in cases):
        return found
    told = _told(ticket)
    unnamed = {"", *(str(fact.message_id) for fact in told if fact.message_id)}
    for kinds, asked, given in SETTLED_THERE:
        open_ones = [c for c in cases if c.kind in kinds and c.state == Case.State.OPENED]
        for case in open_ones:
            names = {case.external_id} if len(open_ones) > 1 else {case.external_id, *unnamed}
            about = [
                fact
                for fact in told
                if fact.kind in (asked, given) and str(fact.data.get("id", "")) in names
            ]
            if about and about[-1].kind == given and about[-1].person_id is not None:
                found[case.pk] = about[-1]
    return found


def unanswered(facts: Iterable[Fact]) -> list[str]:
    """Give the numbers of the claims that a ticket's facts still hold open, in order of time: as the
    clocks do (`core.clocks.obligations`), an answer without a number answers all of them.
    """
    numbers: list[str] = []
    for fact in facts:
        number = str(fact.data.get("id", ""))
        if fact.kind == "case_opened" and (not number or number not in numbers):
            numbers.append(number)
        elif fact.kind == "case_answered":
            numbers = [one for one in numbers if number not in ("", one)]
    return numbers


def _told(ticket: Ticket) -> list[Fact]:
    """Give what was asked and given there for a ticket's order, in order of time."""
    ids = {ticket.pk}
    if ticket.order_number:
        others = Ticket.objects.filter(
            order_number=ticket.order_number, channel_id=ticket.channel_id
        )
        ids |= set(others.order_by("-id").values_list("id", flat=True)[:OF_ORDER_MAX])
    kinds = [kind for _, asked, given in SETTLED_THERE for kind in (asked, given)]
    facts = Fact.objects.filter(ticket_id__in=ids, kind__in=kinds).select_related("person")
    return list(facts.order_by("happened_at", "id"))
