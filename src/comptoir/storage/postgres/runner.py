"""Who runs PostgreSQL's programs, which refuse to run as root.

an ordinary user        as that user
root, our own folder    as root's own id under another name, in a user namespace
                        (`unshare`; no file changes its owner, no parent its mode)
root, a user's folder   as the user whose database it is
root, no namespaces     as the service user, with a home under /var/lib/comptoir
"""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from comptoir.storage.postgres.errors import DatabaseUnavailable
from comptoir.storage.postgres.places import Places, move_home

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """The account PostgreSQL runs as where root cannot have a namespace; made when missing."""

    name: str = "comptoir"
    home: Path = Path("/var/lib/comptoir")


@dataclass(frozen=True, slots=True)
class Runner:
    """How to start a program of PostgreSQL, and who may then log in.

    `client_names` are the users the server lets in, under the names it sees them by.
    `uid` and `gid` are None when the program keeps those of this process.
    """

    client_names: tuple[str, ...]
    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str], *, home: Path, text: str = "") -> tuple[int, str]:
        """Run a program to its end; gives its exit status and all it said."""
        with self._start(command, home=home, stdin=subprocess.PIPE, out=subprocess.PIPE) as child:
            output, _ = child.communicate(text.encode())
        return child.returncode, output.decode(errors="replace")

    def start(self, command: Sequence[str], *, home: Path, log: int) -> subprocess.Popen[bytes]:
        """Start a program as our child, writing to an open log."""
        return self._start(command, home=home, stdin=subprocess.DEVNULL, out=log)

    def own(self, path: Path) -> None:
        """Give something we made to the user the programs run as."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def _start(
        self, command: Sequence[str], *, home: Path, stdin: int, out: int
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - PostgreSQL's own programs, no shell
            [*self.prefix, *command],
            stdin=stdin,
            stdout=out,
            stderr=out if out >= 0 else subprocess.STDOUT,
            start_new_session=True,  # out of reach of Ctrl-C
            cwd=home,
            # Neither the PG* variables of the person at the keyboard nor their locale.
            env={"PATH": _SYSTEM_PATH, "LC_ALL": "C", "TZ": "UTC"},
            umask=0o077,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )


def choose_runner(places: Places, service: ServiceUser) -> tuple[Runner, Places]:
    """Decide who runs the server, and where its home is; makes the home."""
    euid, owner = os.geteuid(), places.desk.stat().st_uid
    if places.home != places.desk:
        return _as_service_user(places, service), places
    if owner != 0:
        return (_as_owner(places) if euid == 0 else _as_ourselves(places)), places
    if runner := _in_namespace(places):
        return runner, places
    if places.cluster.exists():
        raise DatabaseUnavailable(
            f"{places.cluster} was made by root with `unshare --user`, which is refused here; "
            f"allow it, or give {places.desk} to an ordinary user with chown -R."
        )
    moved = move_home(places, service.home)
    return _as_service_user(moved, service), moved


def claim(desk: Path) -> None:
    """Refuse a folder of another user, and close our own to others."""
    found, euid = desk.stat(), os.geteuid()
    if euid not in (0, found.st_uid):
        raise DatabaseUnavailable(
            f"{desk} belongs to {_called(found.st_uid)}; run Comptoir as that user, or give the "
            f"folder to {_called(euid)} with chown -R."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        desk.chmod(0o700)


def _as_ourselves(places: Places) -> Runner:
    if _name(os.geteuid()):
        return Runner(client_names=_names(os.geteuid()))
    if runner := _in_namespace(places):
        return runner
    raise DatabaseUnavailable(
        f"User {os.geteuid()} has no name on this system, which PostgreSQL insists on; add it to "
        "/etc/passwd, or set COMPTOIR_DATABASE_URL to a server of yours."
    )


def _as_owner(places: Places) -> Runner:
    owner = places.desk.stat()
    return Runner(client_names=_names(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)


def _in_namespace(places: Places) -> Runner | None:
    """Run under another id in a user namespace, if this system lets us and the home stays ours."""
    unshare, mapped = shutil.which("unshare"), _mapped_user()
    if unshare is None or mapped is None:
        return None
    runner = Runner(
        client_names=(mapped.pw_name,),
        prefix=(unshare, "--user", f"--map-user={mapped.pw_uid}", "--"),
    )
    status, _ = runner.run(["test", "-w", str(places.home)], home=places.home)
    return runner if status == 0 else None


def _mapped_user() -> pwd.struct_passwd | None:
    """Choose whose number we wear inside the namespace.

    PostgreSQL looks its name up, so it must have one. Never the overflow user ("nobody"): inside,
    every foreign user of the machine appears as that one.
    """
    overflow = int(Path("/proc/sys/kernel/overflowuid").read_text())
    named = {user.pw_uid: user for user in pwd.getpwall() if user.pw_uid not in (0, overflow)}
    return named.get(1000) or named.get(min(named, default=0))


def _as_service_user(places: Places, service: ServiceUser) -> Runner:
    user = _find_or_make(service)
    _open_way(places.home.parent)
    places.home.mkdir(mode=0o700, exist_ok=True)
    runner = Runner(client_names=_names(user.pw_uid), uid=user.pw_uid, gid=user.pw_gid)
    runner.own(places.home)
    status, _ = runner.run(["test", "-w", str(places.home)], home=Path("/"))
    if status != 0:
        raise DatabaseUnavailable(
            f"User {user.pw_name} cannot reach {places.home}; let others pass through the folders "
            "above it (chmod o+x)."
        )
    return runner


def _open_way(folder: Path) -> None:
    """Make the service's own folder, and let the service user pass through it, not look."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o011 != 0o011:
        folder.chmod(mode | 0o011)


def _find_or_make(service: ServiceUser) -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(service.name)
    useradd = shutil.which("useradd", path=_SYSTEM_PATH)
    advice = (
        "PostgreSQL refuses to run as root, and this system refuses `unshare --user`: run Comptoir "
        f"as an ordinary user, or make an account called {service.name} for it"
    )
    if useradd is None:
        raise DatabaseUnavailable(f"{advice}.")
    command = [useradd, "--system", "--home-dir", str(service.home), "--no-create-home"]
    command += ["--shell", "/usr/sbin/nologin", service.name]
    made = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 - no shell
    if made.returncode != 0:
        raise DatabaseUnavailable(f"{advice} (useradd says: {made.stderr.strip()}).")
    return pwd.getpwnam(service.name)


def _names(uid: int) -> tuple[str, ...]:
    """Name the owner and root, who can read everything anyway (`sudo comptoir check`)."""
    return tuple(name for name in (_name(uid), _name(0)) if name)


def _name(uid: int) -> str | None:
    with suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return None


def _called(uid: int) -> str:
    return _name(uid) or f"user {uid}"
