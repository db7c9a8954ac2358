"""Rows written by SQL of ours are those that Django's own saving would have written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import mark_safe

from comptoir.storage import rows
from comptoir.storage.models import AuditEntry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 29, 10, 0, 0, 123456, tzinfo=UTC)


def entry(**values: object) -> AuditEntry:
    """Make a line that is not stored yet."""
    plain = {"at": NOON, "action": "ticket.solve", "subject_kind": "ticket", "subject_id": 7}
    return AuditEntry(**{**plain, **values})


def test_an_added_row_reads_back_as_it_was_made() -> None:
    data = {"before": None, "tags": ["é", "\U0001f600", 'a "quoted" \\ one'], "n": 1.5, "on": True}
    made = rows.add(entry(person_name="Zoë\nD'Arc", data=data))

    found = AuditEntry.objects.get(pk=made.pk)
    assert (found.at, found.person_id, found.person_name, found.data) == (
        NOON,
        None,
        "Zoë\nD'Arc",
        data,
    )
    assert not made._state.adding


def test_text_made_safe_for_a_page_is_stored_as_text() -> None:
    made = rows.add(entry(person_name=mark_safe("<b>Ines</b>")))

    assert AuditEntry.objects.get(pk=made.pk).person_name == "<b>Ines</b>"


def test_a_written_row_takes_every_field_and_leaves_its_neighbour() -> None:
    made, neighbour = rows.add(entry(person_id=3)), rows.add(entry(person_id=4))
    made.person_id, made.data, made.action = None, {"x": [1]}, "ticket.open"

    rows.write(made)

    found = AuditEntry.objects.get(pk=made.pk)
    assert (found.person_id, found.data, found.action) == (None, {"x": [1]}, "ticket.open")
    assert AuditEntry.objects.get(pk=neighbour.pk).person_id == 4


def test_what_the_database_refuses_is_refused_in_djangos_words() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.add(entry(at=None))
    with pytest.raises(DataError), transaction.atomic():
        rows.add(entry(action="x" * 65))


def test_a_value_that_is_no_plain_value_is_named() -> None:
    with pytest.raises(TypeError, match="object"):
        rows.add(entry(data={"x": object()}))


def test_its_statements_are_seen_by_whoever_counts_them() -> None:
    with CaptureQueriesContext(connection) as asked:
        rows.fetch("SELECT %(n)s::int", {"n": 1})
        rows.add(entry())

    assert [one["sql"].split()[0] for one in asked] == ["SELECT", "INSERT"]
