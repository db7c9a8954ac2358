"""Many users, one server; the last one out stops it, however the others left."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import psycopg
import pytest

from comptoir.storage.postgres import DatabaseUnavailable, Server, attach, erase
from tests.storage.postgres.conftest import StartUser
from tests.storage.postgres.observe import (
    becomes_true,
    execute,
    is_stopped,
    postmaster,
    query,
)


def test_second_process_attaches_to_the_same_server(data_dir: Path, start_user: StartUser) -> None:
    with attach(data_dir) as server:
        before = postmaster(data_dir)
        other = start_user(data_dir)

        assert other.answer == server.conninfo
        assert postmaster(data_dir) == before


def test_last_one_out_stops_the_server(data_dir: Path, start_user: StartUser) -> None:
    server = attach(data_dir)
    other = start_user(data_dir)

    server.release()
    assert query(other.answer, "SELECT 1") == 1  # still in use
    assert other.tell("release") == "released"

    assert is_stopped(data_dir)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.conninfo)


def test_server_stops_although_connections_are_open(data_dir: Path) -> None:
    server = attach(data_dir)
    with psycopg.connect(server.conninfo) as idle, psycopg.connect(server.conninfo) as writing:
        writing.execute("CREATE TABLE unfinished (id int)")

        server.release()

        assert is_stopped(data_dir)
        idle.close()
        writing.close()


def test_process_that_forgets_to_release_stops_the_server_at_its_end(
    data_dir: Path, start_user: StartUser
) -> None:
    user = start_user(data_dir)

    assert user.tell("exit") == "0"

    assert is_stopped(data_dir)


def test_release_twice_is_harmless(data_dir: Path) -> None:
    server = attach(data_dir)
    other = attach(data_dir)

    server.release()
    server.release()

    assert query(other.conninfo, "SELECT 1") == 1
    other.release()
    assert is_stopped(data_dir)


def test_released_server_says_that_it_was_released(data_dir: Path) -> None:
    server = attach(data_dir)
    server.release()

    with pytest.raises(DatabaseUnavailable, match="attach again"):
        server.ensure_alive()


def test_attaching_in_many_threads_starts_one_server(data_dir: Path) -> None:
    servers: list[Server] = []
    threads = [threading.Thread(target=lambda: servers.append(attach(data_dir))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    starts = (data_dir / "pg/postgres.log").read_text().count("starting PostgreSQL")
    assert len({server.conninfo for server in servers}) == 1
    assert len(servers) == 8
    assert starts == 2  # the folder was started once when it was prepared
    for server in servers[1:]:
        server.release()
    assert query(servers[0].conninfo, "SELECT 1") == 1
    servers[0].release()
    assert is_stopped(data_dir)


def test_processes_that_start_together_make_one_database(
    empty_dir: Path, start_user: StartUser
) -> None:
    data_dir = empty_dir / "data"
    users = [start_user(data_dir, wait=False) for _ in range(4)]

    assert len({user.hear() for user in users}) == 1
    for user in users:
        user.tell("release")
    assert (data_dir / "pg/postgres.log").read_text().count("starting PostgreSQL") == 1
    assert is_stopped(data_dir)


def test_fork_that_releases_leaves_the_server_to_its_parent(data_dir: Path) -> None:
    with attach(data_dir) as server:
        child = os.fork()
        if child == 0:
            server.release()
            os._exit(0)
        os.waitpid(child, 0)

        assert query(server.conninfo, "SELECT 1") == 1


def test_owner_killed_others_go_on_and_the_last_one_stops_it(
    data_dir: Path, start_user: StartUser
) -> None:
    owner = start_user(data_dir)
    other, last = start_user(data_dir), start_user(data_dir)
    before = postmaster(data_dir)

    owner.kill()

    execute(other.answer, "CREATE TABLE notes AS SELECT 1 AS id")
    assert other.tell("ensure_alive") == "False"
    assert postmaster(data_dir) == before
    other.tell("release")
    assert query(last.answer, "SELECT id FROM notes") == 1
    last.tell("release")
    assert is_stopped(data_dir)


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_only_user_killed_leaves_no_server_behind(
    data_dir: Path, start_user: StartUser, blow: signal.Signals
) -> None:
    user = start_user(data_dir)
    execute(user.answer, "CREATE TABLE notes AS SELECT 1 AS id")

    user.process.send_signal(blow)

    assert becomes_true(lambda: is_stopped(data_dir))
    with attach(data_dir) as server:
        assert query(server.conninfo, "SELECT id FROM notes") == 1


def test_server_without_user_and_sweeper_is_joined_and_stopped(
    data_dir: Path, start_user: StartUser
) -> None:
    """As after a killing of everything but PostgreSQL itself."""
    user = start_user(data_dir)
    before = postmaster(data_dir)
    for sweeper in _children_named("sh", of=user.pid):
        os.kill(sweeper, signal.SIGKILL)
    user.kill()

    with attach(data_dir) as server:
        assert query(server.conninfo, "SELECT 1") == 1
        assert postmaster(data_dir) == before

    assert is_stopped(data_dir)


def test_database_in_use_is_not_erased(data_dir: Path, start_user: StartUser) -> None:
    user = start_user(data_dir)

    with pytest.raises(DatabaseUnavailable, match="is in use; stop what uses it first"):
        erase(data_dir)

    assert query(user.answer, "SELECT 1") == 1


def test_database_erased_starts_over(data_dir: Path) -> None:
    with attach(data_dir) as server:
        execute(server.conninfo, "CREATE TABLE notes AS SELECT 1 AS id")

    erase(data_dir)

    with attach(data_dir) as server:
        assert query(server.conninfo, "SELECT to_regclass('notes')") is None


def test_erasing_where_nothing_is_makes_nothing(empty_dir: Path) -> None:
    erase(empty_dir / "data")

    assert list(empty_dir.iterdir()) == []


def _children_named(name: str, *, of: int) -> list[int]:
    children = Path(f"/proc/{of}/task/{of}/children").read_text().split()
    found = [int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text() == f"{name}\n"]
    assert found != []
    return found
