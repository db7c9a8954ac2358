"""What somebody wrote and how it is to leave: the values that a reply is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from comptoir.channels.mail.files import clean_name, real_type
from comptoir.storage.files import keep
from comptoir.tickets.models import Message, MessageFile

Then = Literal["waiting_on_buyer", "solved", "open"]
"""What the ticket becomes once the channel took the reply."""
Party = Literal["buyer", "operator", "both"]

PARTIES: tuple[Party, ...] = get_args(Party)


@dataclass(frozen=True, slots=True)
class How:
    """What a writer chose besides the words.

    `is_holding` says "we are on it" and counts as no answer. `send_at` sends later; `promise_at` is
    the moment by which the text promises another answer. `templates` are the ids of the templates
    it was written with, each with the language used.
    """

    then: Then = "waiting_on_buyer"
    to: Party = "buyer"
    is_holding: bool = False
    send_at: datetime | None = None
    promise_at: datetime | None = None
    templates: tuple[tuple[int, str], ...] = ()

    def as_choices(self) -> dict[str, Any]:
        """Write it down for a draft."""
        return {
            "then": self.then,
            "to": self.to,
            "holding": self.is_holding,
            "send_at": self.send_at.isoformat() if self.send_at else "",
            "promise_at": self.promise_at.isoformat() if self.promise_at else "",
            "templates": [list(used) for used in self.templates],
        }

    @classmethod
    def of_choices(cls, choices: Mapping[str, Any]) -> How:
        """Read what a draft holds."""
        return cls(
            then=choices.get("then") or "waiting_on_buyer",
            to=choices.get("to") or "buyer",
            is_holding=bool(choices.get("holding")),
            send_at=_moment(choices.get("send_at")),
            promise_at=_moment(choices.get("promise_at")),
            templates=tuple((int(n), str(lang)) for n, lang in choices.get("templates", ())),
        )


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that leaves with a reply, as it was handed over."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is stored already, under the name it shall bear."""

    name: str
    content_type: str
    sha256: str
    size_bytes: int


def kept(files: Sequence[NewFile | KeptFile], *, now: datetime) -> list[KeptFile]:
    """Store what is not stored yet, under names that are safe to show and to save."""
    return [
        file if isinstance(file, KeptFile) else _kept(file, number, now=now)
        for number, file in enumerate(files, start=1)
    ]


def keep_files(message: Message, files: Sequence[NewFile | KeptFile], *, now: datetime) -> None:
    """Store the files of a message of ours, in their order."""
    for position, file in enumerate(kept(files, now=now)):
        MessageFile.objects.create(
            message=message,
            file_id=file.sha256,
            name=file.name,
            content_type=file.content_type,
            position=position,
        )


def _kept(file: NewFile, number: int, *, now: datetime) -> KeptFile:
    return KeptFile(
        name=clean_name(file.name, file.content_type, number),
        content_type=real_type(file.content, file.content_type or "application/octet-stream"),
        sha256=keep(file.content, now=now).sha256,
        size_bytes=len(file.content),
    )


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
