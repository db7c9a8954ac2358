"""When an account's credentials end: each by its name, and the first of them, which is warned of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from comptoir.merchant.models import Connection

NOTED = "noted"
"""What a person noted stands for all of them, until the vendor says better."""


def of(row: Connection) -> dict[str, datetime]:
    """Give when each credential ends, the first one first."""
    known = {name: datetime.fromisoformat(at) for name, at in row.credential_ends.items()}
    if not known and row.credentials_expire_at is not None:
        known = {NOTED: row.credentials_expire_at}
    return dict(sorted(known.items(), key=lambda one: one[1]))


@transaction.atomic
def note(connection_id: int, name: str, at: datetime) -> None:
    """Note what a vendor says of one credential; what is known of the others stays."""
    row = Connection.objects.select_for_update().get(pk=connection_id)
    known = {other: ends for other, ends in of(row).items() if other != NOTED}
    put(connection_id, {**known, name: at})


def put(connection_id: int, ends: Mapping[str, datetime]) -> None:
    """Put these in place of all that was known."""
    Connection.objects.filter(pk=connection_id).update(
        credential_ends={name: at.isoformat() for name, at in ends.items()},
        credentials_expire_at=min(ends.values(), default=None),
    )
