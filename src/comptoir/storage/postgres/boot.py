"""Starting the server and waiting until it takes log-ins; the caller holds the boot lock."""

import os
import subprocess
import time

from comptoir.storage.postgres.binaries import Binaries, install_binaries
from comptoir.storage.postgres.children import keep, reap
from comptoir.storage.postgres.cluster import ensure_cluster, write_settings
from comptoir.storage.postgres.errors import DatabaseUnavailable, from_output, from_system
from comptoir.storage.postgres.log import open_log, read_log
from comptoir.storage.postgres.places import Places, forget_sockets_dir, make_sockets_dir
from comptoir.storage.postgres.probe import State, state_of
from comptoir.storage.postgres.processes import processes_of, stop
from comptoir.storage.postgres.runner import Runner, ServiceUser, choose_runner

_PAUSE_SECONDS = 0.02
_ANSWER_SECONDS = 60.0
_RECOVERY_SECONDS = 600.0  # after a crash a large log of changes is replayed before log-ins


def bring_up(places: Places, service: ServiceUser) -> tuple[Places, bool]:
    """Make sure that the server takes log-ins; tells where it lies and whether it was started."""
    try:
        if places.cluster.exists() and _settled(places) is State.ALIVE:
            return places, False
        return _boot(places, service), True
    except OSError as error:
        raise from_system(error) from error


def shut_down(places: Places) -> None:
    """Stop the server, and take away what only a running one needs."""
    stop(places.cluster, places.socket)
    forget_sockets_dir(places)
    reap()


def check(places: Places) -> State:
    """Tell whether the server is alive; raises when it is held, which a new one would not heal."""
    if (state := state_of(places.socket)) is State.SILENT:
        raise DatabaseUnavailable(
            f"The database took the connection but does not answer ({places.socket}); look whether "
            "the machine is overloaded or somebody holds the server."
        )
    return state


def _settled(places: Places) -> State:
    """Wait while the server is on its way up or down."""
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while (state := check(places)) is State.STARTING:
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"The database has been starting for {_RECOVERY_SECONDS / 60:.0f} minutes; "
                f"look into {places.log}."
            )
        time.sleep(_PAUSE_SECONDS)
    return state


def _boot(places: Places, service: ServiceUser) -> Places:
    runner, places = choose_runner(places, service)
    binaries = install_binaries(places, runner)
    ensure_cluster(places, runner, binaries)
    _clear_remains(places)
    sockets = make_sockets_dir(places)
    for made in (sockets, places.home / "socket_dir"):
        if made.exists():
            runner.own(made)
    write_settings(places, runner, sockets)
    _start(places, runner, binaries)
    return places


def _clear_remains(places: Places) -> None:
    """End what a dead main process left: processes of the cluster, then its pid files.

    PostgreSQL believes a pid file whose number is in use by anyone, be it a zombie or a stranger.
    We know better: nobody works in this cluster any more, and the boot lock keeps others out.
    """
    if processes_of(places.cluster):
        stop(places.cluster, places.socket)
    reap()
    lock_file = places.socket.with_name(f"{places.socket.name}.lock")
    for stale in (places.cluster / "postmaster.pid", places.socket, lock_file):
        stale.unlink(missing_ok=True)


def _start(places: Places, runner: Runner, binaries: Binaries) -> None:
    log, said_before = open_log(places.log)
    try:
        runner.own(places.log)
        command = [binaries.program("postgres"), "-D", str(places.cluster)]
        child = runner.start(command, home=places.home, log=log)
    finally:
        os.close(log)
    keep(child)
    try:
        _await_log_ins(places, child, said_before)
    except BaseException:
        stop(places.cluster, places.socket)
        reap()
        raise


def _await_log_ins(places: Places, child: subprocess.Popen[bytes], said_before: int) -> None:
    began = time.monotonic()
    while (state := state_of(places.socket)) is not State.ALIVE:
        if child.poll() is not None:
            output = read_log(places.log, start=said_before)
            raise from_output(output, doing="to start", log=str(places.log))
        patience = _ANSWER_SECONDS if state is State.ABSENT else _RECOVERY_SECONDS
        if time.monotonic() - began > patience:
            raise DatabaseUnavailable(
                f"PostgreSQL has not come up within {patience:.0f} s; look into {places.log}."
            )
        time.sleep(_PAUSE_SECONDS)
