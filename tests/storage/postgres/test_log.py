"""One log, turned over at a size, without anything a buyer wrote."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import psycopg

from comptoir.storage.postgres import attach
from comptoir.storage.postgres.log import LARGEST_LOG_BYTES
from tests.storage.postgres.observe import becomes_true

SECRET = "claire.duval.8472@example.org"

_MISHAPS = [
    f"INSERT INTO buyers VALUES ('{SECRET}')",  # breaks the unique constraint
    f"INSERT INTO buyers VALUES (NULL), ('{SECRET} again')",  # breaks NOT NULL
    f"SELECT '{SECRET}'::integer",  # quotes the value in its message
    f"SELECT no_such_column FROM buyers WHERE email = '{SECRET}'",
    f"SELEKT '{SECRET}'",
    f"DO $$ BEGIN RAISE WARNING '{SECRET}'; RAISE LOG 'quiet'; END $$",
]


def test_log_holds_no_statement_and_no_value(data_dir: Path) -> None:
    """Not for refused statements, nor for slow ones, nor when a worker process is killed."""
    log = data_dir / "pg/postgres.log"
    with attach(data_dir) as server:
        with psycopg.connect(server.conninfo, autocommit=True) as connection:
            connection.execute("CREATE TABLE buyers (email text PRIMARY KEY)")
            connection.execute("INSERT INTO buyers VALUES (%s)", [SECRET])
            for mishap in _MISHAPS:
                with suppress(psycopg.Error):
                    connection.execute(mishap.encode())
            with suppress(psycopg.Error):
                connection.execute("INSERT INTO buyers VALUES (%s)", [SECRET])
        with psycopg.connect(server.conninfo) as victim:
            victim.execute(f"SELECT '{SECRET}'".encode())
            os.kill(victim.info.backend_pid, signal.SIGKILL)
            assert becomes_true(lambda: "was terminated by signal 9" in log.read_text())
            with suppress(psycopg.OperationalError):
                victim.close()

    assert "quiet" in log.read_text()
    assert SECRET not in log.read_text()


def test_log_grown_too_large_is_turned_over_while_the_server_runs(data_dir: Path) -> None:
    log = data_dir / "pg/postgres.log"
    with attach(data_dir) as server:
        with log.open("a") as file:
            file.write("x" * LARGEST_LOG_BYTES)
        server.ensure_alive()
        emptied = log.stat().st_size

        assert emptied == 0
        assert log.with_name("postgres.log.1").stat().st_size > LARGEST_LOG_BYTES
    assert log.read_text().startswith("2")  # the server writes on from the beginning
    assert "database system is shut down" in log.read_text()
