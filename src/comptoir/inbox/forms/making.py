"""Making a form and changing it: what an administrator may decide about it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings as configured
from django.db import transaction

from comptoir.channels.contact_form.settings import FormSettings
from comptoir.inbox import pushing
from comptoir.inbox.forms.finding import KIND, Form, answerable_channels, of
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection, Person, Route
from comptoir.storage import audit
from comptoir.storage.secrets import seal
from comptoir.tickets.actions.errors import Refused


@transaction.atomic
def make(
    name: str, channel_id: int, settings: FormSettings, *, by: Person | None, now: datetime
) -> Form:
    """Make a form on a channel whose mailbox sends the answers. Refused: `no_mailbox`."""
    if channel_id not in {channel.pk for channel in answerable_channels()}:
        raise Refused("no_mailbox")
    row: Connection = Connection.objects.create(
        kind=KIND,
        name=name,
        settings=settings.stored(),
        sealed_secrets=seal({}, configured.MASTER_KEYS),
        created_at=now,
    )
    Route.objects.create(connection=row, channel_id=channel_id, sends=False)
    pushing.key_of(row)
    audit.record("connection.add", by=by, now=now, subject=("connection", row.pk), name=name)
    forget_routes()
    return of(row)


@transaction.atomic
def change(
    connection_id: int, name: str, settings: FormSettings, *, by: Person, now: datetime
) -> None:
    """Store other settings of a form."""
    Connection.objects.filter(pk=connection_id, kind=KIND).update(
        name=name, settings=settings.stored()
    )
    audit.record(
        "connection.change", by=by, now=now, subject=("connection", connection_id),
        secrets_changed=False,
    )  # fmt: skip
