"""What was done to channels, connections and policies, as sentences of the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Data = Mapping[str, Any]


def _connection_changed(data: Data) -> str:
    if data.get("secrets_changed"):
        return _("Changed the settings and the credentials of the connection.")
    return _("Changed the settings of the connection.")


def _calendar_edited(data: Data) -> str:
    if data.get("version"):
        return _("Changed the hours %(name)s: version %(version)s.") % data
    return _("Changed the hours %(name)s.") % data


WORDINGS: dict[str, Callable[[Data], str]] = {
    "connection.add": lambda data: _("Connected %(name)s.") % data,
    "connection.change": _connection_changed,
    "connection.pause": lambda data: _("Stopped reading the connection."),
    "connection.resume": lambda data: _("Had the connection read again."),
    "channel.add": lambda data: _("Added the channel %(name)s.") % data,
    "channel.go_live": lambda data: _("Ended watch mode: replies leave from now on."),
    "channel.watch": lambda data: _("Put the channel into watch mode: it is only read."),
    "quarantine.retry": lambda data: _("Had a mail in quarantine read again."),
    "clock.move": lambda data: _("Moved the demo's clock forward by %(hours)s h.") % data,
    "calendar.make": lambda data: _("Added the hours %(name)s.") % data,
    "calendar.edit": _calendar_edited,
    "calendar.describe": lambda data: _("Renamed the hours from %(before)s to %(after)s.") % data,
    "policy.make": lambda data: _("Made the policy %(name)s.") % data,
    "policy.edit": lambda data: (
        _("Changed the policy %(name)s: version %(number)s. Reason: %(reason)s") % data
    ),
    "policy.retire": lambda data: _("Switched the policy %(name)s off.") % data,
    "policy.restore": lambda data: _("Switched the policy %(name)s on again.") % data,
    "policy.arrange": lambda data: _("Put the policies into another order."),
    "policy.preset": lambda data: _("Took the rulebook's targets and limits for the channel."),
}
