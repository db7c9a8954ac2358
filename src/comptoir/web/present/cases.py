"""A claim, dispute, return, cancellation or review of an order, as the ticket's panel shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.orders.models import Case
from comptoir.web.present.money import money
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case. `reason` is in the marketplace's own words."""

    kind: str
    number: str
    state: str
    tone: str
    reason: str
    text: str
    facts: tuple[tuple[str, str], ...]
    link: str


def make_cases(cases: Iterable[Case], times: Times) -> list[CaseView]:
    """Make the cases of a ticket."""
    return [_made(case, times) for case in cases]


def _made(case: Case, times: Times) -> CaseView:
    kinds = {
        Case.Kind.CLAIM: pgettext("case", "Claim"),
        Case.Kind.CHARGEBACK: pgettext("case", "Payment dispute"),
        Case.Kind.RETURN: pgettext("case", "Return request"),
        Case.Kind.CANCELLATION: pgettext("case", "Cancellation request"),
        Case.Kind.REVIEW: pgettext("case", "Review"),
    }
    state, tone = _state(case, times)
    rating = f"{case.rating} / {case.rating_max}" if case.rating_max else str(case.rating or "")
    is_open = case.state == Case.State.OPENED
    facts = [
        (_("Opened"), times.short(case.opened_at)),
        (_("Answer until"), times.short(case.due_at) if is_open else ""),
        (_("Settled"), times.short(case.settled_at) if not is_open else ""),
        (_("Rating"), rating),
        (_("Amount"), money(case.amount, case.currency, times.language)),
    ]
    return CaseView(
        kind=kinds[Case.Kind(case.kind)],
        number=case.external_id,
        state=state,
        tone=tone,
        reason=case.reason,
        text=case.text if case.text != case.reason else "",
        facts=tuple((name, value) for name, value in facts if value),
        link=case.link if case.link.startswith("https://") else "",
    )


def _state(case: Case, times: Times) -> tuple[str, str]:
    """Name how far a case is; one whose end has passed is lost, which is said quietly."""
    if case.state == Case.State.CLOSED:
        return pgettext("case", "Closed"), ""
    if case.state == Case.State.ANSWERED:
        return pgettext("case", "Answered"), "good"
    if case.kind == Case.Kind.REVIEW:
        return pgettext("case", "Open"), ""
    if case.due_at is not None and case.due_at <= times.now:
        return pgettext("case", "End has passed"), ""
    return pgettext("case", "Waits for us"), "bad"
