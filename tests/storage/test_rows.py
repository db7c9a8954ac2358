"""Rows written by SQL of ours are those that Django's own saving would have written."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.models import CharField, DateTimeField, F, IntegerField, JSONField, Model, TextField
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import mark_safe

from comptoir.storage import rows
from comptoir.storage.models import AuditEntry, File
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Fact, Message, Outbox, Ticket
from tests.tickets.conftest import FRIDAY, Desk, desk

__all__ = ["desk"]

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


@pytest.mark.parametrize("put", [rows.add, rows.write])
def test_model_that_json_cannot_hold_is_refused_before_anything_is_stored(
    put: Callable[[Model], object],
) -> None:
    with pytest.raises(TypeError, match="File: content"):
        put(File(sha256="0" * 64, content=b"abc", size_bytes=3, stored_at=NOON))

    assert not File.objects.exists()


def test_row_that_is_gone_is_not_written_in_silence() -> None:
    made = rows.add(entry())
    AuditEntry.objects.all().delete()

    with pytest.raises(DatabaseError, match="storage_auditentry"):
        rows.write(made)


AWKWARD = 'é \U0001f600 "quoted" \\ one\n\ttwo <b> null'
THERE = timezone(timedelta(hours=5, minutes=45))


def filled(field: Any, present: object) -> object:
    """Give a value that is easily changed on its way, of the kind that a field takes."""
    if field.is_relation or field.choices:
        return present
    if isinstance(field, CharField | TextField):
        return AWKWARD[: field.max_length]
    if isinstance(field, JSONField):
        return [AWKWARD] if isinstance(present, list) else {"a": [None, 1.5, True, {AWKWARD: ""}]}
    if isinstance(field, DateTimeField):
        return NOON.astimezone(THERE)
    return 1 if isinstance(field, IntegerField) else present


def stored(model: type[Model], number: object) -> dict[str, object]:
    (row,) = model._default_manager.filter(pk=number).values()
    return {name: value for name, value in row.items() if name != model._meta.pk.attname}


def undone(put: Callable[[], dict[str, object]]) -> dict[str, object]:
    """Give what was stored, and have it stored no more."""
    with transaction.atomic():
        found = put()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("is_full", [True, False], ids=["full", "empty"])
@pytest.mark.parametrize("model", [Ticket, Message, Outbox, Fact])
def test_row_is_the_one_that_django_would_have_stored(
    desk: Desk, model: type[Model], is_full: bool
) -> None:
    ticket = desk.writes()
    reply.send(ticket.pk, "Tomorrow.", by=desk.ines, now=FRIDAY, key="k1")
    if is_full:  # only what is solved has a moment of that
        Ticket.objects.filter(pk=ticket.pk).update(status="solved", solved_at=FRIDAY)
    made = model._default_manager.latest("pk")
    number = made.pk
    for field in model._meta.concrete_fields:
        if field.primary_key or field.unique:
            continue
        if is_full:
            setattr(made, field.attname, filled(field, getattr(made, field.attname)))
        elif field.null:
            setattr(made, field.attname, None)

    def saved() -> dict[str, object]:
        made.save()
        return stored(model, number)

    def written() -> dict[str, object]:
        rows.write(made)
        return stored(model, number)

    def added() -> dict[str, object]:
        twin = copy(made)
        model._default_manager.filter(pk=number).update(**out_of_the_way(model))
        return stored(model, rows.add(twin).pk)

    expected = undone(saved)
    assert undone(written) == expected
    assert undone(added) == expected


def out_of_the_way(model: type[Model]) -> dict[str, object]:
    """Give what makes room for a second row with the same names."""
    others: dict[type[Model], dict[str, object]] = {
        Message: {"external_id": "other"},
        Outbox: {"idempotency_key": "other", "message_id": Message.objects.earliest("pk").pk},
    }
    return others.get(model, {"id": F("id")})
