"""The MIME tree of a mail, found without copying it.

A `Part` is a stretch of the raw bytes with its own header fields; leaves hold content, the others
hold `children`. The standard library's parser takes two seconds and 600 MB for a 60 MB mail and
recurses without bound, so the tree is cut here by searching for boundaries; depth, number of parts
and header size are bounded, and what lies beyond a bound stays as one part of raw bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from comptoir.channels.mail import transfer
from comptoir.channels.mail.headers import Fields, parameters, read_block

DEPTH_MAX = 50
PARTS_MAX = 1000
_LINES_MAX = 5 * PARTS_MAX

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}\Z")
_GUESSED_BOUNDARY = re.compile(
    rb"^--([^\s-][^\r\n]{0,100}?)[ \t]*\r?\n[A-Za-z-]{4,40}:", re.MULTILINE
)
_GUESS_BYTES_MAX = 65536
_ANY_BOUNDARY = re.compile(rb"^--[^\r\n]{1,200}\r?\n(?=[A-Za-z-]{4,40}:|\r?\n)", re.MULTILINE)
_ANY_CLOSING = re.compile(rb"\r?\n--[^\s\w]{0,40}\w\S{0,200}\s*?\n")
_FLAT_PARTS_MAX = 50_000


@dataclass(slots=True)
class Part:
    """One part: `raw[start:end]` is its body, still encoded for transfer."""

    raw: bytes
    start: int
    end: int
    fields: Fields
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    children: list[Part] = field(default_factory=list)
    is_leftover: bool = False

    @property
    def body(self) -> bytes:
        """Give the body as it travelled."""
        return self.raw[self.start : self.end]

    def content(self, problems: set[str]) -> bytes:
        """Give the body with its transfer encoding undone."""
        data, is_sound = transfer.decode(self.body, self.fields.raw("content-transfer-encoding"))
        if not is_sound:
            problems.add("bad_encoding")
        return data


def read_tree(raw: bytes, start: int, end: int, problems: set[str]) -> Part:
    """Read headers and parts of the mail in `raw[start:end]`."""
    root = _read_part(raw, start, end, problems)
    waiting = [(root, 1)]
    part_count = 1
    while waiting:
        part, depth = waiting.pop()
        if not part.content_type.startswith("multipart/"):
            continue
        if depth >= DEPTH_MAX:
            problems.add("too_deep")
            part.is_leftover = True
            continue
        for child_start, child_end in _children(part, problems):
            if part_count >= PARTS_MAX:
                problems.add("too_many_parts")
                rest = Part(part.raw, child_start, part.end, Fields((), {}), is_leftover=True)
                part.children.append(rest)
                break
            child = _read_part(part.raw, child_start, child_end, problems)
            if part.content_type == "multipart/digest" and not child.fields.raw("content-type"):
                child.content_type = "message/rfc822"
            part.children.append(child)
            part_count += 1
        waiting += [(child, depth + 1) for child in reversed(part.children)]
    return root


def flat_parts(part: Part) -> Iterator[Part]:
    """Yield what looks like a part of a multipart nobody should descend into, in order."""
    found = _ANY_BOUNDARY.finditer(part.raw, part.start, part.end)
    begins = [match.end() for match in islice(found, _FLAT_PARTS_MAX)]
    for start, following in zip(begins, [*begins[1:], part.end], strict=True):
        closing = _ANY_CLOSING.search(part.raw, start, following)
        yield _read_part(part.raw, start, closing.start() if closing else following, set())


def _read_part(raw: bytes, start: int, end: int, problems: set[str]) -> Part:
    fields, body_start, block_problems = read_block(raw, start, end)
    problems |= block_problems
    part = Part(raw, body_start, end, fields)
    declared = fields.raw("content-type")
    if declared:
        content_type, part.parameters = parameters(declared)
        part.content_type = _clean_type(content_type)
    disposition = fields.raw("content-disposition")
    if disposition:
        part.disposition, part.disposition_parameters = parameters(disposition)
    return part


def _clean_type(declared: str) -> str:
    """Give a type that is safe to store; what is none at all counts as unknown bytes."""
    declared = declared.split(" ")[0].strip("\"'<>,")
    if _TYPE.match(declared):
        return declared
    if declared in ("text", "plain", "", "text/", "text/text"):
        return "text/plain"
    if declared in ("html", "text/htm"):
        return "text/html"
    return "multipart/mixed" if declared.startswith("multipart") else "application/octet-stream"


def _children(part: Part, problems: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches between the boundaries of a multipart."""
    boundary = part.parameters.get("boundary", "").rstrip().encode("latin-1", "replace")
    lines = list(islice(_boundary_lines(part, boundary), _LINES_MAX)) if boundary else []
    if not lines:
        if not part.body.strip():
            return
        problems.add("missing_boundary")
        lines = list(islice(_guessed_boundary_lines(part), _LINES_MAX))
    for index, (_, content_start, is_closing) in enumerate(lines):
        is_last = index + 1 == len(lines)
        if is_closing and (is_last or not part.raw[content_start : lines[index + 1][0]].strip()):
            continue
        if is_closing and lines[index + 1][2]:
            continue
        content_end = part.end if is_last else _without_line_end(part.raw, lines[index + 1][0])
        yield content_start, max(content_start, content_end)


def _guessed_boundary_lines(part: Part) -> Iterator[tuple[int, int, bool]]:
    """Find boundaries nobody declared; a wrongly encoded multipart is decoded first."""
    encoding = part.fields.raw("content-transfer-encoding").lower()
    if encoding.startswith(("base64", "quoted")):
        part.raw, _ = transfer.decode(part.body, encoding)
        part.start, part.end = 0, len(part.raw)
        boundary = part.parameters.get("boundary", "").encode("latin-1", "replace")
        if boundary and (lines := list(_boundary_lines(part, boundary))):
            return iter(lines)
    guess_end = min(part.end, part.start + _GUESS_BYTES_MAX)
    guess = _GUESSED_BOUNDARY.search(part.raw, part.start, guess_end)
    return _boundary_lines(part, guess[1]) if guess else iter(())


def _boundary_lines(part: Part, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield each boundary line as (where it begins, where content begins after it, is closing)."""
    raw, needle = part.raw, b"--" + boundary
    at = raw.find(needle, part.start, part.end)
    while at >= 0:
        line_end = raw.find(b"\n", at + len(needle), part.end)
        line_end = part.end if line_end < 0 else line_end + 1
        if at == part.start or raw[at - 1] in b"\r\n":
            tail = raw[at + len(needle) : min(line_end, at + len(needle) + 80)].strip()
            if tail in (b"", b"--"):
                yield at, line_end, tail == b"--"
        at = raw.find(needle, line_end, part.end)


def _without_line_end(raw: bytes, at: int) -> int:
    """Step back over the line end that belongs to a boundary."""
    if raw[at - 1 : at] == b"\n":
        at -= 1
    if raw[at - 1 : at] == b"\r":
        at -= 1
    return at
