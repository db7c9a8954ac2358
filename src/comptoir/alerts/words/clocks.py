"""What is said of a clock that comes to a threshold."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.alerts.moments import Tells
from comptoir.alerts.subjects import Subject
from comptoir.alerts.words.said import Said, deadlines
from comptoir.core.clocks.warning import LAST_SHIFT_LEAD
from comptoir.core.clocks.warning_specs import LAST_SHIFT

SHIFT_OVER = "shift_over"
"""The threshold was the last shift, and whoever reads it now reads it after that shift."""

SHARE = re.compile(r"(limit|target):([0-9.]+)")
BEFORE = re.compile(r"(limit|target)-([0-9.]+)")


def clock_reached(subject: Subject, times: Tells) -> Said:
    """Say which threshold a clock has come to."""
    kind, threshold = subject.alert.clock_kind, subject.alert.threshold
    if threshold == LAST_SHIFT and times.now > subject.alert.due_at + LAST_SHIFT_LEAD:
        threshold = SHIFT_OVER
    what = _("%(about)s: %(what)s") % {
        "about": kind_word(kind),
        "what": threshold_words(threshold, times),
    }
    return Said(what, deadlines(subject, times), _to_do(kind, threshold))


def kind_word(kind: str) -> str:
    """Name a kind of clock."""
    names = {
        "first_reply": pgettext("clock", "First reply"),
        "next_reply": pgettext("clock", "Next reply"),
        "resolution": pgettext("clock", "Resolution"),
        "return_decision": pgettext("clock", "Return decision"),
        "case": pgettext("clock", "Answer on the claim"),
        "promise": pgettext("clock", "Promise"),
    }
    return names.get(kind, kind)


def threshold_words(threshold: str, times: Tells) -> str:
    """Say a threshold, as the second half of a sentence that began with the clock."""
    if found := SHARE.fullmatch(threshold):
        told = {"share": f"{float(found[2]):g}"}
        if found[1] == "limit":
            return _("%(share)s %% of the time to the limit has passed.") % told
        return _("%(share)s %% of the time to the target has passed.") % told
    if found := BEFORE.fullmatch(threshold):
        told = {"time": times.length(float(found[2]) * 60)}
        if found[1] == "limit":
            return _("less than %(time)s to the limit.") % told
        return _("less than %(time)s to the target.") % told
    return {
        "last_shift": _("the last shift that can still answer is ending."),
        SHIFT_OVER: _("the last shift that could answer is over."),
        "no_shift": _("nobody is on duty before the deadline."),
        "target_missed": _("the target has passed."),
        "limit_missed": _("the limit has passed."),
    }.get(threshold, threshold)


def _to_do(kind: str, threshold: str) -> str:
    if threshold in ("no_shift", SHIFT_OVER):
        return _("Answer now, or put somebody on duty before it.")
    if threshold == "limit_missed" and kind in ("first_reply", "next_reply"):
        return _("Answer all the same: late is better than unanswered.")
    return {
        "first_reply": _("Answer the buyer."),
        "next_reply": _("Answer the buyer."),
        "resolution": _("Solve it, or say what it waits for."),
        "return_decision": _("Decide on the return."),
        "case": _("Answer the claim on the marketplace's page."),
        "promise": _("Write to the buyer as promised."),
    }.get(kind, "")
