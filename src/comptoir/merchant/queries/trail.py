"""Reading the audit trail, page by page, the latest first."""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.merchant.models import Channel, Connection, Person
from comptoir.storage.models import AuditEntry
from comptoir.storage.sorting import by_name

Names = dict[str, dict[int, str]]
"""Names by kind of thing, then by number."""


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Lines of the trail, and where the next page begins (None after the last)."""

    entries: tuple[AuditEntry, ...]
    next_before: int | None


def page(
    *,
    person_id: int | None = None,
    subject_kind: str = "",
    subject_id: int | None = None,
    before: int | None = None,
    size: int = 50,
) -> TrailPage:
    """Give lines by one person, about one kind of thing, or about one thing."""
    entries = AuditEntry.objects.order_by("-id")
    if person_id is not None:
        entries = entries.filter(person_id=person_id)
    if subject_kind:
        entries = entries.filter(subject_kind=subject_kind)
    if subject_id is not None:
        entries = entries.filter(subject_id=subject_id)
    if before is not None:
        entries = entries.filter(id__lt=before)
    found = tuple(entries[: size + 1])
    return TrailPage(found[:size], found[size - 1].pk if len(found) > size else None)


def names() -> Names:
    """Give the names of what the trail speaks of: by kind, then by number."""
    return {
        "person": by_name(dict(Person.objects.values_list("pk", "name"))),
        "channel": dict(Channel.objects.values_list("pk", "name")),
        "connection": dict(Connection.objects.values_list("pk", "name")),
    }
