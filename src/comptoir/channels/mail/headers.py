"""Header blocks: from bytes to fields, from fields to readable values.

A field's raw value is kept as Latin-1 text (one character a byte, unfolded), so that nothing is
lost before the charset is known. `Fields` answers questions about one block by lower-case name.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from comptoir.channels.mail import charsets
from comptoir.channels.mail.transfer import from_base64

BLOCK_BYTES_MAX = 512 * 1024
FIELDS_MAX = 2000
VALUE_CHARS_MAX = 65536

_BLANK_LINE = re.compile(rb"\n\r?\n")
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:(.*(?:\n[ \t].*)*)(?:\n|\Z)")
_WORD_BEGIN = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*+"?|[^;]*)')
_NUMBERED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?\Z")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one block in order, as (name, raw value)."""

    items: tuple[tuple[str, str], ...]
    by_name: dict[str, list[str]]

    def raw(self, name: str) -> str:
        """Give the first raw value of a lower-case name, empty when missing."""
        values = self.by_name.get(name)
        return values[0] if values else ""

    def all_raw(self, name: str) -> list[str]:
        """Give all raw values of a lower-case name, in order."""
        return self.by_name.get(name, [])


def read_block(raw: bytes, start: int, end: int) -> tuple[Fields, int, set[str]]:
    """Read the fields that begin at `start`: fields, where the body begins, problems."""
    problems: set[str] = set()
    block_end, body_start = _block_limits(raw, start, end, problems)
    text = raw[start:block_end].decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    items: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        field = _FIELD.match(text, position)
        if field:
            if len(items) == FIELDS_MAX:
                problems.add("too_many_headers")
                break
            items.append((field[1], _unfold(field[2])))
            position = field.end()
            continue
        line_end = text.find("\n", position)
        line_end = len(text) if line_end < 0 else line_end
        line = text[position:line_end]
        if not _is_envelope_line(line) and not _continue_field(items, line, text, line_end):
            # No header any more: somebody forgot the blank line.
            body_start = _byte_offset(raw, start, block_end, text, position)
            problems.add("bad_header")
            break
        position = line_end + 1
    by_name: dict[str, list[str]] = {}
    for name, value in items:
        by_name.setdefault(name.lower(), []).append(value)
    return Fields(tuple(items), by_name), body_start, problems


def readable(raw_value: str, charset: str = "") -> str:
    """Turn a raw value into text on one line: 8-bit bytes and encoded words decoded."""
    return charsets.one_line(decode_words(eight_bit(raw_value, charset)))


def eight_bit(raw_value: str, charset: str = "") -> str:
    """Decode the bytes of a raw value that break the rule of being ASCII."""
    if raw_value.isascii():
        return raw_value
    return charsets.decode(raw_value.encode("latin-1", "replace"), charset)[0]


