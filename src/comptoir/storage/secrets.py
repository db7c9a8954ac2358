"""Credentials at rest: encrypted with a master key that is not in the database.

The key comes from `COMPTOIR_MASTER_KEY`, else from `master.key` (mode 0600) in the data folder,
which is written at the first start. Several keys separated by commas: the first encrypts, all
decrypt, so that a key can be changed without losing anything.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SecretsUnreadable(Exception):  # noqa: N818 - it names a state, like our other domain errors
    """Say that the master key does not fit what is stored, and what to do."""


def master_keys(data_dir: Path, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Give the keys of this installation, first the one that encrypts; write one if none exists."""
    if given := environ.get("COMPTOIR_MASTER_KEY", ""):
        return tuple(key.strip() for key in given.split(",") if key.strip())
    path = data_dir / "master.key"
    if not path.exists():
        _write_key(path)
    return tuple(line for line in path.read_text().split() if line)


def seal(values: Mapping[str, Any], keys: tuple[str, ...]) -> bytes:
    """Encrypt credentials."""
    return _cipher(keys).encrypt(json.dumps(dict(values)).encode())


def unseal(sealed: bytes, keys: tuple[str, ...]) -> dict[str, Any]:
    """Decrypt credentials; an empty value means none were stored."""
    if not sealed:
        return {}
    try:
        values: dict[str, Any] = json.loads(_cipher(keys).decrypt(bytes(sealed)))
    except InvalidToken:
        raise SecretsUnreadable(
            "Stored credentials do not fit the master key. Set COMPTOIR_MASTER_KEY, or put back "
            "the master.key file this database was used with."
        ) from None
    return values


def rotate(sealed: bytes, keys: tuple[str, ...]) -> bytes:
    """Encrypt again under the first key."""
    return _cipher(keys).rotate(bytes(sealed)) if sealed else sealed


def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise SecretsUnreadable(
            "COMPTOIR_MASTER_KEY is not a key. Make one with: comptoir check --new-key"
        ) from None


def _write_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
    try:
        path.hardlink_to(part)
    except FileExistsError:
        pass  # another process was first; its key holds
    finally:
        part.unlink()
