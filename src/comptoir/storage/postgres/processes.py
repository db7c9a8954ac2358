"""The processes of one cluster, found by what they are and never by a remembered number.

A process is ours when it runs a program called `postgres` and works in the cluster's folder (every
PostgreSQL process does). Signals go through a pidfd opened before that check, so that a number
which changes its owner in between cannot lead them astray. A zombie has neither program nor
folder, so it is not taken for a server.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from comptoir.storage.postgres.errors import DatabaseUnavailable
from comptoir.storage.postgres.probe import State, peer_pid, state_of

_PAUSE_SECONDS = 0.02
_RECOVERY_SECONDS = 30.0
_FAST_STOP_SECONDS = 30.0
_IMMEDIATE_STOP_SECONDS = 10.0


def processes_of(cluster: Path) -> list[int]:
    """List the pids of every process of this cluster."""
    try:
        folder = cluster.stat()
    except FileNotFoundError:
        return []
    pids = (int(entry.name) for entry in os.scandir("/proc") if entry.name.isdecimal())
    return [pid for pid in pids if _works_in(pid, folder)]


def postmaster_of(cluster: Path, socket: Path) -> int | None:
    """Find the cluster's main process: who listens on the socket, else who the pid file names.

    Either way it is believed only after a look at the process itself.
    """
    ours = processes_of(cluster)
    for pid in (peer_pid(socket), noted_pid(cluster)):
        if pid is not None and pid in ours:
            return pid
    return None


def noted_pid(cluster: Path) -> int | None:
    """Read the pid file, which may well be stale."""
    try:
        return int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def stop(cluster: Path, socket: Path) -> None:
    """Stop the server and every process it may have left, and wait until all are gone.

    Fast shutdown first: transactions are rolled back, everything committed is on disk anyway.
    """
    if (postmaster := postmaster_of(cluster, socket)) is not None:
        _await_recovery(socket)
        _signal(postmaster, signal.SIGINT, cluster)
        if _all_gone(cluster, within_seconds=_FAST_STOP_SECONDS):
            return
    for emphasis in (signal.SIGQUIT, signal.SIGKILL):
        left = processes_of(cluster)
        for pid in left:
            _signal(pid, emphasis, cluster)
        if _all_gone(cluster, within_seconds=_IMMEDIATE_STOP_SECONDS):
            return
    raise DatabaseUnavailable(
        f"PostgreSQL processes {processes_of(cluster)} cannot be stopped; the disk may hang."
    )


def _await_recovery(socket: Path) -> None:
    """Let a server finish that restarts itself after a crash inside.

    PostgreSQL 18 forgets a fast shutdown that it is told of in these few moments.
    """
    deadline = time.monotonic() + _RECOVERY_SECONDS
    with suppress(DatabaseUnavailable):  # a server that refuses us may still be stopped
        while state_of(socket) is State.STARTING and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)


def _works_in(pid: int, folder: os.stat_result) -> bool:
    try:
        program = Path(f"/proc/{pid}/exe").readlink()
        works_in = Path(f"/proc/{pid}/cwd").stat()
    except OSError:  # gone, a zombie, or another user's
        return False
    is_postgres = program.name.removesuffix(" (deleted)") == "postgres"
    return is_postgres and (works_in.st_dev, works_in.st_ino) == (folder.st_dev, folder.st_ino)


def _signal(pid: int, number: signal.Signals, cluster: Path) -> None:
    with suppress(ProcessLookupError, FileNotFoundError):
        handle = os.pidfd_open(pid)
        try:
            if _works_in(pid, cluster.stat()):
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)


def _all_gone(cluster: Path, *, within_seconds: float) -> bool:
    deadline = time.monotonic() + within_seconds
    while processes_of(cluster):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True
