"""The server's log: one file, turned over at a size, the one before kept as `.1`.

PostgreSQL appends to it through a handle it got from us, so turning over means copying and then
emptying; a line written in between may be lost, which a log may afford.
"""

import os
import shutil
from pathlib import Path

LARGEST_LOG_BYTES = 5_000_000

_TAIL_BYTES = 20_000


def open_log(path: Path) -> tuple[int, int]:
    """Open the log for appending; gives the handle and how long the log was."""
    turn_over(path)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    return handle, os.fstat(handle).st_size


def turn_over(path: Path) -> None:
    """Put a log aside that has grown too large."""
    if path.exists() and path.stat().st_size > LARGEST_LOG_BYTES:
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)


def read_log(path: Path, *, start: int) -> str:
    """Read the last lines that were written after a position."""
    with path.open("rb") as log:
        log.seek(max(start, path.stat().st_size - _TAIL_BYTES))
        return log.read().decode(errors="replace")
