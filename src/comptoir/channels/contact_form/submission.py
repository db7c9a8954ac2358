"""What somebody typed into a form, as a value: cleaned, judged field by field, written as an item."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from comptoir.channels.kernel.protocol import RawItem

TEXT_CHARS_MAX, NAME_CHARS_MAX, EMAIL_CHARS_MAX, ORDER_CHARS_MAX = 10_000, 120, 254, 60
FILES_MAX, FILES_BYTES_MAX = 5, 15 * 1024 * 1024
FILE_TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
    ".webp": "image/webp", ".heic": "image/heic", ".pdf": "application/pdf",
    ".txt": "text/plain", ".mp4": "video/mp4", ".mov": "video/quicktime",
}  # fmt: skip
"""What buyers send: pictures of the parcel, invoices. The ending alone says what a file is taken for."""
ADDRESS = re.compile(
    r'[^\s<>()\[\],;:\\"@]{1,64}@[^\s<>()\[\],;:\\"@._-][^\s<>()\[\],;:\\"@]*\.[^\s<>()\[\],;:\\"@.]{2,}'
)

FileIn = tuple[str, bytes]
"""Name and content."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One message as it was typed. `thread` is empty for a first one."""

    name: str = ""
    email: str = ""
    order_number: str = ""
    text: str = ""
    language: str = "en"
    subject: str = ""
    files: tuple[FileIn, ...] = field(default=(), repr=False)
    thread: str = ""
    order_is_matched: bool = False

    @classmethod
    def of(cls, values: Mapping[str, str], files: Sequence[FileIn], *, language: str) -> Submission:
        """Clean what came: nothing invisible stays, one-line fields are one line."""
        return cls(
            name=one_line(values.get("name", "")),
            email=one_line(values.get("email", "")),
            order_number=one_line(values.get("order_number", "")).lstrip("#").strip(),
            text=_printable(values.get("message", "").replace("\r\n", "\n"), "\n\t").strip(),
            language=language,
            files=tuple((_file_name(name), content) for name, content in files if name),
        )

    def problems(self, *, takes_files: bool = True) -> dict[str, str]:
        """Say by field what is wrong, in codes that wordings know; empty when it can be taken."""
        found = {}
        if len(self.name) > NAME_CHARS_MAX:
            found["name"] = "name_long"
        if len(self.email) > EMAIL_CHARS_MAX or not ADDRESS.fullmatch(self.email):
            found["email"] = "email_wrong" if self.email else "email_missing"
        if len(self.order_number) > ORDER_CHARS_MAX:
            found["order_number"] = "order_long"
        if not self.text:
            found["message"] = "message_missing"
        elif len(self.text) > TEXT_CHARS_MAX:
            found["message"] = "message_long"
        if code := self._wrong_files(takes_files):
            found["files"] = code
        return found

    def _wrong_files(self, takes_files: bool) -> str:
        if not self.files:
            return ""
        if not takes_files or any(type_of(name) is None for name, _ in self.files):
            return "file_type"
        if len(self.files) > FILES_MAX:
            return "files_many"
        return "files_large" if sum(len(x) for _, x in self.files) > FILES_BYTES_MAX else ""

    def digest(self) -> str:
        """Tell one message from another that came with the same form."""
        told = [self.name, self.email, self.order_number, self.text, *(x for x, _ in self.files)]
        made = hashlib.sha256(json.dumps(told).encode())
        for _name, content in self.files:
            made.update(content)
        return made.hexdigest()[:12]

    def items(self, number: str, *, now: datetime) -> tuple[RawItem, ...]:
        """Write the message and its files as raw items; the files first, since it names them."""
        identity = f"form/{number}"
        made = [
            RawItem(
                f"{identity}/{position}", content, type_of(name) or "application/octet-stream",
                now, {"is_file": True},
            )
            for position, (name, content) in enumerate(self.files, 1)
        ]  # fmt: skip
        told: dict[str, Any] = {
            "id": number, "thread": self.thread or number, "at": now.astimezone(UTC).isoformat(), "name": self.name,
            "email": self.email, "order_number": self.order_number,
            "order_is_matched": self.order_is_matched, "text": self.text,
            "language": self.language, "subject": self.subject,
            "files": [
                {"name": name, "type": file.content_type, "item": file.external_id}
                for (name, _), file in zip(self.files, made, strict=True)
            ],
        }  # fmt: skip
        body = json.dumps(told, ensure_ascii=False).encode()
        return (*made, RawItem(identity, body, "application/json", now))


def type_of(name: str) -> str | None:
    """Say what a file is taken for; None for one that is not taken."""
    return FILE_TYPES.get(PurePosixPath(name).suffix.lower())


def one_line(text: str) -> str:
    """Make one line without anything invisible."""
    return " ".join(_printable(text, "").split())


def _printable(text: str, kept: str) -> str:
    whole = unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode()
    return "".join(
        char if char in kept or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") else " "
        for char in whole
    )


def _file_name(name: str) -> str:
    path = PurePosixPath(one_line(name).replace("\\", "/"))
    return f"{path.stem[:80]}{path.suffix[:10]}" or "file"
