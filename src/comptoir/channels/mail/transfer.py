"""Undo what mailers do to bytes on their way: base64, quoted-printable, uuencode.

Broken encodings give what can be read: `decode` never raises and says whether all was well.
"""

from __future__ import annotations

import binascii
import re

_BLANKS = b" \t\r\n\x0b\x0c"
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET + b"="))
_PADDINGS_MAX = 20_000
_ENCODED_HEAD = re.compile(rb"[A-Za-z0-9+/=\s]*")
_PADDED_CHUNK = re.compile(rb"[^=]+=*")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)


def decode(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """Undo a Content-Transfer-Encoding; False when it was unknown or did not fit the bytes."""
    name = encoding.strip().lower().split(";")[0].strip(" \"'")
    if name in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"):
        return data, True
    if name == "base64":
        return from_base64(data)
    if name.startswith("quoted"):
        return binascii.a2b_qp(data), name == "quoted-printable"
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        _, files = take_uuencoded(data)
        return (files[0][1], True) if files else (data, False)
    return data, False


def from_base64(data: bytes) -> tuple[bytes, bool]:
    """Decode base64, be it cut off, padded in the middle, or followed by somebody's footer."""
    if _is_prose(data):
        return data, False
    compact = data.translate(None, _BLANKS)
    try:
        return binascii.a2b_base64(compact, strict_mode=True), True
    except binascii.Error:
        pass
    head = _ENCODED_HEAD.match(data)
    end = head.end() if head else 0
    if end and data[end - 1 : end] == b"\n" and end * 2 > len(data):
        return _chunks(data[:end]) + data[end:], False
    return _chunks(data), False


def take_uuencoded(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Take uuencoded files out of a text: what stays, and the files as (name, content)."""
    kept: list[bytes] = []
    files: list[tuple[bytes, bytes]] = []
    position = 0
    while begin := _UU_BEGIN.search(data, position):
        end = _uu_end(data, begin.end())
        if end is None:
            break
        content = _from_uu(data[begin.end() : end[0]])
        if content:
            kept.append(data[position : begin.start()])
            files.append((begin.group(1), content))
        else:
            kept.append(data[position : end[1]])
        position = end[1]
    kept.append(data[position:])
    return b"".join(kept), files


def _is_prose(data: bytes) -> bool:
    """Tell a text that somebody called base64: it has blanks and marks that base64 has not."""
    sample = data[:4000].strip()
    stray_count = len(sample.translate(None, _ALPHABET + b"=\r\n\t "))
    return sample.count(b" ") * 12 > len(sample) or stray_count * 5 > len(sample)


def _chunks(data: bytes) -> bytes:
    """Decode base64 piece by piece: padding in the middle ends a piece, not the file."""
    clean = data.translate(None, _NOT_BASE64)
    if clean.count(b"=") > _PADDINGS_MAX:
        clean = clean.replace(b"=", b"")
    decoded = []
    for chunk in _PADDED_CHUNK.findall(clean):
        body = chunk.rstrip(b"=")
        if len(body) % 4 == 1:  # a lone character carries six bits: nothing to be had from it
            body = body[:-1]
        decoded.append(binascii.a2b_base64(body + b"=" * (-len(body) % 4)))
    return b"".join(decoded)


def _uu_end(data: bytes, start: int) -> tuple[int, int] | None:
    at = data.find(b"\nend", start - 1)
    return None if at < 0 else (at + 1, min(len(data), at + 4))


def _from_uu(data: bytes) -> bytes:
    decoded = []
    for line in data.splitlines():
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders count wrongly; the length byte says how much of the line is meant.
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                decoded.append(binascii.a2b_uu(line[:wanted]))
            except binascii.Error:
                return b""
    return b"".join(decoded)
