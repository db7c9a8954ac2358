"""One alert as a row of the list, and as a toast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.alerts.links import LIST, path_of
from comptoir.alerts.mine import Rung
from comptoir.alerts.models import Alert
from comptoir.alerts.notices import place_of
from comptoir.alerts.subjects import Subject
from comptoir.alerts.words import say
from comptoir.web.present.names import channel_name
from comptoir.web.present.times import Times

ICONS = {
    Alert.Kind.CLOCK: "clock-soon",
    Alert.Kind.CLAIM: "shield",
    Alert.Kind.REPLY_REFUSED: "alarm",
    Alert.Kind.REPLY_UNCERTAIN: "question",
    Alert.Kind.CHANNEL_SILENT: "hourglass",
    Alert.Kind.CREDENTIALS_EXPIRING: "key",
    Alert.Kind.CONNECTION_FAILING: "plug",
    Alert.Kind.INTAKE_BEHIND: "hourglass",
    Alert.Kind.QUARANTINED: "archive",
    Alert.Kind.DEFAULT_POLICY: "question",
    Alert.Kind.VERIFY_DIFFERS: "alarm",
    Alert.Kind.BREACH_STATE: "chart",
    Alert.Kind.MENTION: "at",
    Alert.Kind.FOLLOWED: "eye",
    Alert.Kind.REPLY_HELD_BACK: "alarm",
}


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert, finished for showing. `left` is what is left of its deadline, or since when not."""

    id: int
    icon: str
    is_loud: bool
    is_open: bool
    headline: str
    address: str
    place: str
    what: str
    more: str
    left: str
    is_past: bool
    at: datetime
    ended: str


def make_row(subject: Subject, times: Times) -> AlertRow:
    """Make the row of an alert; buyers are named, since whoever reads it may see the ticket."""
    alert, said = subject.alert, say(subject, times)
    due = _due(subject, times.now)
    return AlertRow(
        id=alert.pk,
        icon=ICONS[Alert.Kind(alert.kind)],
        is_loud=alert.level == Alert.Level.PUSH and alert.is_open,
        is_open=alert.is_open,
        headline=_headline(subject),
        address=path_of(alert),
        place=channel_name(subject.channel_name) if subject.ticket else "",
        what=said.what,
        more=" ".join(
            part for part in (said.deadline, said.to_do, _passed_on(alert, times)) if part
        ),
        left=_left(due, times),
        is_past=due is not None and due < times.now,
        at=alert.recorded_at,
        ended=_ended(alert, times),
    )


def make_toast(rung: Rung, times: Times) -> dict[str, Any]:
    """Give what a toast and a browser notification say: no buyer's name, others see the screen."""
    first = rung.subjects[0]
    if rung.count > 1:
        title = ngettext("%(count)s alert", "%(count)s alerts", rung.count) % {"count": rung.count}
        return {"id": str(rung.delivery_id), "title": title, "text": "", "address": LIST}
    said = say(first, times)
    return {
        "id": str(rung.delivery_id),
        "title": place_of(first, said.what),
        "text": " ".join(part for part in said if part),
        "address": path_of(first.alert),
        "ticket": first.alert.ticket_id,
        "kind": first.alert.kind,
    }


def _headline(subject: Subject) -> str:
    if subject.ticket is not None:
        return subject.ticket.buyer_name or _("Ticket %(number)s") % {"number": subject.ticket.pk}
    return channel_name(subject.channel_name) or subject.connection_name or _("This desk")


def _due(subject: Subject, now: datetime) -> datetime | None:
    """Give the deadline that counts next, else the last that passed; None where none is told."""
    if subject.ticket is None:
        return None
    known = [at for at in (subject.target_at, subject.limit_at) if at is not None]
    return min((at for at in known if at >= now), default=max(known, default=None))


def _left(due: datetime | None, times: Times) -> str:
    if due is None:
        return ""
    seconds = (due - times.now).total_seconds()
    told = {"time": times.length(seconds)}
    return _("%(time)s left") % told if seconds >= 0 else _("%(time)s ago") % told


def _passed_on(alert: Alert, times: Times) -> str:
    """Say that an alert went further up because nobody took note of it."""
    if alert.escalated_at is None:
        return ""
    told = {"time": times.short(alert.escalated_at)}
    return _("Nobody took note: passed on %(time)s.") % told


def _ended(alert: Alert, times: Times) -> str:
    """Say why an alert is closed."""
    if alert.acknowledged_at is not None:
        told = {"time": times.short(alert.acknowledged_at)}
        if alert.acknowledged_by is None:
            return _("Noted %(time)s") % told
        return _("Noted by %(name)s, %(time)s") % {**told, "name": alert.acknowledged_by.name}
    if alert.over_at is not None:
        return _("Over since %(time)s") % {"time": times.short(alert.over_at)}
    return ""
