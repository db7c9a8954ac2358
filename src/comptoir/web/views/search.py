"""Search: its page, and the few results that show while somebody types."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comptoir.inbox.search import asking, finding, indexing
from comptoir.inbox.search.finding import Found
from comptoir.inbox.search.hits import hits
from comptoir.storage import clock
from comptoir.web import shell
from comptoir.web.present import search as present
from comptoir.web.present.search import Result
from comptoir.web.present.suggestions import all_operators, suggestions
from comptoir.web.present.times import times_for
from comptoir.web.views.asking import person_in, rights_in, text_in

PAGE_SIZE = 25
BOX_SIZE = 7


@dataclass(frozen=True, slots=True)
class Answered:
    """What a search gave, ready to be shown."""

    question: str
    found: Found
    results: list[Result]
    is_empty: bool

    @property
    def count_line(self) -> str:
        """Say how much was found."""
        return present.count_line(self.found.count)

    @property
    def corrected(self) -> str:
        """Say what was searched instead of words nobody ever used; empty for nothing."""
        return ", ".join(self.found.corrections.values())

    @property
    def not_understood(self) -> str:
        """Say which operators were searched as text; empty for none."""
        return ", ".join(self.found.not_understood)


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show the page of a search; with `part=results` only what changes as one types."""
    answered = _answer(request, PAGE_SIZE)
    values = {
        "search": answered,
        "choices": present.choices_for(answered.question, shell.channels(rights_in(request))),
        "more_address": _more(answered),
        "wider_address": _wider(answered.question),
        "operators": all_operators(),
        "progress": 100 if answered.results else int(100 * indexing.progress()),
    }
    part = request.GET.get("part")
    template = {"results": "search/results.html", "more": "search/more.html"}.get(
        part or "", "search/page.html"
    )
    return render(request, template, values)


@require_GET
@login_required
def box(request: HttpRequest) -> HttpResponse:
    """Give the first results as options of the search box, with suggestions of operators."""
    answered = _answer(request, BOX_SIZE)
    values = {
        "search": answered,
        "suggestions": suggestions(answered.question, shell.channels(rights_in(request))),
        "address": present.address_of(answered.question),
    }
    return render(request, "search/box.html", values)


def _answer(request: HttpRequest, size: int) -> Answered:
    rights, me = rights_in(request), person_in(request)
    text = text_in(request.GET, "q")[: asking.TEXT_CHARS_MAX]
    times = times_for(me.time_zone, clock.now())
    question = asking.read(text, today=times.now.astimezone(times.zone).date())
    found = finding.find(
        question, rights, zone=times.zone.key, after=text_in(request.GET, "after"), size=size
    )
    results = present.make_results(found, hits(rights, found.ticket_ids), times)
    return Answered(text, found, results, question.is_empty)


def _more(answered: Answered) -> str:
    after = answered.found.next_after
    return present.address_of(answered.question, after=after) if after else ""


def _wider(question: str) -> str:
    """Give the search without its filters, where it has any."""
    wider = question
    for name in ("is", "after", "before", "on", "has", "channel", "marketplace", "tag", "assignee",
                 "language", "country"):  # fmt: skip
        wider = present.narrowed(wider, name, None)
    return present.address_of(wider) if wider and wider != question.strip() else ""
