"""File locks, which the kernel takes back from a process however it dies.

boot.lock    held alone by whoever starts, restarts or stops the server
users.lock   shared by every user of the server; who gets it alone is the last one
sweep.lock   shared likewise; the sweeper waits on it for the last user's end
             (on a file of its own, so that its waiting never disturbs the count above)
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comptoir.storage.postgres.errors import DatabaseUnavailable

_PAUSE_SECONDS = 0.02


class Lock:
    """One claim on a lock file; each object counts for itself, also within one process."""

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._fd = os.open(path, flags, 0o600)
        folder = path.parent.stat()
        if os.geteuid() == 0 and os.fstat(self._fd).st_uid != folder.st_uid:
            os.fchown(self._fd, folder.st_uid, folder.st_gid)  # root must not lock the owner out

    def share(self) -> None:
        """Take the lock together with others; waits for one who holds it alone."""
        fcntl.flock(self._fd, fcntl.LOCK_SH)

    def try_alone(self) -> bool:
        """Take the lock alone if nobody else holds it at all."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EINTR):
                return False
            raise
        return True

    def close(self) -> None:
        """Give the lock back; harmless when repeated."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)


@contextmanager
def booting(desk: Path, *, wait_seconds: float) -> Iterator[None]:
    """Be the only one who starts or stops the server."""
    lock = Lock(desk / "boot.lock")
    try:
        deadline = time.monotonic() + wait_seconds
        while not lock.try_alone():
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"Another process has been starting or stopping the database for "
                    f"{wait_seconds:.0f} s; look into {desk / 'postgres.log'} and try again."
                )
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        lock.close()
