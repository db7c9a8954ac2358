"""From where alerts leave as mail: a mailbox of the desk, chosen by an administrator.

Nothing leaves by itself before somebody chose: in watch mode a mailbox is only read, and only its
owner can say whether mail to colleagues may leave through it all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comptoir.merchant.models import Connection, Route
from comptoir.storage.models import Setting
from comptoir.storage.sorting import in_order

KEY = "alert_mail"


@dataclass(frozen=True, slots=True)
class Sender:
    """A mailbox and the address alerts come from. `failing_since` while nothing leaves."""

    connection: Connection
    address: str
    failing_since: datetime | None
    last_error: str


def chosen() -> Sender | None:
    """Give the sender that was chosen; None for none, or when its mailbox is gone."""
    value = Setting.objects.filter(key=KEY).values_list("value", flat=True).first()
    if not isinstance(value, dict) or not value.get("connection"):
        return None
    connection = Connection.objects.filter(pk=int(value["connection"])).first()
    if connection is None:
        return None
    since = value.get("failing_since")
    return Sender(
        connection,
        str(value.get("address", "")),
        datetime.fromisoformat(since) if since else None,
        str(value.get("last_error", "")),
    )


def possible() -> list[tuple[Connection, list[str]]]:
    """Give the mailboxes that can send, each with the addresses it may write from."""
    found = []
    for connection in in_order(Connection.objects.filter(kind="mail")):
        given: dict[str, Any] = connection.settings
        if not given.get("smtp_host"):
            continue
        routes = Route.objects.filter(connection=connection).exclude(sender_address="")
        addresses = [*given.get("senders", ()), str(given.get("user", ""))]
        addresses += routes.values_list("sender_address", flat=True)
        usable = list(dict.fromkeys(address for address in addresses if "@" in address))
        if usable:
            found.append((connection, usable))
    return found


def note_failure(code: str, *, now: datetime) -> None:
    """Keep that mail does not leave, and since when."""
    _update(failing_since=now.isoformat(), last_error=code, only_first=True)


def note_success() -> None:
    """Keep that mail leaves."""
    _update(failing_since=None, last_error="")


def _update(*, only_first: bool = False, **fields: Any) -> None:
    row = Setting.objects.filter(key=KEY).first()
    if row is None or not isinstance(row.value, dict):
        return
    since = row.value.get("failing_since")
    if only_first and since:
        fields["failing_since"] = since
    changed = {**row.value, **fields}
    if changed != row.value:
        Setting.objects.filter(key=KEY).update(value=changed)
