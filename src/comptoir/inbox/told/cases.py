"""Claims, disputes, returns, cancellations and reviews: on the order, and on top of the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from comptoir.channels.kernel.told import CaseKind, CaseState, CaseTold
from comptoir.channels.mail.language import language_of
from comptoir.core.understanding import assess
from comptoir.inbox.routing import Candidate
from comptoir.inbox.told.stored import Source, order_key, thread_key, when
from comptoir.orders.models import Case
from comptoir.rulebook.wordings import phrasebook
from comptoir.tickets.actions.receive import first_by_key, receive
from comptoir.tickets.incoming import Incoming

TIER_CLAIM, TIER_THREAT, TIER_STANDARD, TIER_LOW = 0, 1, 2, 3
BAD_SHARE = 0.5
"""A review of half of the points or less is a bad one."""
TOPICS = {
    CaseKind.CLAIM: ("a_to_z_claim", "a_to_z_claim_opened"),
    CaseKind.CHARGEBACK: ("chargeback", "chargeback_opened"),
    CaseKind.RETURN: ("return_request", ""),
    CaseKind.CANCELLATION: ("cancellation", ""),
    CaseKind.REVIEW: ("bad_review", "bad_review_opened"),
}
KINDS = {
    CaseKind.CLAIM: "claim",
    CaseKind.CHARGEBACK: "claim",
    CaseKind.RETURN: "return_request",
    CaseKind.CANCELLATION: "cancellation",
    CaseKind.REVIEW: "review",
}


def take(source: Source, told: CaseTold, candidate: Candidate, *, now: datetime) -> None:
    """Keep a case, and put what is new of it on its ticket: opened, answered, closed, once each."""
    at = when(told.occurred_at, source, now=now)
    known = _known(told, candidate)
    before = known.state if known else None
    is_again = _is_asked_again(known, told)
    _keep(known, told, candidate, at=at, is_again=is_again)
    if not is_again and (before == told.state or _is_behind(before, told.state)):
        return
    if before is None and told.state is not CaseState.OPENED and told.kind is not CaseKind.REVIEW:
        return  # over before we heard of it: the order's history has it, nobody has to act
    incoming = _incoming(source, told, candidate, at=now if is_again else at)
    if is_again and told.due_at:
        incoming = replace(incoming, external_id=f"{incoming.external_id}:{told.due_at:%FT%T}")
    receive(incoming, now=now, choose=first_by_key)


def _known(told: CaseTold, candidate: Candidate) -> Case | None:
    found: Case | None = Case.objects.filter(
        channel_id=candidate.channel_id, kind=told.kind, external_id=told.external_id
    ).first()
    return found


def _is_asked_again(known: Case | None, told: CaseTold) -> bool:
    """Tell whether a case that we answered waits for us anew: only then its end lies later."""
    if known is None or known.state != CaseState.ANSWERED or told.state is not CaseState.OPENED:
        return False
    return told.due_at is not None and (known.due_at is None or told.due_at > known.due_at)


def _keep(
    known: Case | None, told: CaseTold, candidate: Candidate, *, at: datetime, is_again: bool
) -> None:
    row = known or Case(
        channel_id=candidate.channel_id,
        kind=told.kind,
        external_id=told.external_id,
        opened_at=at,
    )
    if is_again or not _is_behind(known.state if known else None, told.state):
        row.state = told.state
    if is_again:
        row.settled_at = None
    if row.state != CaseState.OPENED and row.settled_at is None:
        row.settled_at = at
    for name in ("order_number", "due_at", "reason", "text", "rating", "rating_max", "amount",
                 "currency", "link"):  # fmt: skip
        value = getattr(told, name)
        if value not in (None, ""):
            setattr(row, name, value)
    row.save()


def _is_behind(before: str | None, state: str) -> bool:
    """Tell whether an older report came late: a case that was closed is not opened by it."""
    order = [CaseState.OPENED, CaseState.ANSWERED, CaseState.CLOSED]
    return before is not None and order.index(CaseState(state)) < order.index(CaseState(before))


def _incoming(source: Source, told: CaseTold, candidate: Candidate, *, at: datetime) -> Incoming:
    keys = [f"case:{candidate.marketplace}:{told.kind}:{told.external_id}"]
    if told.thread_id:
        keys.append(thread_key(candidate.marketplace, told.stream, told.thread_id))
    if told.order_number:
        keys.append(order_key(candidate.marketplace, told.order_number))
    text = told.text or told.reason
    topic, reason = TOPICS[told.kind]
    asks = _asks(told)
    return Incoming(
        channel_id=candidate.channel_id,
        connection_id=source.connection_id,
        raw_item_id=source.raw_item_id,
        external_id=f"case:{told.kind}:{told.external_id}:{told.state}",
        author="marketplace",
        kind=KINDS[told.kind],
        occurred_at=at,
        find_by=tuple(keys),
        known_as=tuple(keys),
        is_history=at < candidate.starts_at,
        facts=_facts(told),
        buyer_name=told.buyer.name,
        reply_address=told.buyer.email,
        from_name=told.buyer.name,
        subject=told.reason or told.order_number,
        order_number=told.order_number,
        alias=told.buyer.alias,
        marketplace=candidate.marketplace,
        text=text,
        new_text=text,
        language=told.buyer.language or language_of(text, country=candidate.country),
        tier=_tier(told, text) if asks else TIER_STANDARD,
        tier_reasons=(reason,) if asks and reason else (),
        intents=(topic,) if asks else (),
        needs_reply=asks,
        evidence=(f"case:{told.kind}:{told.external_id}",),
        links={"portal": told.link} if told.link else {},
    )


def _asks(told: CaseTold) -> bool:
    if told.state is not CaseState.OPENED:
        return False
    return told.kind is not CaseKind.REVIEW or _is_bad(told)


def _is_bad(told: CaseTold) -> bool:
    return told.rating is not None and told.rating <= BAD_SHARE * (told.rating_max or 5)


def _facts(told: CaseTold) -> tuple[tuple[str, dict[str, Any]], ...]:
    if told.kind is CaseKind.REVIEW:
        return (("marketplace_message", {"asks_us": _asks(told)}),)
    if told.kind is CaseKind.CANCELLATION:
        if _asks(told):
            return (("marketplace_message", {"asks_us": True}),)
        return (("agent_reply", {"seen_elsewhere": True, "to": "operator"}),)
    due = {"due_at": told.due_at.isoformat()} if told.due_at else {}
    if told.kind is CaseKind.RETURN:
        fact = "return_requested" if told.state is CaseState.OPENED else "return_decided"
        asked = due if fact == "return_requested" else {}
        return ((fact, {"id": told.external_id, **asked}),)
    if told.state is CaseState.OPENED:
        return (("case_opened", {"id": told.external_id, **due}),)
    return (("case_answered", {"id": told.external_id}),)


def _tier(told: CaseTold, text: str) -> int:
    if told.kind in (CaseKind.CLAIM, CaseKind.CHARGEBACK):
        return TIER_CLAIM
    if told.kind is CaseKind.REVIEW:
        return TIER_THREAT
    return assess(text, phrasebook(), None).risk_tier if text else TIER_STANDARD
