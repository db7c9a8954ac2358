"""What is said of colleagues: who named one, what came in on what one follows or has."""

from __future__ import annotations

from django.utils.translation import gettext as _

from comptoir.alerts.moments import Tells
from comptoir.alerts.subjects import Subject
from comptoir.alerts.words.said import Said, deadlines, unchanged


def mentioned(subject: Subject, times: Tells) -> Said:
    """Say who named one in a note."""
    what = _("%(who)s named you in a note.") % {"who": _name(subject)}
    return Said(what, deadlines(subject, times), _("Read it, and answer with a note."))


def followed(subject: Subject, times: Tells) -> Said:
    """Say what happened on a ticket that one follows, has, was given, or put off."""
    why, kind = subject.data.get("why"), subject.data.get("what")
    if why == "back":
        what = _("A ticket that you put off is back.")
    elif why == "given" and subject.data.get("by") is None:
        what = _("A rule gave you a ticket.")
    elif why == "given":
        what = _("%(who)s gave you a ticket.") % {"who": _name(subject)}
    elif why == "yours":
        what = _("The buyer wrote again on a ticket of yours.")
    elif kind == "note":
        what = _("%(who)s wrote a note on a ticket you follow.") % {"who": _name(subject)}
    elif kind == "status":
        what = _("A ticket you follow is solved.")
    else:
        what = _("The buyer wrote on a ticket you follow.")
    return Said(what, deadlines(subject, times), "")


def held_back(subject: Subject, times: Tells) -> Said:
    """Say that a reply for later did not leave, and why."""
    if subject.data.get("because") == "buyer":
        what = _("Your reply for later was not sent: the buyer wrote before it left.")
    else:
        what = _("Your reply for later was not sent: somebody answered before it left.")
    return Said(what, unchanged(subject, times), _("Read that first, then send it anew."))


def _name(subject: Subject) -> str:
    return str(subject.data.get("who") or _("Somebody"))