def decode_words(text: str) -> str:
    """Decode the encoded words of RFC 2047, the broken ones of the wild included."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[tuple[str, bytes]] = []
    position, closing = 0, -1
    while begin := _WORD_BEGIN.search(text, position):
        if closing < begin.end():
            closing = text.find("?=", begin.end())
            closing = len(text) if closing < 0 else closing
        content_end, after = _word_end(text, begin.end(), closing, begin[2])
        gap = text[position : begin.start()]
        if gap.strip() or not pending:  # blanks between two words are not part of the text
            out += (_joined(pending), gap)
            pending = []
        pending.append((begin[1], _word_bytes(text[begin.end() : content_end], begin[2])))
        position = after
    return "".join((*out, _joined(pending), text[position:]))


def parameters(raw_value: str) -> tuple[str, dict[str, str]]:
    """Split `value; name=value …` as in Content-Type; RFC 2231 values are put together."""
    head, separator, _ = raw_value.partition(";")
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    if separator:
        for name, value in _PARAMETER.findall(raw_value[: 4 * 8192], len(head)):
            value = _unquoted(value)
            numbered = _NUMBERED.match(name.lower()) if "*" in name else None
            if numbered:
                number = int(numbered[2] or 0)
                encoded = numbered[3] is not None
                pieces.setdefault(numbered[1], {}).setdefault(number, (value, encoded))
            else:
                found.setdefault(name.lower(), value)
    for name, numbered_values in pieces.items():
        found[name] = _put_together(numbered_values)
    return head.strip().lower(), found


def _block_limits(raw: bytes, start: int, end: int, problems: set[str]) -> tuple[int, int]:
    """Tell where the header block ends and where the body begins."""
    for nothing in (b"\n", b"\r\n"):
        if raw.startswith(nothing, start, end):
            return start, start + len(nothing)
    blank = _BLANK_LINE.search(raw, start, min(end, start + BLOCK_BYTES_MAX))
    if blank:
        return blank.start() + 1, blank.end()
    if end - start <= BLOCK_BYTES_MAX:
        return end, end
    problems.add("too_many_headers")
    blank = _BLANK_LINE.search(raw, start + BLOCK_BYTES_MAX, end)
    return start + BLOCK_BYTES_MAX, blank.end() if blank else start + BLOCK_BYTES_MAX


def _unfold(value: str) -> str:
    if "\n" in value:
        value = " ".join([line.strip() for line in value.split("\n")])
    return value.strip()[:VALUE_CHARS_MAX]


def _is_envelope_line(line: str) -> bool:
    """Recognise the line an mbox puts before a mail."""
    return line.startswith(("From ", ">From "))


def _continue_field(items: list[tuple[str, str]], line: str, text: str, line_end: int) -> bool:
    """Append a line that lost its indentation to the field above, if fields go on below."""
    if not items or not line.strip() or not _FIELD.match(text, line_end + 1):
        return False
    name, value = items[-1]
    if len(value) + len(line) < VALUE_CHARS_MAX:
        items[-1] = (name, f"{value} {line.strip()}")
    return True


def _byte_offset(raw: bytes, start: int, block_end: int, text: str, position: int) -> int:
    """Translate a place in the unified text back to the raw bytes."""
    lines_before = text.count("\n", 0, position)
    block = raw[start:block_end].replace(b"\r\n", b"\r\0").replace(b"\r", b"\n")
    offset = 0
    for _ in range(lines_before):
        offset = block.find(b"\n", offset) + 1
    offset += block[offset : offset + 1] == b"\0"
    return start + offset


def _word_end(text: str, start: int, closing: int, encoding: str) -> tuple[int, int]:
    """Tell where the content of an encoded word ends, and where reading goes on after it.

    `closing` is where the next `?=` stands, the length of the text when there is none.
    """
    next_begin = text.find("=?", start, closing)
    if closing < len(text) and (next_begin < 0 or not _WORD_BEGIN.match(text, next_begin)):
        return closing, closing + 2
    # Not closed: it ends with the next one or with the text; base64 knows no blanks.
    limit = next_begin if next_begin >= 0 else len(text)
    blank = text.find(" ", start, limit) if encoding in "bB" else -1
    stop = blank if blank >= 0 else limit
    return stop, stop


def _word_bytes(content: str, encoding: str) -> bytes:
    data = content.encode("utf-8", "replace")
    if encoding in "bB":
        return from_base64(data.replace(b" ", b""))[0]
    return a2b_qp(data, header=True)


def _joined(words: list[tuple[str, bytes]]) -> str:
    """Decode neighbouring words; those of one charset together, as one may cut a character."""
    out: list[str] = []
    held, held_charset = b"", ""
    for charset, data in words:
        if held and charset.lower() != held_charset:
            out.append(charsets.decode(held, held_charset)[0])
            held = b""
        held += data
        held_charset = charset.lower()
    if held:
        out.append(charsets.decode(held, held_charset)[0])
    return "".join(out)


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        value = value[1:].removesuffix('"')
        if "\\" in value:
            # A lone backslash is far more often a Windows path than an escape.
            value = value.replace('\\"', '"').replace("\\\\", "\\")
    return value


def _put_together(numbered: dict[int, tuple[str, bool]]) -> str:
    """Join the pieces of an RFC 2231 value and decode them."""
    charset, data = "", b""
    for number in sorted(numbered):
        value, encoded = numbered[number]
        if encoded:
            if number == min(numbered) and value.count("'") >= 2:
                charset, _, value = value.split("'", 2)
            data += unquote_to_bytes(value)
        else:
            data += value.encode("latin-1", "replace")
    text = charsets.decode(data, charset)[0]
    return decode_words(text)
