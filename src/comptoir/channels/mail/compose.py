"""Write an outgoing mail: the same bytes for the same input, plain, threaded, without tracking.

Lines are at most 998 bytes and mostly 78, bodies are 7-bit (quoted-printable or base64), so that
any relay carries them unchanged. Nothing a person typed can end a header: line breaks in names and
subjects become spaces, in addresses and ids they are refused.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import quote

import idna

from comptoir.channels.kernel.protocol import Outgoing, OutgoingFile

LOOP_HEADER = "X-Comptoir-Desk"
REFERENCES_COUNT_MAX = 20
_LINE_CHARS = 76
_FILE_STEM_CHARS_MAX = 60
_HEADER_TEXT_CHARS_MAX = 500
_LOCAL = re.compile(r'[^\s<>()\[\],;:\\"@]+')
_WORD = re.compile(r"[^\s<>]{1,900}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ._()+,-]+")
_TYPE = re.compile(
    r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}", re.IGNORECASE
)


class ComposeError(ValueError):
    """Say what about a reply cannot be sent, as a code: `address_invalid`, `message_id_invalid`."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(f"{code}: {value[:100]!r}")
        self.code = code


def build(
    outgoing: Outgoing, *, date: datetime, desk: str = "comptoir", automatic: bool = False
) -> bytes:
    """Write the whole message, lines ended by CRLF.

    `desk` marks the mail as a desk's own, so that two desks do not answer each other; `automatic`
    says that no person wrote it (RFC 3834).
    """
    message_ids = _identifiers((outgoing.message_id,))
    if len(message_ids) != 1:
        raise ComposeError("message_id_invalid", outgoing.message_id)
    head = [
        ("Date", format_datetime(date)),
        ("From", _mailbox("From", outgoing.sender_name, outgoing.sender)),
        ("To", _mailbox("To", outgoing.recipient_name, outgoing.recipient)),
        ("Message-ID", message_ids[0]),
        ("Subject", _text("Subject", outgoing.subject)),
        *_threading(outgoing),
        (LOOP_HEADER, _text(LOOP_HEADER, desk)),
    ]
    if automatic:
        kind = "auto-replied" if outgoing.in_reply_to else "auto-generated"
        head.append(("Auto-Submitted", kind))
    head.append(("MIME-Version", "1.0"))
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    return lines.encode("utf-8") + _body(outgoing)


def wire_address(address: str) -> str:
    """Write an address as it goes over the wire, its domain in ASCII (IDNA 2008)."""
    local, _, domain = address.strip().rpartition("@")
    if not _LOCAL.fullmatch(local) or not domain or not local.isprintable() or len(address) > 320:
        raise ComposeError("address_invalid", address)
    if domain.isascii():
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", domain):
            raise ComposeError("address_invalid", address)
        return f"{local}@{domain}"
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise ComposeError("address_invalid", address) from error


def _mailbox(header: str, name: str, address: str) -> str:
    wire = wire_address(address)
    name = _one_line(name)
    if not name:
        return wire
    if name.isascii() and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        phrase = f'"{escaped}"'
    else:
        phrase = _encoded(header, name)
    gap = "\r\n " if len(header) + len(phrase) + len(wire) > _LINE_CHARS else " "
    return f"{phrase}{gap}<{wire}>"


def _threading(outgoing: Outgoing) -> list[tuple[str, str]]:
    parents = _identifiers((outgoing.in_reply_to,))
    chain = _identifiers((*outgoing.references, outgoing.in_reply_to))
    if len(chain) > REFERENCES_COUNT_MAX:  # the first names the thread, the last ones the place
        chain = [chain[0], *chain[1 - REFERENCES_COUNT_MAX :]]
    headers = [("In-Reply-To", parents[0])] if parents else []
    return [*headers, ("References", "\r\n ".join(chain))] if chain else headers


def _identifiers(values: Iterable[str]) -> list[str]:
    """Write message ids in angle brackets, each once at its last place; broken ones are left."""
    written: dict[str, None] = {}
    for value in values:
        bare = value.strip().removeprefix("<").removesuffix(">")
        if _WORD.fullmatch(bare) and bare.isascii() and bare.isprintable():
            written.pop(f"<{bare}>", None)
            written[f"<{bare}>"] = None
    return list(written)


def _text(header: str, value: str) -> str:
    """Write free text: as it is when it is short ASCII, else folded or encoded (RFC 2047)."""
    value = _one_line(value)[:_HEADER_TEXT_CHARS_MAX]
    if value.isascii() and "=?" not in value:
        return "\r\n ".join(_folded(value, _LINE_CHARS - len(header) - 2))
    return _encoded(header, value)


def _folded(value: str, chars: int) -> list[str]:
    lines = [""]
    for word in value.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > chars:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _encoded(header: str, value: str) -> str:
    return Header(value, "utf-8", header_name=header).encode(maxlinelen=_LINE_CHARS, linesep="\r\n")


def _one_line(value: str) -> str:
    """Make one line of a text: what cannot be printed is a space, half characters are `?`."""
    whole = value.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(char if char.isprintable() else " " for char in whole).split())


def _body(outgoing: Outgoing) -> bytes:
    text = _text_part(outgoing.text)
    if not outgoing.files:
        return text
    # "=_" occurs in no base64 and in no quoted-printable text.
    boundary = f"=_{sha256(outgoing.message_id.encode('utf-8', 'replace')).hexdigest()[:32]}"
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode()
    parts = [text, *map(_file_part, outgoing.files)]
    dashes = f"--{boundary}".encode()
    inner = b"".join(dashes + b"\r\n" + part + b"\r\n" for part in parts)
    return head + inner + dashes + b"--\r\n"


def _text_part(text: str) -> bytes:
    plain = "\n".join(text.splitlines()) if text else ""
    raw = plain.encode("utf-8", "replace") + b"\n"
    readable = b2a_qp(raw, istext=True, quotetabs=False)
    compact = encodebytes(raw.replace(b"\n", b"\r\n"))
    name, body = ("quoted-printable", readable)
    if not plain.isascii() and len(compact) < len(readable):
        name, body = ("base64", compact)
    head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {name}\r\n\r\n"
    return head.encode() + body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _file_part(file: OutgoingFile) -> bytes:
    kind = file.content_type.lower()
    # A mail within a mail must not be base64 (RFC 2046), and only base64 keeps a file unchanged.
    if not _TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"
    name = _file_name(file.name)
    if _PLAIN_NAME.fullmatch(name):
        lines = [f"Content-Type: {kind}", f'Content-Disposition: attachment; filename="{name}"']
    else:  # the standard's way (RFC 2231), and the one that older programs read
        lines = [
            f'Content-Type: {kind};\r\n name="{_encoded(" name", name)}"',
            f"Content-Disposition: attachment;\r\n filename*=utf-8''{quote(name, safe='')}",
        ]
    lines.append("Content-Transfer-Encoding: base64")
    body = encodebytes(file.content).replace(b"\n", b"\r\n")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _file_name(name: str) -> str:
    path = PurePosixPath(_one_line(name).replace("\\", "/").rstrip("/"))
    suffix = path.suffix[:20]
    stem = path.name.removesuffix(path.suffix)[:_FILE_STEM_CHARS_MAX]
    return f"{stem}{suffix}".strip() or "file"
