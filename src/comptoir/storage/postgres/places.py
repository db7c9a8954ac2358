"""Where the files of the embedded server lie.

<data>/pg/                     0700; `desk` below: what the attached processes share
    boot.lock users.lock …     see `locks`
    elsewhere                  only when a service user keeps the home: its path
<home>/                        0700; the same folder, or /var/lib/comptoir/<id>
    <version>/                 PostgreSQL's programs, kept for later upgrades
    cluster/                   the database itself
    run/                       the socket; or else `socket_dir` names a shorter folder
    postgres.log  custom.conf  the log; settings of the administrator
"""

import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from comptoir.storage.postgres.errors import DatabaseUnavailable

PORT = 5432  # only part of the socket's name: nothing listens on the network

_SOCKET_NAME = f".s.PGSQL.{PORT}"
_LONGEST_SOCKET_PATH_BYTES = 107  # sun_path holds 108, the last one a zero
# libpq and PostgreSQL read a comma as a list, and quote blanks and quotation marks differently.
_PLAIN_PATH = re.compile(r"[\w/.+~-]+", re.ASCII)
_UNFIT_FOR_INITDB = re.compile(r'["$`\\\n]')  # it looks for `postgres` through a shell


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one embedded server."""

    desk: Path
    home: Path

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def sockets(self) -> Path:
        """Tell which folder holds the socket, whether it exists or not."""
        inside = self.home / "run"
        if _fits(inside):
            return inside
        try:
            return Path((self.home / "socket_dir").read_text().strip())
        except FileNotFoundError:
            return inside  # not chosen yet, and no server is there either

    @property
    def socket(self) -> Path:
        return self.sockets / _SOCKET_NAME


def places_of(data_dir: Path, *, make: bool = True) -> Places:
    """Tell where the server of this data folder lies, making the folder its users share."""
    desk = data_dir.resolve() / "pg"
    if unfit := _UNFIT_FOR_INITDB.search(str(desk)):
        raise DatabaseUnavailable(
            f"PostgreSQL's programs cannot work in a folder with {unfit[0]!r} in its path "
            f"({str(data_dir)!r}); choose another one."
        )
    if make:
        desk.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return Places(desk=desk, home=Path((desk / "elsewhere").read_text().strip()))
    except FileNotFoundError:
        return Places(desk=desk, home=desk)


def move_home(places: Places, under: Path) -> Places:
    """Give the server a home outside the data folder, and note it for everyone else."""
    home = under / hashlib.sha256(os.fsencode(places.desk)).hexdigest()[:12]
    (places.desk / "elsewhere").write_text(f"{home}\n")
    return Places(desk=places.desk, home=home)


def make_sockets_dir(places: Places) -> Path:
    """Make the folder of the socket, 0700, short enough for a socket's path.

    A folder that someone else could have laid in our way is never used.
    """
    inside = places.home / "run"
    if _fits(inside):
        inside.mkdir(mode=0o700, exist_ok=True)
        return inside
    noted = places.home / "socket_dir"
    if noted.exists() and _is_private_dir(recorded := Path(noted.read_text().strip())):
        return recorded
    short = Path(tempfile.mkdtemp(prefix="comptoir-", dir="/tmp"))
    if not _fits(short):
        raise DatabaseUnavailable(f"The folder {short} is too long for a socket.")
    noted.write_text(f"{short}\n")
    return short


def forget_sockets_dir(places: Places) -> None:
    """Take away the short folder after the server has stopped."""
    noted = places.home / "socket_dir"
    if noted.exists():
        recorded = Path(noted.read_text().strip())
        if _is_private_dir(recorded) and not any(recorded.iterdir()):
            recorded.rmdir()
        noted.unlink()


def _fits(folder: Path) -> bool:
    socket = folder / _SOCKET_NAME
    short = len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH_BYTES
    return short and _PLAIN_PATH.fullmatch(str(socket)) is not None


def _is_private_dir(folder: Path) -> bool:
    """Tell whether the folder is there or can be made, and is nobody else's."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        return (
            stat.S_ISDIR(found.st_mode)
            and found.st_uid == os.geteuid()
            and stat.S_IMODE(found.st_mode) == 0o700
        )
    return True
