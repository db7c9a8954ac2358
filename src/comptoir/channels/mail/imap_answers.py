"""What an IMAP server answered, as values: states of folders, fetched mails, refusals in our codes.

Nothing here talks: lines in (see `imap_wire.Line`), values out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.imap_wire import Line, decode_folder, unquoted

_TAGGED = re.compile(rb"(OK|NO|BAD)(?: \[([^\]]*)\])? ?(.*)", re.IGNORECASE | re.DOTALL)
_LIST = re.compile(rb'\* (?:X?LIST) \(([^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (.*)', re.IGNORECASE)
_SHORT_BODY = re.compile(rb'BODY\[[^\]]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"', re.IGNORECASE)

# Response codes of RFC 5530 and of large providers, and what they mean for us.
_REFUSALS = {
    b"AUTHENTICATIONFAILED": "auth_failed",
    b"AUTHORIZATIONFAILED": "auth_failed",
    b"EXPIRED": "auth_failed",
    b"WEBALERT": "auth_failed",
    b"PRIVACYREQUIRED": "tls_required",
    b"NONEXISTENT": "folder_missing",
    b"TRYCREATE": "folder_missing",
    b"UNAVAILABLE": "throttled",
    b"INUSE": "throttled",
    b"LIMIT": "throttled",
    b"OVERQUOTA": "throttled",
    b"THROTTLED": "throttled",
}
_BUSY_WORDS = re.compile(r"too many|try again|temporar|rate limit|throttl", re.IGNORECASE)


class RefusedError(ChannelError):
    """Say that the server understood and said no."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of a command: OK, NO or BAD, the code in brackets, words, and the lines before."""

    status: bytes
    code: bytes
    text: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderState:
    """What opening a folder tells. Two equal states mean that nothing new came."""

    uidvalidity: int
    uidnext: int
    exists_count: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail of a FETCH answer; `size_bytes` is the whole mail's size, as the server has it.

    `problem` is set when the server would not give the mail: `refused` or `dropped`.
    """

    uid: int
    content: bytes
    size_bytes: int
    received_at: datetime | None
    problem: str = ""


def read_answer(line: Line, lines: Iterable[Line]) -> Answer:
    """Read a tagged line, its tag taken off."""
    match = _TAGGED.fullmatch(line[0])
    if match is None:
        raise ChannelError("protocol_error", "The server gave an answer that is not IMAP.")
    text = (match[3] + b"".join(line[1:])).decode("utf-8", "replace")
    return Answer(match[1].upper(), match[2] or b"", text[:500], tuple(lines))


def refusal(answer: Answer, otherwise: str) -> RefusedError:
    """Name what a NO means; `otherwise` is the code when the server gave none we know."""
    key = answer.code.split(b" ")[0].upper()
    code = _REFUSALS.get(key, otherwise)
    if code == otherwise and _BUSY_WORDS.search(answer.text):
        code = "throttled"
    said = f"The server says: {answer.text}"
    return RefusedError(code, said, permanent=code == "auth_failed")


def read_state(answer: Answer) -> FolderState:
    """Read what SELECT or EXAMINE told."""
    found = {b"UIDVALIDITY": 0, b"UIDNEXT": 0, b"EXISTS": 0}
    for line in answer.lines:
        if match := re.match(rb"\* OK \[(UIDVALIDITY|UIDNEXT) (\d+)\]", line[0], re.IGNORECASE):
            found[match[1].upper()] = int(match[2])
        elif match := re.match(rb"\* (\d+) EXISTS", line[0], re.IGNORECASE):
            found[b"EXISTS"] = int(match[1])
    return FolderState(found[b"UIDVALIDITY"], found[b"UIDNEXT"], found[b"EXISTS"])


def read_search(answer: Answer) -> list[int]:
    """Read the numbers of SEARCH, ascending and each once."""
    numbers: set[int] = set()
    for line in answer.lines:
        if line[0][:8].upper() == b"* SEARCH":
            numbers.update(int(word) for word in line[0][8:].split() if word.isdigit())
    return sorted(numbers)


def read_folders(answer: Answer) -> dict[str, frozenset[str]]:
    """Read LIST: the folders one can open, by name, with their flags in lower case."""
    folders = {}
    for line in answer.lines:
        if match := _LIST.fullmatch(line[0]):
            flags = frozenset(match[1].decode("ascii", "replace").lower().split())
            name = line[1] if len(line) > 1 else unquoted(match[2])
            if not flags & {"\\noselect", "\\nonexistent"}:
                folders[decode_folder(name)] = flags
    return folders


def read_fetched(answer: Answer) -> list[Fetched]:
    """Read FETCH. Lines that only tell of flags, which a server may send at any time, are left."""
    fetched = []
    for line in answer.lines:
        head = b" ".join(line[0::2])
        uid = re.search(rb"\bUID (\d+)", head, re.IGNORECASE)
        if uid is None or re.match(rb"\* \d+ FETCH .*\bBODY\[", head, re.IGNORECASE) is None:
            continue
        size = re.search(rb"RFC822\.SIZE (\d+)", head, re.IGNORECASE)
        date = re.search(rb'INTERNALDATE "([^"]*)"', head, re.IGNORECASE)
        content = _content(line, head)
        fetched.append(
            Fetched(
                uid=int(uid[1]),
                content=content or b"",
                size_bytes=int(size[1]) if size else 0,
                received_at=read_date(date[1].decode("ascii", "replace")) if date else None,
                problem="refused" if content is None else "",
            )
        )
    return fetched


def read_date(text: str) -> datetime | None:
    """Read an INTERNALDATE such as ` 7-Mar-2026 09:05:00 +0100`, in UTC; None if it is none."""
    try:
        moment = parsedate_to_datetime(text.strip().replace("-", " ", 2))
        # "-0000" says that the zone is unknown; the number is UTC all the same (RFC 5322, 3.3).
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _content(line: Line, head: bytes) -> bytes | None:
    """Take the literal. A short body may come as a quoted string, a withheld one as NIL."""
    if len(line) > 1:
        return line[1]
    short = _SHORT_BODY.search(head)
    return re.sub(rb"\\(.)", rb"\1", short[1]) if short else None
