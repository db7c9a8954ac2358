"""The server dies, or seems to; every acknowledged commit is found again and nobody is hurt."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from comptoir.storage.postgres import DatabaseUnavailable, attach
from comptoir.storage.postgres.probe import State, state_of
from tests.storage.postgres.conftest import StartUser
from tests.storage.postgres.observe import (
    becomes_true,
    execute,
    is_stopped,
    postmaster,
    query,
)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has nothing to do with the database."""
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


class Writer(threading.Thread):
    """Commits numbers one by one, reconnecting as a web process does; notes what was acknowledged."""

    def __init__(self, conninfo: str, start: int) -> None:
        super().__init__()
        self.conninfo, self.next = conninfo, start
        self.acknowledged: list[int] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            with suppress(psycopg.OperationalError), psycopg.connect(self.conninfo) as connection:
                connection.autocommit = True
                self._write(connection)
            time.sleep(0.01)

    def _write(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        while not self.ended.is_set():
            self.next += 1
            connection.execute("INSERT INTO written VALUES (%s)", [self.next])
            self.acknowledged.append(self.next)


def test_postmaster_killed_under_writes_loses_no_acknowledged_commit(
    data_dir: Path, start_user: StartUser
) -> None:
    """Thrice, and each time another process brings the server back."""
    with attach(data_dir) as server:
        other = start_user(data_dir)
        execute(server.conninfo, "CREATE TABLE written (number bigint PRIMARY KEY)")
        writers = [Writer(server.conninfo, start) for start in (0, 1_000_000, 2_000_000)]
        for writer in writers:
            writer.start()
        for _ in range(3):
            written = [len(writer.acknowledged) for writer in writers]
            assert becomes_true(lambda was=written: _all_wrote_on(writers, was))  # type: ignore[misc]
            os.kill(postmaster(data_dir), signal.SIGKILL)
            assert other.tell("ensure_alive") == "True"
        written = [len(writer.acknowledged) for writer in writers]
        assert becomes_true(lambda: _all_wrote_on(writers, written))
        for writer in writers:
            writer.ended.set()
            writer.join()

        with psycopg.connect(server.conninfo) as connection:
            found = {row[0] for row in connection.execute("SELECT number FROM written")}
        acknowledged = {number for writer in writers for number in writer.acknowledged}
        assert acknowledged - found == set()


def _all_wrote_on(writers: list[Writer], than: list[int]) -> bool:
    return all(len(w.acknowledged) > before + 20 for w, before in zip(writers, than, strict=True))


def test_watching_process_brings_the_server_back_by_itself(
    data_dir: Path, start_user: StartUser
) -> None:
    with attach(data_dir) as server:
        start_user(data_dir, watch=True)
        before = postmaster(data_dir)
        os.kill(before, signal.SIGKILL)

        assert becomes_true(lambda: _answers(server.conninfo), within_seconds=10)
        assert postmaster(data_dir) != before


def test_many_watching_processes_start_it_once(data_dir: Path, start_user: StartUser) -> None:
    with attach(data_dir, watch=True) as server:
        for _ in range(3):
            start_user(data_dir, watch=True)
        log = data_dir / "pg/postgres.log"
        starts = log.read_text().count("starting PostgreSQL")
        os.kill(postmaster(data_dir), signal.SIGKILL)

        assert becomes_true(lambda: _answers(server.conninfo))
        time.sleep(1)
        assert log.read_text().count("starting PostgreSQL") == starts + 1


def test_watch_ends_with_the_release(data_dir: Path) -> None:
    server = attach(data_dir, watch=True)
    time.sleep(0.2)

    server.release()

    assert is_stopped(data_dir)
    assert "postgres-watch" not in [thread.name for thread in threading.enumerate()]


def test_zombie_is_not_taken_for_a_live_server(data_dir: Path, start_user: StartUser) -> None:
    """The dead main process stays in the table, for its parent does not look after it."""
    owner, other = start_user(data_dir), start_user(data_dir)
    dead = postmaster(data_dir)
    os.kill(dead, signal.SIGKILL)
    assert becomes_true(lambda: "Z (zombie)" in Path(f"/proc/{dead}/status").read_text())

    assert other.tell("ensure_alive") == "True"

    assert "Z (zombie)" in Path(f"/proc/{dead}/status").read_text()
    assert query(owner.answer, "SELECT 1") == 1


def test_stale_pid_file_with_the_pid_of_a_stranger(
    data_dir: Path, start_user: StartUser, stranger: subprocess.Popen[bytes]
) -> None:
    """A machine lost power; after its start the old number belongs to someone else."""
    pid_file = data_dir / "pg/cluster/postmaster.pid"
    with attach(data_dir):
        lines = pid_file.read_text().split("\n")
    stale = "\n".join([str(stranger.pid), *lines[1:]])
    pid_file.write_text(stale)
    (data_dir / "pg/run/.s.PGSQL.5432.lock").write_text(stale)
    (data_dir / "pg/run/.s.PGSQL.5432").write_text("")

    user = start_user(data_dir)
    assert query(user.answer, "SELECT 1") == 1
    user.tell("release")

    assert is_stopped(data_dir)
    assert stranger.poll() is None


def test_pid_file_that_lies_while_the_server_runs_hurts_nobody(
    data_dir: Path, stranger: subprocess.Popen[bytes]
) -> None:
    server = attach(data_dir)
    pid_file = data_dir / "pg/cluster/postmaster.pid"
    honest = pid_file.read_text()
    pid_file.write_text(f"{stranger.pid}\n" + honest.split("\n", 1)[1])

    server.release()

    assert is_stopped(data_dir)
    assert stranger.poll() is None


def test_stranger_working_in_our_folder_is_left_alone(data_dir: Path) -> None:
    """An administrator's shell stands in the cluster while the server is started and stopped."""
    shell = subprocess.Popen(["sleep", "600"], cwd=data_dir / "pg/cluster")

    attach(data_dir).release()

    assert shell.poll() is None
    shell.kill()
    shell.wait()


def test_server_of_another_folder_is_left_alone(data_dir: Path, empty_dir: Path) -> None:
    with attach(empty_dir / "other") as other:
        attach(data_dir).release()
        with attach(data_dir) as server:
            os.kill(postmaster(data_dir), signal.SIGKILL)
            server.ensure_alive()

        assert query(other.conninfo, "SELECT 1") == 1


def test_socket_that_was_tidied_away_comes_back(data_dir: Path) -> None:
    with attach(data_dir) as server:
        server.socket.unlink()

        assert server.ensure_alive() is True
        assert query(server.conninfo, "SELECT 1") == 1


def test_worker_process_killed_heals_without_us(data_dir: Path) -> None:
    """PostgreSQL restarts itself inside; we only wait for it."""
    with attach(data_dir) as server:
        before = postmaster(data_dir)
        with psycopg.connect(server.conninfo) as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)

            server.ensure_alive()
            assert becomes_true(lambda: _answers(server.conninfo))
        assert postmaster(data_dir) == before


