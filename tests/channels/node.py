"""Node programs that only tests use: installed at their first use into the clone's private folder.

Each is a small `package.json` beside its tests, with exact versions. Where Node, npm or the network
is missing, the tests that need it are skipped and say what to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
INSTALL_SECONDS = 180.0
NODE = shutil.which("node")
NPM = shutil.which("npm")


def installed(package: Path, variable: str) -> Path:
    """Give a `node_modules` that holds what a `package.json` names, installing it if need be.

    `variable` names one of the environment that points at a `node_modules` to use instead. Skips
    the test where there is none to be had.
    """
    found, why_not = _installed(package, os.environ.get(variable, ""))
    if found is None:
        pytest.skip(f"{why_not} (or set {variable} to a node_modules that has it)")
    return found


@cache
def _installed(package: Path, given: str) -> tuple[Path | None, str]:
    """Say where it is, or what is missing; asked once, so that a failure is not waited for again."""
    if NODE is None:
        return None, "needs Node 20 or later (Debian packages nodejs and npm)"
    if given:
        path = Path(given).expanduser().resolve()
        return (path, "") if path.is_dir() else (None, f"{given} is no folder")
    if NPM is None:
        return None, "needs npm (Debian package npm)"
    digest = hashlib.sha256(package.read_bytes()).hexdigest()[:12]
    folder = _private() / f"{package.parent.name}-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another run of the tests may be installing it
        done = folder / "installed"
        if not done.exists():
            shutil.copy(package, folder / "package.json")
            if words := _failure(folder):
                return None, words
            done.touch()
    return folder / "node_modules", ""


def _failure(folder: Path) -> str:
    """Install; give what went wrong, empty for nothing."""
    assert NPM is not None
    command = [NPM, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund",
               "--loglevel=error"]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"npm install did not finish: {type(error).__name__}; is the network there?"
    if done.returncode:
        return f"npm install failed: {done.stderr.strip()[-200:]}; is the network there?"
    return ""


def _private() -> Path:
    """Give the clone's own folder, or the user's where the clone is somebody else's."""
    own = REPOSITORY / ".dev"
    is_ours = own.is_dir() and own.stat().st_uid == os.getuid() and os.access(own, os.W_OK)
    if is_ours or (not own.exists() and os.access(REPOSITORY, os.W_OK)):
        return own / "npm"
    cache_home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache_home) / "comptoir" / "npm"
