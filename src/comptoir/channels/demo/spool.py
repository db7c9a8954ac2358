"""The folder in which the demo's marketplaces keep what we sent: shared by all processes.

    sent/<milliseconds>-<digest of the Message-ID>.json   a reply that was accepted
    tries/<digest of the key>                             how often a reply was handed over
    marks/<digest of the id>-<mark>                       flags set on a mail

Files are written beside their place and moved there, so that nobody reads half of one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from comptoir.channels.kernel.protocol import ChannelError, Outgoing


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply as its marketplace has it."""

    key: str
    message_id: str
    recipient: str
    subject: str
    text: str
    in_reply_to: str
    file_names: tuple[str, ...]
    at: datetime


class Spool:
    """One mailbox's folder. Made when something is first written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self) -> None:
        """Raise `ChannelError` when nothing can be written here."""
        try:
            for name in ("sent", "tries", "marks"):
                (self._folder / name).mkdir(parents=True, exist_ok=True)
            probe = self._folder / "tries" / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            detail = f"{self._folder} cannot be written ({error.strerror})."
            raise ChannelError("unreachable", detail) from error

    def count_try(self, key: str) -> int:
        """Note that a reply is handed over once more, and tell how often that was."""
        path = self._place("tries", _digest(key))
        with path.open("a", encoding="ascii") as file:
            file.write(".")
        return path.stat().st_size

    def keep(self, outgoing: Outgoing, at: datetime) -> Sent:
        """Keep an accepted reply; the same one again is what it was."""
        if found := self.find(outgoing.message_id):
            return found
        sent = Sent(
            key=outgoing.idempotency_key,
            message_id=outgoing.message_id,
            recipient=outgoing.recipient.lower(),
            subject=outgoing.subject,
            text=outgoing.text,
            in_reply_to=outgoing.in_reply_to,
            file_names=tuple(file.name for file in outgoing.files),
            at=at,
        )
        path = self._place("sent", f"{_milliseconds(at):015d}-{_digest(sent.message_id)}.json")
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_text(
            json.dumps({**asdict(sent), "at": at.isoformat()}, ensure_ascii=False),
            encoding="utf-8",
        )
        aside.replace(path)
        return sent

    def find(self, message_id: str) -> Sent | None:
        """Find an accepted reply by its Message-ID."""
        wanted = _digest(message_id.strip("<> "))
        for path in self._sent_paths():
            if path.stem.endswith(wanted):
                return _read(path)
        return None

    def sent_since(self, moment: datetime) -> Iterator[Sent]:
        """Give the replies accepted after a moment, in order."""
        first = _milliseconds(moment)
        for path in sorted(self._sent_paths()):
            if int(path.stem.partition("-")[0]) >= first:
                yield _read(path)

    def mark(self, external_id: str, mark: str) -> None:
        """Note a flag set on a mail."""
        self._place("marks", f"{_digest(external_id)}-{mark}").touch()

    def _sent_paths(self) -> list[Path]:
        folder = self._folder / "sent"
        return list(folder.glob("*.json")) if folder.is_dir() else []

    def _place(self, kind: str, name: str) -> Path:
        path = self._folder / kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _read(path: Path) -> Sent:
    plain = json.loads(path.read_text(encoding="utf-8"))
    plain["at"] = datetime.fromisoformat(plain["at"]).astimezone(UTC)
    plain["file_names"] = tuple(plain["file_names"])
    return Sent(**plain)


def _digest(text: str) -> str:
    return sha256(text.strip("<> ").encode()).hexdigest()[:24]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
