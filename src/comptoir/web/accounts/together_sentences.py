"""What people did for working together, as sentences of the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from comptoir.web.present.days import day_said
from comptoir.web.present.together_facts import reason_words

Data = Mapping[str, Any]


def _said(wording: Callable[[], str]) -> Callable[[Data], str]:
    return lambda _data: wording()


def _skipped(data: Data) -> str:
    reason = reason_words().get(str(data.get("reason")), data.get("reason"))
    return _("Skipped the ticket: %(reason)s.") % {"reason": reason}


def _with_days(data: Data) -> Data:
    return {**data, **{name: day_said(str(data.get(name))) for name in ("first", "last")}}


WORDINGS: dict[str, Callable[[Data], str]] = {
    "ticket.snooze": _said(lambda: _("Put the ticket off until later.")),
    "ticket.wake": _said(lambda: _("Brought the snoozed ticket back.")),
    "ticket.follow": _said(lambda: _("Followed the ticket.")),
    "ticket.unfollow": _said(lambda: _("Followed the ticket no longer.")),
    "ticket.skip": _skipped,
    "ticket.assign_team": _said(lambda: _("Gave the ticket to a team, or took it from one.")),
    "ticket.assign_by_rule": lambda data: _("The rule “%(rule)s” gave the ticket away.") % data,
    "ticket.assign_away": _said(lambda: _("Whoever had the ticket is away; it was given on.")),
    "person.change_hours": lambda data: _("Changed the working hours of %(person)s.") % data,
    "person.add_absence": lambda data: (
        _("Entered an absence of %(person)s: %(first)s to %(last)s.") % _with_days(data)
    ),
    "person.remove_absence": lambda data: (
        _("Removed an absence of %(person)s: %(first)s to %(last)s.") % _with_days(data)
    ),
    "assignment_rule.make": lambda data: _("Made the assignment rule “%(rule)s”.") % data,
    "assignment_rule.change": lambda data: _("Changed the assignment rule “%(rule)s”.") % data,
    "assignment_rule.remove": lambda data: _("Removed the assignment rule “%(rule)s”.") % data,
    "assignment_rule.move": lambda data: _("Moved the assignment rule “%(rule)s”.") % data,
    "assignment_rule.switch": lambda data: (
        _("Switched the assignment rule “%(rule)s” on or off.") % data
    ),
}
