"""The three sentences of an alert, and how its deadlines are told."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from comptoir.alerts.moments import Tells
from comptoir.alerts.subjects import Subject


class Said(NamedTuple):
    """What happened, what it does to the deadline, what to do. The last two may be empty."""

    what: str
    deadline: str
    to_do: str


def deadlines(subject: Subject, times: Tells) -> str:
    """Say target and limit as far as they still count; the past as past."""
    target, limit, now = subject.target_at, subject.limit_at, times.now
    if limit is not None and limit < now:
        return _("The limit was %(time)s.") % {"time": times.short(limit)}
    if limit is None:
        if target is None:
            return ""
        if target < now:
            return _("The target was %(time)s.") % {"time": times.short(target)}
        return _("Target: %(time)s.") % {"time": times.short(target)}
    if target is not None and now <= target < limit:
        told = {"target": times.short(target), "limit": times.short(limit)}
        return _("Target: %(target)s, limit: %(limit)s.") % told
    return _("Limit: %(time)s.") % {"time": times.short(limit)}


def unchanged(subject: Subject, times: Tells) -> str:
    """Say that the deadline stands although something went wrong."""
    if subject.limit_at is not None and subject.limit_at >= times.now:
        return _("Limit unchanged: %(time)s.") % {"time": times.short(subject.limit_at)}
    if subject.target_at is not None and subject.target_at >= times.now:
        return _("Target unchanged: %(time)s.") % {"time": times.short(subject.target_at)}
    return deadlines(subject, times)
