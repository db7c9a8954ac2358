"""Stopping the server when its last user was killed and could not do it.

At the server's start a tiny shell (no Python in memory) waits in a session of its own for the
last shared claim on `sweep.lock` to vanish; only then this module runs, and stops the server
unless someone has come back. Without the tool `flock` there is no sweeper, and the next process
that attaches finds the server running, and stops it when it leaves.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import comptoir
from comptoir.storage.postgres.boot import shut_down
from comptoir.storage.postgres.children import keep
from comptoir.storage.postgres.locks import Lock, booting
from comptoir.storage.postgres.places import Places, places_of

_SCRIPT = Path(__file__).with_name("sweeper.sh")
_WAIT_SECONDS = 700.0


def start_sweeper(places: Places) -> None:
    """Let someone wait for the end of the server's last user."""
    if not sys.executable or shutil.which("flock") is None:
        return
    Lock(places.desk / "sweeper.lock").close()  # made here, so that its owner is right
    pid_file, data_dir = places.cluster / "postmaster.pid", places.desk.parent
    child = subprocess.Popen(  # noqa: S603 - a fixed script, the paths are arguments
        ["/bin/sh", _SCRIPT, places.desk, pid_file, sys.executable, data_dir],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(Path(comptoir.__file__).parent.parent),
        },
    )
    keep(child)


def sweep(data_dir: Path) -> bool:
    """Stop the server of a data folder; False when someone uses it."""
    places = places_of(data_dir, make=False)
    users = Lock(places.desk / "users.lock")
    try:
        with booting(places.desk, wait_seconds=_WAIT_SECONDS):
            if not users.try_alone():
                return False
            shut_down(places)
            return True
    finally:
        users.close()
