"""Real servers in folders of their own, and the other processes that use them."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comptoir.storage.postgres import Server, attach
from comptoir.storage.postgres.processes import processes_of
from tests.storage.postgres.people import OtherProcess

StartUser = Callable[..., OtherProcess]
Running = tuple[Path, Server]


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """A data folder whose database was made once and stopped: copying it is quicker."""
    with tempfile.TemporaryDirectory(prefix="ct-") as folder:
        attach(Path(folder) / "data").release()
        yield Path(folder) / "data"


@pytest.fixture
def empty_dir() -> Iterator[Path]:
    """A folder with a path short enough for a socket; servers left in it are killed."""
    folder = Path(tempfile.mkdtemp(prefix="ct-", dir="/tmp"))
    yield folder
    for cluster in folder.rglob("cluster"):
        for pid in processes_of(cluster):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data_dir(empty_dir: Path, prepared: Path) -> Path:
    """A data folder with a database in it, not running."""
    shutil.copytree(prepared, empty_dir / "data", copy_function=_copy)
    return empty_dir / "data"


def _copy(source: str, target: str) -> None:
    """Copy the database, but link the programs, which nobody changes."""
    if "/pg/cluster/" in source or Path(source).parent.name == "pg":
        shutil.copy2(source, target)
    else:
        os.link(source, target)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A running server for tests that only look at it, and its data folder."""
    with (
        tempfile.TemporaryDirectory(prefix="ct-", dir="/tmp") as folder,
        attach(Path(folder)) as server,
    ):
        yield Path(folder), server


@pytest.fixture
def start_user() -> Iterator[StartUser]:
    """Start other processes that attach to a data folder; they are killed at the end."""
    started: list[OtherProcess] = []

    def start(data_dir: Path, **how: object) -> OtherProcess:
        started.append(OtherProcess(data_dir, **how))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for process in started:
        process.kill()
