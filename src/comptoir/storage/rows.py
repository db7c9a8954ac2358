"""Rows of models by SQL of ours, for the pages and verbs that are used all day.

Statements are prepared on the server and answers come in binary: a third of the time that the same
question takes through the query compiler. What comes back are ordinary instances. A row to be written
goes as one JSON value, so that its statement is the same whichever of its fields are empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import msgspec
from django.db import DatabaseError, connection
from django.db.models import BinaryField, FloatField, Model
from psycopg import Cursor

M = TypeVar("M", bound=Model)

Part = tuple[type[Model], str]
"""A model and the alias of its table in the statement."""
LOST_IN_JSON = (BinaryField, FloatField)
"""Fields whose values would be changed in silence: bytes become base64, NaN becomes null."""


@cache
def columns(model: type[Model], alias: str, without: frozenset[str] = frozenset()) -> str:
    """Give a model's columns for a SELECT, in the order that `made` reads them."""
    return ", ".join(
        f'{alias}."{field.column}"'
        for field in model._meta.concrete_fields
        if field.attname not in without
    )


@cache
def _names(model: type[Model], without: frozenset[str] = frozenset()) -> tuple[str, ...]:
    fields = model._meta.concrete_fields
    return tuple(field.attname for field in fields if field.attname not in without)


def read(
    model: type[M],
    tail: str,
    values: Mapping[str, Any],
    *,
    without: frozenset[str] = frozenset(),
) -> list[M]:
    """Read instances; `tail` is what follows the table, whose alias is `t`, in the statement.

    Columns named in `without` are left out, and read when somebody asks for them.
    """
    table = model._meta.db_table
    names = _names(model, without)
    found = fetch(f"SELECT {columns(model, 't', without)} FROM {table} t {tail}", values)  # noqa: S608 - names of our tables
    return [model.from_db("default", names, row) for row in found]


def read_together(
    parts: Sequence[Part], tail: str, values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Read instances of several models at once; one that an outer join did not find is None."""
    listed = ", ".join(columns(model, alias) for model, alias in parts)
    return [_cut(parts, row) for row in fetch(f"SELECT {listed} {tail}", values)]


def _cut(parts: Sequence[Part], row: tuple[Any, ...]) -> tuple[Any, ...]:
    made, start = [], 0
    for model, _ in parts:
        names = _names(model)
        piece = row[start : start + len(names)]
        start += len(names)
        key = names.index(model._meta.pk.attname)
        made.append(None if piece[key] is None else model.from_db("default", names, piece))
    return tuple(made)


def fetch(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Ask for rows of any shape; the statement is planned once a connection."""
    with _asking(sql) as cursor:
        cursor.execute(sql, values, prepare=True, binary=True)
        return cursor.fetchall()


def run(sql: str, values: Mapping[str, Any]) -> int:
    """Carry out a statement that gives nothing back; tell how many rows it touched."""
    with _asking(sql) as cursor:
        cursor.execute(sql, values, prepare=True)
        return cursor.rowcount


@contextmanager
def _asking(sql: str) -> Iterator[Cursor[tuple[Any, ...]]]:
    """Open a cursor of the driver's own, and tell whoever counts the statements of Django's."""
    connection.ensure_connection()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": ""})
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        yield cursor


def add(instance: M) -> M:
    """Store a new instance and give it its number; its fields must be plain values and moments.

    Raises `TypeError` for a model with fields that JSON cannot hold (see `LOST_IN_JSON`).
    """
    fields = [field for field in instance._meta.concrete_fields if not field.primary_key]
    (row,) = fetch(_adding(type(instance)), {"row": _as_row(instance, fields)})
    instance.pk = row[0]
    instance._state.adding, instance._state.db = False, "default"
    return instance


def write(instance: Model) -> None:
    """Store every field of an instance that stands in its table already.

    Raises `DatabaseError` where it stands there no more, and `TypeError` as `add` does.
    """
    fields = [field for field in instance._meta.concrete_fields if not field.primary_key]
    values = {"row": _as_row(instance, fields), "pk": instance.pk}
    if run(_writing(type(instance)), values) != 1:
        raise DatabaseError(f"no row of {instance._meta.db_table} has the key {instance.pk!r}")


def _as_row(instance: Model, fields: Sequence[Any]) -> str:
    row = {field.column: getattr(instance, field.attname) for field in fields}
    return msgspec.json.encode(row, enc_hook=_plain).decode()


def _plain(value: object) -> str:
    """Write text of a class of its own, such as what is safe for a page, as text."""
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"rows cannot store {value!r}")


@cache
def _adding(model: type[Model]) -> str:
    table, names = model._meta.db_table, _columns_but_key(model)
    key = model._meta.pk.column
    return f"""INSERT INTO {table} ({names})
        SELECT {names} FROM json_populate_record(NULL::{table}, %(row)s) RETURNING {key}"""  # noqa: S608 - names of our tables


@cache
def _writing(model: type[Model]) -> str:
    table, names = model._meta.db_table, _columns_but_key(model)
    key = model._meta.pk.column
    return f"""UPDATE {table} SET ({names}) =
        (SELECT {names} FROM json_populate_record(NULL::{table}, %(row)s)) WHERE {key} = %(pk)s"""  # noqa: S608 - names of our tables


def _columns_but_key(model: type[Model]) -> str:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    if lost := [field.name for field in fields if isinstance(field, LOST_IN_JSON)]:
        raise TypeError(f"rows cannot store {model.__name__}: {', '.join(lost)}")
    return ", ".join(f'"{field.column}"' for field in fields)
