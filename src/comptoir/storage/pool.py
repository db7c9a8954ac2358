"""The pool of database connections: a thread that waits for somebody else holds none."""

from __future__ import annotations

from django.db import close_old_connections, connection


def give_back() -> None:
    """Give this thread's connection back, unless a transaction is open on it."""
    if not connection.in_atomic_block:
        close_old_connections()