def test_server_without_a_free_connection_is_alive(data_dir: Path) -> None:
    (data_dir / "pg/custom.conf").write_text("max_connections = 5\n")
    with attach(data_dir) as server:
        busy = [psycopg.connect(server.conninfo) for _ in range(2)]
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.conninfo)

        assert [server.ensure_alive() for _ in range(20)] == [False] * 20
        for connection in busy:
            connection.close()


@pytest.mark.parametrize("last_words", [b"", b"Ecould not fork new process for connection\n\0"])
def test_server_that_takes_the_connection_and_fails_is_not_absent(
    empty_dir: Path, last_words: bytes
) -> None:
    """A main process out of memory says so in the words of an older protocol, or nothing."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(empty_dir / "socket"))
        listening.listen()
        thread = threading.Thread(target=_hang_up_on_callers, args=(listening, last_words))
        thread.start()

        assert state_of(empty_dir / "socket") is State.SILENT
        thread.join()


def _hang_up_on_callers(listening: socket.socket, last_words: bytes) -> None:
    for _ in range(5):
        caller, _address = listening.accept()
        caller.recv(1000)
        caller.sendall(last_words)
        caller.close()


def test_line_of_callers_that_is_full_means_alive(empty_dir: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as first:
        listening.bind(str(empty_dir / "socket"))
        listening.listen(0)
        first.connect(str(empty_dir / "socket"))

        assert state_of(empty_dir / "socket", timeout_seconds=0.2) is State.SILENT


def test_held_server_is_reported_and_not_replaced(data_dir: Path) -> None:
    with attach(data_dir) as server:
        held = postmaster(data_dir)
        os.kill(held, signal.SIGSTOP)
        try:
            with pytest.raises(DatabaseUnavailable, match="somebody holds the server"):
                server.ensure_alive()
        finally:
            os.kill(held, signal.SIGCONT)
        assert postmaster(data_dir) == held
        assert server.ensure_alive() is False


def _answers(conninfo: str) -> bool:
    try:
        return query(conninfo, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False
