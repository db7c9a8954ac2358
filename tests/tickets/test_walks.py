"""Whatever happens to a ticket, in whatever order, what is stored equals what the clocks answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.tickets.conftest import FRIDAY, Desk

from comptoir.core.priority import OUR_MOVE
from comptoir.inbox import deadlines
from comptoir.tickets import clocks
from comptoir.tickets.actions import (
    assign,
    case,
    delivery,
    no_response,
    note,
    reply,
    solve,
    taking_back,
    tier,
    wait,
)
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Message, Outbox, Outcome, Ticket
from comptoir.tickets.projection import REPLIES, project
from comptoir.tickets.verifying import differences

STEPS_COUNT = 25
ELSEWHERE = (
    ("agent_reply", {"seen_elsewhere": True}),
    ("status", {"to": "waiting_on_buyer"}),
)
MAILS: dict[str, dict[str, Any]] = {
    "question": {},
    "copy": {"author": "agent", "kind": "reply_copy", "facts": ELSEWHERE, "seen_elsewhere": True},
    "notice": {
        "author": "marketplace",
        "kind": "notification",
        "facts": (("marketplace_message", {"asks_us": False}),),
    },
    "claim": {
        "author": "marketplace",
        "kind": "claim",
        "tier": 0,
        "facts": (("case_opened", {}),),
    },
    "return": {
        "author": "marketplace",
        "kind": "return_request",
        "facts": (("return_requested", {}),),
    },
    "machine": {"author": "automation", "kind": "auto_reply", "facts": (("auto_reply", {}),)},
}
VERBS = (
    "send", "send_and_solve", "deliver", "refuse", "defer", "lose", "bounce", "undo", "retry",
    "solve", "reopen", "mark", "confirm", "unmark", "wait", "note", "claim_answered", "give",
    "urgent", "deadlines",
)  # fmt: skip
STEP = st.tuples(
    st.sampled_from([*MAILS, *VERBS, "question", "copy", "send", "deliver"]),
    st.sampled_from([5, 60, 1800, 4 * 3600, 30 * 3600]),
    st.sampled_from([0, 0, 0, 900, 5 * 3600]),
)


class Walk:
    """One ticket and its time; a verb that is refused changes nothing, which is checked as well."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.now, self.number = desk, FRIDAY, 0
        self.ticket = desk.writes(at=FRIDAY)

    def step(self, what: str, seconds: int, late_by: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.number += 1
        if what in MAILS:
            at = max(FRIDAY - timedelta(hours=1), self.now - timedelta(seconds=late_by))
            self.desk.writes(at=at, now=self.now, **MAILS[what])
            return
        try:
            with transaction.atomic():
                self._verb(what)
        except Refused:
            pass

    def _verb(self, what: str) -> None:
        by, now, ticket_id = self.desk.ines, self.now, self.ticket.pk
        verbs: dict[str, Callable[[], object]] = {
            "send": lambda: self._send("waiting_on_buyer"),
            "send_and_solve": lambda: self._send("solved"),
            "deliver": lambda: self._settle(lambda o: delivery.accepted(o, at=now, now=now)),
            "refuse": lambda: self._settle(lambda o: delivery.refused(o, "no", now=now)),
            "defer": lambda: self._settle(lambda o: delivery.deferred(o, "busy", now=now)),
            "lose": lambda: self._settle(lambda o: delivery.uncertain(o, now=now)),
            "bounce": self._bounce,
            "undo": lambda: self._with_message(
                "queued", lambda m: taking_back.undo(m, by=by, now=now)
            ),
            "retry": lambda: self._with_message(
                "refused", lambda m: reply.retry(m, by=by, now=now)
            ),
            "solve": lambda: solve.solve(ticket_id, by=by, now=now),
            "reopen": lambda: solve.reopen(ticket_id, by=by, now=now),
            "mark": lambda: no_response.mark(ticket_id, reason="thanks", by=by, now=now),
            "confirm": lambda: no_response.confirm_outside(ticket_id, by=by, now=now),
            "unmark": lambda: no_response.undo(ticket_id, by=by, now=now),
            "wait": lambda: wait.wait(ticket_id, on="marketplace", by=by, now=now),
            "note": lambda: note.add(ticket_id, "A note.", by=by, now=now),
            "claim_answered": lambda: case.answered(ticket_id, by=by, now=now),
            "give": lambda: assign.assign(ticket_id, to=None, by=by, now=now),
            "urgent": lambda: tier.correct(ticket_id, self.number % 4, by=by, now=now),
            "deadlines": lambda: deadlines.fire_due(now=now),
        }
        verbs[what]()

    def _send(self, then: reply.Then) -> None:
        key = f"walk-{self.ticket.pk}-{self.number}"
        reply.send(self.ticket.pk, "Yes.", by=self.desk.ines, now=self.now, key=key, then=then)

    def _settle(self, how: Callable[[int], None]) -> None:
        for outbox in delivery.claim(now=self.now):
            how(outbox.pk)

    def _bounce(self) -> None:
        sent = Message.objects.filter(ticket=self.ticket, state="accepted", seen_elsewhere=False)
        if message := sent.order_by("id").first():
            delivery.bounced(message, "no_such_user", at=self.now, now=self.now)

    def _with_message(self, state: str, how: Callable[[int], object]) -> None:
        found = Outbox.objects.filter(message__ticket=self.ticket, message__state=state)
        if outbox := found.order_by("id").first():
            how(outbox.message_id)


def what_is_wrong(ticket_id: int, now: datetime) -> list[str]:
    """Compare everything that is stored of a ticket with its facts."""
    wrong = [str(found) for found in differences(now=now, ticket_ids=[ticket_id])]
    ticket = Ticket.objects.get(pk=ticket_id)
    asof = min([now, *ticket.clocks.filter(next_at__lt=now).values_list("next_at", flat=True)])
    projection = project(clocks.recorded(ticket_id), ticket.held, now=asof)
    assert projection is not None
    evaluation = projection.evaluation
    owed = OUR_MOVE - REPLIES if _is_answering(ticket) else OUR_MOVE
    is_ours = any(c.is_open and c.kind in owed for c in evaluation.clocks)
    is_ours = is_ours or (ticket.status == "open" and not _is_answering(ticket))
    if (ticket.queue_tier is not None) != is_ours:
        wrong.append(f"queue_tier is {ticket.queue_tier}, our move: {is_ours}")
    if ticket.oldest_unanswered_at != evaluation.oldest_unanswered_at:
        wrong.append(f"oldest unanswered: {ticket.oldest_unanswered_at}")
    if ticket.status == "solved" and ticket.oldest_unanswered_at:
        wrong.append("solved with an unanswered message")
    outcomes = {str(o.message_id): o for o in Outcome.objects.filter(ticket=ticket)}
    for answer in evaluation.messages:
        stored = outcomes.get(answer.id)
        if stored and stored.answered_at != answer.answered_at:
            wrong.append(f"message {answer.id}: {stored.answered_at} is {answer.answered_at}")
    return wrong


def _is_answering(ticket: Ticket) -> bool:
    waiting = ticket.messages.filter(state="queued").order_by("-id").first()
    if waiting is None:
        return False
    asked = ticket.messages.filter(author="buyer", id__gt=waiting.pk)
    return not asked.exists()


@pytest.mark.django_db
@settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),  # shrinking takes minutes; the steps so far are told
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.lists(STEP, min_size=STEPS_COUNT, max_size=STEPS_COUNT))
def test_stored_clocks_equal_the_function_after_any_walk(
    desk: Desk, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        walk = Walk(desk)
        taken = []
        for step in steps:
            walk.step(*step)
            taken.append(step)
            assert what_is_wrong(walk.ticket.pk, walk.now) == [], taken
        transaction.set_rollback(True)
