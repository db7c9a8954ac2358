"""What was done to channels, connections and policies, as sentences of the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from comptoir.web.hours import words as hours

Data = Mapping[str, Any]


def _connection_changed(data: Data) -> str:
    if data.get("secrets_changed"):
        return _("Changed the settings and the credentials of the connection.")
    return _("Changed the settings of the connection.")


def _calendar_made(data: Data) -> str:
    return _("Added the hours %(name)s.") % {"name": hours.title_of(str(data["name"]))}


def _calendar_edited(data: Data) -> str:
    values = {**data, "name": hours.title_of(str(data["name"]))}
    if data.get("version"):
        return _("Changed the hours %(name)s: version %(version)s.") % values
    return _("Changed the hours %(name)s.") % values


def _calendar_renamed(data: Data) -> str:
    names = {when: hours.title_of(str(data[when])) for when in ("before", "after")}
    return _("Renamed the hours from %(before)s to %(after)s.") % names


WORDINGS: dict[str, Callable[[Data], str]] = {
    "connection.add": lambda data: _("Connected %(name)s.") % data,
    "connection.change": _connection_changed,
    "connection.pause": lambda data: _("Stopped reading the connection."),
    "connection.expiry": lambda data: (
        _("Noted that the credentials end on %(day)s.") % {"day": data["ends_at"][:10]}
        if data.get("ends_at")
        else _("Noted that no end of the credentials is known.")
    ),
    "connection.resume": lambda data: _("Had the connection read again."),
    "channel.add": lambda data: _("Added the channel %(name)s.") % data,
    "channel.serve": lambda data: _("Had the connection %(name)s serve the channel too.") % data,
    "channel.go_live": lambda data: _("Ended watch mode: replies leave from now on."),
    "channel.watch": lambda data: _("Put the channel into watch mode: it is only read."),
    "quarantine.retry": lambda data: _("Had a mail in quarantine read again."),
    "clock.move": lambda data: _("Moved the demo's clock forward by %(hours)s h.") % data,
    "calendar.make": _calendar_made,
    "calendar.edit": _calendar_edited,
    "calendar.describe": _calendar_renamed,
    "policy.make": lambda data: _("Made the policy %(name)s.") % data,
    "policy.edit": lambda data: (
        _("Changed the policy %(name)s: version %(number)s. Reason: %(reason)s") % data
    ),
    "policy.retire": lambda data: _("Switched the policy %(name)s off.") % data,
    "policy.restore": lambda data: _("Switched the policy %(name)s on again.") % data,
    "policy.arrange": lambda data: _("Put the policies into another order."),
    "policy.preset": lambda data: _("Took the rulebook's targets and limits for the channel."),
}
