"""Which database: the embedded server, or the one `COMPTOIR_DATABASE_URL` names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol
from urllib.parse import urlsplit

from comptoir.storage.postgres.errors import DatabaseUnavailable
from comptoir.storage.postgres.server import attach

VARIABLE = "COMPTOIR_DATABASE_URL"


class Database(Protocol):
    """What a process holds while it uses the database, wherever that is."""

    @property
    def conninfo(self) -> str: ...
    def ensure_alive(self) -> bool: ...
    def release(self) -> None: ...
    def __enter__(self) -> "Database": ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class External:
    """A server that someone else looks after: nothing is started, watched or stopped."""

    conninfo: str

    def ensure_alive(self) -> bool:
        return False

    def release(self) -> None:
        return None

    def __enter__(self) -> "External":
        return self

    def __exit__(self, *_: object) -> None:
        return None


def open_database(environ: Mapping[str, str], data_dir: Path, *, watch: bool = False) -> Database:
    """Hold the database this process is to use; the embedded server is started if need be."""
    url = environ.get(VARIABLE, "").strip()
    if not url:
        return attach(data_dir, watch=watch)
    _check(url)
    return External(url)


def _check(url: str) -> None:
    """Refuse what is no PostgreSQL address, without repeating it: it may hold a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise DatabaseUnavailable(
            f"{VARIABLE} must look like postgresql://user:password@host:5432/name."
        )
