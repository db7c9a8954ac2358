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

# One sweeper a server: a second one waits a moment for the first to leave, then gives up.
# A server that was stopped in good order has no pid file.
_SCRIPT = """
desk=$1 pid_file=$2 python=$3 sweep=$4 data=$5
exec 9>>"$desk/sweeper.lock"
flock -w 10 9 || exit 0
while flock "$desk/sweep.lock" true; do
    [ -e "$pid_file" ] || exit 0
    "$python" -c "$sweep" "$data"
    [ $? -eq 3 ] || exit 0
done
"""
_SWEEP = """
import pathlib, sys
from comptoir.storage.postgres.sweeper import sweep
sys.exit(0 if sweep(pathlib.Path(sys.argv[1])) else 3)
"""
_WAIT_SECONDS = 700.0


def start_sweeper(places: Places) -> None:
    """Let someone wait for the end of the server's last user."""
    if not sys.executable or shutil.which("flock") is None:
        return
    Lock(places.desk / "sweeper.lock").close()  # made here, so that its owner is right
    command = ["/bin/sh", "-c", _SCRIPT, "sweeper", places.desk, places.cluster / "postmaster.pid"]
    child = subprocess.Popen(  # noqa: S603 - a fixed script, the paths are arguments
        [*command, sys.executable, _SWEEP, places.desk.parent],
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
