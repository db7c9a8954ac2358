"""Writing the audit trail: one line for every change a person makes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from comptoir.storage import rows
from comptoir.storage.models import AuditEntry


class Actor(Protocol):
    """Whoever can be named in the trail: a person of `merchant`."""

    @property
    def pk(self) -> Any:
        """Their number."""

    @property
    def name(self) -> Any:
        """Their name at this moment."""


def record(
    action: str,
    *,
    by: Actor | None,
    now: datetime,
    subject: tuple[str, int | None],
    **data: Any,
) -> None:
    """Write one line, in the transaction of the change itself.

    `action` is `noun.verb` (`ticket.solve`), `subject` the kind and number of what was changed,
    `data` what was before and after. No buyer's words belong in it.
    """
    entry = AuditEntry(
        at=now,
        person_id=by.pk if by else None,
        person_name=by.name if by else "",
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        data=data,
    )
    rows.add(entry)
