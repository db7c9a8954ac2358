"""What an onlooker sees of a server: its main process, its rows, whether anything is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from comptoir.storage.postgres.places import places_of
from comptoir.storage.postgres.processes import noted_pid, processes_of


def postmaster(data_dir: Path) -> int:
    """Read the main process's number, which must be running."""
    cluster = places_of(data_dir).cluster
    pid = noted_pid(cluster)
    assert pid in processes_of(cluster)
    assert pid is not None
    return pid


def is_stopped(data_dir: Path) -> bool:
    """Tell whether no process of the server is left."""
    return processes_of(places_of(data_dir).cluster) == []


def query(conninfo: str, statement: str) -> object:
    """Ask for one value."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def execute(conninfo: str, statement: str) -> None:
    """Run a statement and commit it."""
    with psycopg.connect(conninfo) as connection:
        connection.execute(statement.encode())


def becomes_true(condition: Callable[[], bool], *, within_seconds: float = 20) -> bool:
    """Wait for something that another process does in its own time."""
    deadline = time.monotonic() + within_seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
