"""A claim, dispute, return, cancellation or review of an order, as the ticket's panel shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.orders.models import Case
from comptoir.tickets.models import Fact
from comptoir.web.present.money import money
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case. `reason` is in the marketplace's own words; `said` is ours, which it has not confirmed."""

    kind: str
    number: str
    state: str
    tone: str
    reason: str
    text: str
    facts: tuple[tuple[str, str], ...]
    link: str
    said: str = ""


def make_cases(cases: Iterable[Case], said: Mapping[int, Fact], times: Times) -> list[CaseView]:
    """Make the cases of a ticket; `said` has those that a person said were answered, by number."""
    return [_made(case, said.get(case.pk), times) for case in cases]


def _made(case: Case, said: Fact | None, times: Times) -> CaseView:
    kinds = {
        Case.Kind.CLAIM: pgettext("case", "Claim"),
        Case.Kind.CHARGEBACK: pgettext("case", "Payment dispute"),
        Case.Kind.RETURN: pgettext("case", "Return request"),
        Case.Kind.CANCELLATION: pgettext("case", "Cancellation request"),
        Case.Kind.REVIEW: pgettext("case", "Review"),
    }
    state, tone = _state(case, said, times)
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
        said=_said(case, said, times) if said else "",
    )


def _said(case: Case, fact: Fact, times: Times) -> str:
    """Say who answered it, and that nobody there has said so yet."""
    who = fact.person.name if fact.person else _("Somebody")
    values = {"who": who, "time": times.short(fact.happened_at)}
    if case.kind == Case.Kind.RETURN:
        return (
            _("%(who)s decided it there, %(time)s. Not confirmed by the marketplace yet.") % values
        )
    return _("%(who)s answered it there, %(time)s. Not confirmed by the marketplace yet.") % values


def _state(case: Case, said: Fact | None, times: Times) -> tuple[str, str]:
    """Name how far a case is; one whose end has passed is lost, which is said quietly."""
    if case.state == Case.State.CLOSED:
        return pgettext("case", "Closed"), ""
    if case.state == Case.State.ANSWERED:
        return pgettext("case", "Answered"), "good"
    if case.kind == Case.Kind.REVIEW:
        return pgettext("case", "Open"), ""
    if said is not None:
        is_return = case.kind == Case.Kind.RETURN
        return _("Decided there") if is_return else _("Answered there"), "good"
    if case.due_at is not None and case.due_at <= times.now:
        return pgettext("case", "End has passed"), ""
    return pgettext("case", "Waits for us"), "bad"
