"""Where on the desk an alert leads. Paths, since this room must not know the pages; a test asks them."""

from __future__ import annotations

from comptoir.alerts.models import Alert

PAGES = {
    Alert.Kind.QUARANTINED: "/settings/quarantine",
    Alert.Kind.INTAKE_BEHIND: "/settings/connections",
    Alert.Kind.BREACH_STATE: "/settings/alerts/breaches",
    Alert.Kind.VERIFY_DIFFERS: "/alerts",
}
LIST = "/alerts"


def path_of(alert: Alert) -> str:
    """Give the page on which something can be done about it."""
    if alert.kind in PAGES:
        return PAGES[Alert.Kind(alert.kind)]
    if alert.kind == Alert.Kind.MENTION and "message" in alert.data:
        return f"/tickets/{alert.ticket_id}#m{alert.data['message']}"
    if alert.ticket_id:
        return f"/tickets/{alert.ticket_id}"
    if alert.connection_id:
        return f"/settings/connections/{alert.connection_id}"
    if alert.channel_id:
        return f"/settings/channels/{alert.channel_id}"
    return LIST
