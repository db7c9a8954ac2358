"""As root, as an ordinary user, without namespaces; and who is let in."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

import comptoir
from comptoir.storage.postgres import DatabaseUnavailable, ServiceUser, attach, erase
from comptoir.storage.postgres.places import places_of
from tests.storage.postgres.conftest import StartUser
from tests.storage.postgres.observe import is_stopped, postmaster, query
from tests.storage.postgres.people import nobody

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become other users")


@pytest.fixture
def plain_user() -> pwd.struct_passwd:
    """A user without rights who can read our sources."""
    user = nobody()
    source = Path(comptoir.__file__)
    if subprocess.run(["cat", source], user=user.pw_uid, capture_output=True).returncode != 0:
        pytest.skip(f"needs sources that other users can read ({source})")
    return user


@pytest.fixture
def without_namespaces(empty_dir: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A system whose `unshare` is refused, as in most containers; gives the search path."""
    tools = empty_dir / "tools"
    tools.mkdir()
    (tools / "unshare").write_text("#!/bin/sh\necho 'Operation not permitted' >&2\nexit 1\n")
    (tools / "unshare").chmod(0o755)
    path = f"{tools}:{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    return path


def _look(*folders: Path) -> list[tuple[int, int, int, int]]:
    found = [folder.stat() for folder in folders]
    return [(entry.st_mode, entry.st_uid, entry.st_gid, entry.st_mtime_ns) for entry in found]


@needs_root
def test_root_touches_no_folder_but_its_own(empty_dir: Path) -> None:
    data_dir = empty_dir / "closed" / "deep" / "data"
    data_dir.mkdir(parents=True)
    (empty_dir / "closed").chmod(0o700)
    (empty_dir / "closed" / "deep").chmod(0o711)
    parents = [data_dir, *data_dir.parents]
    (data_dir / "pg").mkdir()
    before = [entry[:3] for entry in _look(*parents)], _look(*parents[:3])

    with attach(data_dir) as server:
        assert query(server.conninfo, "SELECT 1") == 1

    assert ([entry[:3] for entry in _look(*parents)], _look(*parents[:3])) == before


@needs_root
def test_root_owns_all_files_of_its_database(empty_dir: Path) -> None:
    with attach(empty_dir / "data"):
        owners = {path.lstat().st_uid for path in (empty_dir / "data").rglob("*")}

    assert owners == {0}


def test_server_does_not_run_with_the_rights_of_root(data_dir: Path) -> None:
    with attach(data_dir):
        status = Path(f"/proc/{postmaster(data_dir)}/status").read_text()

        assert "CapEff:\t0000000000000000\n" in status


def test_ordinary_user_runs_it(
    plain_user: pwd.struct_passwd, empty_dir: Path, start_user: StartUser
) -> None:
    os.chown(empty_dir, plain_user.pw_uid, plain_user.pw_gid)
    user = start_user(empty_dir / "data", user=plain_user)
    other = start_user(empty_dir / "data", user=plain_user)

    assert user.answer == f"host={empty_dir}/data/pg/run port=5432 user=comptoir dbname=comptoir"
    assert Path(f"/proc/{postmaster(empty_dir / 'data')}").stat().st_uid == plain_user.pw_uid
    assert query(user.answer, "SELECT current_user") == "comptoir"  # root may look, too
    assert user.tell("release") == "released"
    assert other.tell("ensure_alive") == "False"
    other.tell("release")
    assert is_stopped(empty_dir / "data")


def test_foreign_user_does_not_reach_the_socket(
    plain_user: pwd.struct_passwd, data_dir: Path
) -> None:
    """The folder above is open to all; the database's own is not."""
    data_dir.parent.chmod(0o755)
    data_dir.chmod(0o755)

    with attach(data_dir) as server:
        refusal = _connect_as(plain_user, server.conninfo)

    assert "Permission denied" in refusal


@pytest.mark.parametrize("role", ["comptoir", "postgres"])
def test_foreign_user_is_refused_by_the_server_even_with_open_folders(
    plain_user: pwd.struct_passwd, data_dir: Path, role: str
) -> None:
    """Someone opened the folders by mistake; the kernel still says who is calling."""
    with attach(data_dir) as server:
        for opened in (data_dir.parent, data_dir, data_dir / "pg", server.socket.parent):
            opened.chmod(0o755)
        server.socket.chmod(0o777)

        refusal = _connect_as(plain_user, server.conninfo.replace("user=comptoir", f"user={role}"))

    assert f'Peer authentication failed for user "{role}"' in refusal


