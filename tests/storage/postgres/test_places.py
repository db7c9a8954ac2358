"""Folders a socket's path or a driver's words cannot take."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from comptoir.storage.postgres import DatabaseUnavailable, attach
from comptoir.storage.postgres.places import make_sockets_dir, places_of
from tests.storage.postgres.conftest import StartUser
from tests.storage.postgres.observe import is_stopped, query


@pytest.mark.parametrize(
    "folder",
    ["a-long-name-for-a-folder/" * 6 + "data", "o'hara, maison perrin 100%", "été à Lyon"],
)
def test_awkward_folder_gets_a_short_private_one_for_the_socket(
    empty_dir: Path, start_user: StartUser, folder: str
) -> None:
    data_dir = empty_dir / folder
    with attach(data_dir) as server:
        short = server.socket.parent
        other = start_user(data_dir)

        assert query(server.conninfo, "SELECT 1") == 1
        assert other.answer == server.conninfo
        assert short.parent == Path("/tmp")
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
        assert len(bytes(server.socket)) <= 107
    other.tell("release")

    assert is_stopped(data_dir)
    assert not short.exists()


@pytest.mark.parametrize("name", ['"maison"', "$HOME", "`date`", "two\nlines"])
def test_folder_that_a_shell_would_misread_is_refused(empty_dir: Path, name: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="choose another one") as refusal:
        attach(empty_dir / name)

    assert "\n" not in str(refusal.value)
    assert list(empty_dir.iterdir()) == []


def test_short_folder_that_was_tidied_away_comes_back_under_its_name(empty_dir: Path) -> None:
    """Those who know the old way to the server find it again."""
    with attach(empty_dir / "a long, odd name") as server:
        before = server.conninfo
        shutil.rmtree(server.socket.parent)

        assert server.ensure_alive() is True
        assert server.conninfo == before
        assert query(before, "SELECT 1") == 1


def test_short_folder_that_someone_else_laid_out_is_not_used(empty_dir: Path) -> None:
    (empty_dir / "odd, name").mkdir()
    places = places_of(empty_dir / "odd, name")
    laid_out = empty_dir / "trap"
    laid_out.mkdir(mode=0o777)
    laid_out.chmod(0o777)
    (places.home / "socket_dir").write_text(f"{laid_out}\n")

    chosen = make_sockets_dir(places)

    assert chosen != laid_out
    assert places.sockets == chosen
    chosen.rmdir()


def test_data_folder_reached_by_a_link_is_the_same_server(
    data_dir: Path, start_user: StartUser
) -> None:
    (data_dir.parent / "link").symlink_to(data_dir)

    with attach(data_dir) as server:
        assert start_user(data_dir.parent / "link").answer == server.conninfo
