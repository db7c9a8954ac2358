"""Counting what the database is asked, also by statements that go beneath Django."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg


@contextmanager
def every_query() -> Iterator[list[str]]:
    """Collect the statements of this process while the block runs."""
    asked: list[str] = []
    execute: Any = psycopg.Cursor.execute

    def counting(cursor: Any, query: Any, *args: Any, **values: Any) -> Any:
        asked.append(str(query))
        return execute(cursor, query, *args, **values)

    with patch.object(psycopg.Cursor, "execute", counting):
        yield asked
