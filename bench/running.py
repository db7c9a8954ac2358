"""A whole desk running in processes of its own, and somebody logged in to it."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY_SECONDS = 90


@contextmanager
def running(folder: Path, port: int, *, demo: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """Start `comptoir serve` on a folder, wait for its first page, and stop it at the end."""
    environ = {**os.environ, "COMPTOIR_DATA_DIR": str(folder), "COMPTOIR_LOG_LEVEL": "ERROR"}
    for name in ("COMPTOIR_CONNINFO", "COMPTOIR_URL"):
        environ.pop(name, None)
    command = [sys.executable, "-m", "comptoir", "demo" if demo else "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        wait_for_page(port)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for_page(port: int) -> None:
    """Return when the pages answer."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            client.request("GET", "/health/ready")
            if client.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise TimeoutError("the desk did not answer")


def session_of(email: str) -> str:
    """Make a session for a person straight in the database, and give its cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from comptoir.merchant.models import Person

    person = Person.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def children(pid: int) -> list[int]:
    """Give a process and everything below it."""
    found = [pid]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += children(int(stat.parent.name))
    return found


def memory_mb(pid: int) -> float:
    """Give the proportional memory (PSS) of one process, in MB."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    line = next((row for row in rollup.splitlines() if row.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) / 1024
