"""Which ticket comes next for a browser: what it passed over lately comes after the others.

A ticket is passed over by *Next* without an answer, or where the desk refused the answer. Both stand
in the session, since they are about this sitting and nobody else's.
"""

from __future__ import annotations

from django.http import HttpRequest

from comptoir.inbox import dealing
from comptoir.storage import clock
from comptoir.web.present.times import epoch
from comptoir.web.views.asking import rights_in

PASSED = "passed"
PASSED_MAX = 50


def pass_over(request: HttpRequest, ticket_id: int) -> None:
    """Note that somebody went on from a ticket, or could not send: others come before it."""
    kept = {**_passed(request), str(ticket_id): epoch(clock.now())}
    request.session[PASSED] = dict(list(kept.items())[-PASSED_MAX:])


def after(request: HttpRequest, ticket_id: int) -> int | None:
    """Give the ticket after one that was dealt with; that one is passed over no longer."""
    kept = _passed(request)
    if kept.pop(str(ticket_id), None) is not None:
        request.session[PASSED] = kept
    return _dealt(request, ticket_id)


def instead_of(request: HttpRequest, ticket_id: int) -> int | None:
    """Give another ticket than the one somebody goes on from, which is passed over."""
    if ticket_id:
        pass_over(request, ticket_id)
    return _dealt(request, ticket_id)


def _dealt(request: HttpRequest, besides: int) -> int | None:
    passed = [int(id_) for id_ in _passed(request)]
    return dealing.deal(rights_in(request), besides=besides, passed=passed, now=clock.now())


def _passed(request: HttpRequest) -> dict[str, int]:
    since = epoch(clock.now() - dealing.PASSED_FOR)
    kept = request.session.get(PASSED, {})
    return {id_: at for id_, at in kept.items() if at > since}
