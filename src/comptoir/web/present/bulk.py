"""What is said of a verb for many tickets, and what its bar offers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comptoir.inbox.bulk import Wanted
from comptoir.web.present.lists import place_labels
from comptoir.web.present.times import Times

MORNING = time(9)
LATER = timedelta(hours=3)
MONDAY = 0


class Until(NamedTuple):
    """One moment that the bar offers: what it is called, when that is, and as a button says it."""

    label: str
    time: str
    value: str


def said(wanted: Wanted, count: int, names: Mapping[int, str], times: Times) -> str:
    """Say what was done to so many tickets: given to whom, put off until when."""
    until = times.short(wanted.until)
    values = {"count": count, "tag": wanted.tag.strip().lower(), "time": until}
    if wanted.verb == "assign" and wanted.to is not None:
        text = ngettext("%(count)s ticket given to %(name)s", "%(count)s tickets given to %(name)s", count)  # fmt: skip
        return text % {**values, "name": names.get(wanted.to, str(wanted.to))}
    sentences = {
        "assign": ngettext("%(count)s ticket given to nobody", "%(count)s tickets given to nobody", count),
        "take": ngettext("%(count)s ticket is yours", "%(count)s tickets are yours", count),
        "solve": ngettext("%(count)s ticket solved", "%(count)s tickets solved", count),
        "reopen": ngettext("%(count)s ticket open again", "%(count)s tickets open again", count),
        "tag": ngettext("%(count)s ticket tagged “%(tag)s”", "%(count)s tickets tagged “%(tag)s”", count),
        "untag": ngettext("“%(tag)s” taken off %(count)s ticket", "“%(tag)s” taken off %(count)s tickets", count),
        "wait": _said_of_waiting(wanted.on, count),
        "snooze": ngettext("%(count)s ticket snoozed until %(time)s", "%(count)s tickets snoozed until %(time)s", count),
        "no_response": ngettext("%(count)s ticket needs no response", "%(count)s tickets need no response", count),
        "tier": ngettext("The risk of %(count)s ticket is corrected", "The risk of %(count)s tickets is corrected", count),
    }  # fmt: skip
    return sentences.get(wanted.verb, "") % values


def _said_of_waiting(on: str, count: int) -> str:
    if on == "buyer":
        return ngettext("%(count)s ticket waits on the buyer now", "%(count)s tickets wait on the buyer now", count)  # fmt: skip
    if on == "marketplace":
        return ngettext("%(count)s ticket waits on the marketplace now", "%(count)s tickets wait on the marketplace now", count)  # fmt: skip
    return ngettext("%(count)s ticket waits on ourselves now", "%(count)s tickets wait on ourselves now", count)  # fmt: skip


def said_undone(count: int) -> str:
    """Say how many tickets are as they were."""
    return ngettext(
        "%(count)s ticket is as it was", "%(count)s tickets are as they were", count
    ) % {"count": count}


def must_be_marked_outside() -> str:
    """Say that the marketplace must be told as well."""
    return _("Marked here. Set the same mark at the marketplace, then confirm it on the ticket.")


def ticket(number: int) -> str:
    """Name a ticket whose buyer is not known."""
    return _("Ticket %(number)s") % {"number": number}


def untils(times: Times) -> list[Until]:
    """Give the moments that a click offers, in the reader's zone."""
    local = times.now.astimezone(times.zone)
    tomorrow = local.date() + timedelta(days=1)
    monday = local.date() + timedelta(days=(MONDAY - local.weekday()) % 7 or 7)
    offered = [
        (pgettext("snooze", "In 3 hours"), local + LATER),
        (pgettext("snooze", "Tomorrow morning"), datetime.combine(tomorrow, MORNING, times.zone)),
        (pgettext("snooze", "Monday morning"), datetime.combine(monday, MORNING, times.zone)),
    ]
    if monday == tomorrow:
        offered.pop(1)
    return [
        Until(label, times.short(at), at.isoformat(timespec="minutes")) for label, at in offered
    ]


def for_scripts() -> dict[str, object]:
    """Give the words of lists that scripts show."""
    return {
        "selected_one": _("1 selected"),
        "selected_many": _("{count} selected"),
        "select_shown": _("Select all {count} shown"),
        "select_view": _("Select everything in this list"),
        "select_capped": _("The first {count} are selected: that is the most at once."),
        "problem_one": _("1 ticket to look at"),
        "problem_many": _("{count} tickets to look at"),
        "stopped": _("Done for {count} of {whole}; the others are still selected."),
        "undo": _("Undo"),
        "places": {str(place): text for place, text in place_labels().items()},
        "now_in": _("now: {place}"),
        "now_solved": _("solved meanwhile"),
        "now_gone": _("left this list"),
    }