def _connect_as(user: pwd.struct_passwd, conninfo: str) -> str:
    """Try to log in as another user; gives what came of it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        try:
            psycopg.connect(conninfo)
            os.write(writer, b"let in")
        except psycopg.OperationalError as refusal:
            os.write(writer, str(refusal).encode())
        os._exit(0)
    os.waitpid(child, 0)
    answer = os.read(reader, 10_000).decode()
    os.close(reader)
    os.close(writer)
    return answer


def test_folder_of_another_user_is_refused_with_its_name(
    plain_user: pwd.struct_passwd, empty_dir: Path, start_user: StartUser
) -> None:
    empty_dir.chmod(0o755)
    (empty_dir / "pg").mkdir(mode=0o755)

    user = start_user(empty_dir, user=plain_user)

    assert user.answer == (
        f"unavailable: {empty_dir}/pg belongs to root; run Comptoir as that user, or give the "
        "folder to nobody with chown -R."
    )


def test_root_runs_a_users_database_as_that_user(
    plain_user: pwd.struct_passwd, empty_dir: Path, start_user: StartUser
) -> None:
    """Once with sudo, and the user can go on afterwards."""
    os.chown(empty_dir, plain_user.pw_uid, plain_user.pw_gid)
    data_dir = empty_dir / "data"
    start_user(data_dir, user=plain_user).tell("release")

    with attach(data_dir) as server:
        assert query(server.conninfo, "SELECT 1") == 1
        assert Path(f"/proc/{postmaster(data_dir)}").stat().st_uid == plain_user.pw_uid
        joined = start_user(data_dir, user=plain_user)
        assert joined.answer == server.conninfo
        joined.tell("release")

    assert {path.lstat().st_uid for path in data_dir.rglob("*")} == {plain_user.pw_uid}
    assert start_user(data_dir, user=plain_user).answer == server.conninfo


@needs_root
def test_root_without_namespaces_uses_the_service_user(
    empty_dir: Path, without_namespaces: str, start_user: StartUser
) -> None:
    data_dir, service = empty_dir / "data", ServiceUser(name="nobody", home=empty_dir / "lib")
    empty_dir.chmod(0o755)
    service.home.mkdir(mode=0o700)  # others already keep secrets there

    with attach(data_dir, service=service) as server:
        cluster = places_of(data_dir).cluster
        assert query(server.conninfo, "SELECT current_user") == "comptoir"
        assert Path(f"/proc/{postmaster(data_dir)}").stat().st_uid == nobody().pw_uid
        assert cluster.is_relative_to(empty_dir / "lib")
        assert stat.S_IMODE(cluster.parent.stat().st_mode) == 0o700
        joined = start_user(data_dir, path=without_namespaces)
        assert joined.answer == server.conninfo
        joined.tell("release")

    assert is_stopped(data_dir)
    assert stat.S_IMODE(service.home.stat().st_mode) == 0o711
    with attach(data_dir, service=service) as server:
        assert query(server.conninfo, "SELECT 1") == 1
    erase(data_dir)
    assert list(service.home.iterdir()) == []


@needs_root
def test_root_without_namespaces_and_service_user_is_told_what_to_do(
    empty_dir: Path, without_namespaces: str
) -> None:
    """A system whose own tool will not make the account (the name is none)."""
    with pytest.raises(DatabaseUnavailable) as refusal:
        attach(empty_dir / "data", service=ServiceUser(name="no such", home=empty_dir / "lib"))

    assert str(refusal.value).startswith(
        "PostgreSQL refuses to run as root, and this system refuses `unshare --user`: run Comptoir "
        "as an ordinary user, or make an account called no such for it"
    )


@needs_root
def test_database_of_a_namespace_is_not_replaced_where_there_is_none(
    data_dir: Path, without_namespaces: str
) -> None:
    assert shutil.which("unshare") == f"{data_dir.parent}/tools/unshare"

    with pytest.raises(DatabaseUnavailable, match="was made by root with `unshare --user`"):
        attach(data_dir)


def test_user_without_a_name_is_helped_or_told(empty_dir: Path, start_user: StartUser) -> None:
    """A container may run us as a bare number; a namespace gives it a name."""
    unnamed = pwd.struct_passwd(("", "x", 54321, 54321, "", "/", "/bin/sh"))
    nobody()
    os.chown(empty_dir, unnamed.pw_uid, unnamed.pw_gid)

    user = start_user(empty_dir / "data", user=unnamed)

    if user.answer.startswith("unavailable:"):
        assert user.answer.startswith("unavailable: User 54321 has no name on this system")
    else:
        assert user.tell("ensure_alive") == "False"
