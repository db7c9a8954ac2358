"""What was done to alerts and where they go, as sentences of the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Data = Mapping[str, Any]


def _changed(data: Data) -> str:
    if data.get("address_changed"):
        return _("Changed the address to which alerts go: %(endpoint)s.") % data
    return _("Changed the endpoint for alerts %(endpoint)s.") % data


def _sender(data: Data) -> str:
    if not data.get("address"):
        return _("Let no alert leave as mail.")
    return _("Chose %(address)s as the address alerts come from.") % data


def _escalation(data: Data) -> str:
    supervisor, admins = data["after"]
    return _(
        "Set that an alert nobody takes note of goes to the team leader after %(supervisor)s min "
        "and to administrators %(admins)s min later."
    ) % {"supervisor": supervisor, "admins": admins}


WORDINGS: dict[str, Callable[[Data], str]] = {
    "person.choose_alerts": lambda data: _("Changed how they hear of alerts."),
    "endpoint.add": lambda data: _("Added the endpoint for alerts %(endpoint)s.") % data,
    "endpoint.change": _changed,
    "endpoint.rotate": lambda data: (
        _("Gave the endpoint for alerts %(endpoint)s a new secret.") % data
    ),
    "endpoint.switch_on": lambda data: _("Switched alerts to %(endpoint)s on.") % data,
    "endpoint.switch_off": lambda data: _("Switched alerts to %(endpoint)s off.") % data,
    "endpoint.remove": lambda data: _("Removed the endpoint for alerts %(endpoint)s.") % data,
    "endpoint.test": lambda data: _("Sent a test alert to %(endpoint)s: %(code)s.") % data,
    "alerts.choose_sender": _sender,
    "alerts.escalation": _escalation,
    "alerts.retry": lambda data: _("Had an alert sent again."),
}
