"""What people did around a ticket, one sentence each: put off, given by rule, skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from comptoir.web.present.facts import Told


def assigned(told: Told) -> str:
    """Say who has it now, and why where nobody gave it by hand."""
    to, by, data = told.data.get("to"), told.fact.person_id, told.data
    if data.get("away"):
        return _away(told)
    if data.get("rule") and to is not None:
        values = {"to": told.names.get(to, "?"), "rule": data.get("name", "")}
        return _("The rule “%(rule)s” gave it to %(to)s.") % values
    if to is None:
        return _("%(who)s gave it back: nobody has it.") % {"who": told.who}
    if to == by:
        return _("%(who)s took it.") % {"who": told.who}
    return _("%(who)s gave it to %(to)s.") % {"who": told.who, "to": told.names.get(to, "?")}


def reason_words() -> dict[str, str]:
    """Name the reasons for skipping a ticket."""
    return {
        "language": _("I do not speak this language well enough"),
        "knowledge": _("Somebody else knows more about it"),
        "waiting_for_answer": _("I wait for an answer about it"),
        "not_allowed": _("I may not decide this"),
        "other": _("Another reason"),
    }


def _away(told: Told) -> str:
    values = {"away": told.names.get(told.data.get("away", 0), "?")}
    if (to := told.data.get("to")) is not None:
        values["to"] = told.names.get(to, "?")
        return _("%(away)s is away: %(to)s stands in.") % values
    return _("%(away)s is away: it is back in the queue.") % values


def _team(told: Told) -> str:
    name = told.data.get("team_name", "")
    if told.data.get("rule"):
        values = {"team": name, "rule": told.data.get("name", "")}
        return _("The rule “%(rule)s” gave it to the team %(team)s.") % values
    if not name:
        return _("%(who)s took it from its team.") % {"who": told.who}
    return _("%(who)s gave it to the team %(team)s.") % {"who": told.who, "team": name}


def _nobody(told: Told) -> str:
    values = {"rule": told.data.get("name", "")}
    return _("The rule “%(rule)s” found nobody on duty: the ticket stays in the queue.") % values


def _snoozed(told: Told) -> str:
    values = {"who": told.who, "time": told.moment("until"), "reason": told.data.get("reason", "")}
    if values["reason"]:
        return _("%(who)s snoozed it until %(time)s: %(reason)s") % values
    return _("%(who)s snoozed it until %(time)s.") % values


def _woken(told: Told) -> str:
    because = told.data.get("because")
    if because == "colleague":
        return _("%(who)s brought it back.") % {"who": told.who}
    return {
        "time": _("It is back: its time has come."),
        "limit": _("It is back before its time: its limit comes first."),
        "buyer": _("It is back: the buyer wrote."),
        "claim": _("It is back: it is a claim now."),
    }.get(str(because), _("It is back: the marketplace wrote."))


def _skipped(told: Told) -> str:
    reason = told.data.get("text") or reason_words().get(str(told.data.get("reason")), "")
    return _("%(who)s left it to others: %(reason)s.") % {
        "who": told.who,
        "reason": str(reason).rstrip("."),
    }


LINES: dict[str, tuple[str, str, Callable[[Told], str]]] = {
    "assigned": ("person", "", assigned),
    "assigned_team": ("people", "", _team),
    "assignment_failed": ("question", "", _nobody),
    "snoozed": ("moon", "", _snoozed),
    "woken": ("refresh", "", _woken),
    "skipped": ("right", "", _skipped),
}
