"""Small pictures and papers that buyers and agents attach, drawn here: no file is shipped.

A picture is a PNG of a few kilobytes that looks like a broken thing on a table from afar; a paper
is a PDF of one page.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Sequence
from functools import cache

WIDTH, HEIGHT = 320, 240
Colour = tuple[int, int, int]
TABLES: tuple[Colour, ...] = ((196, 164, 132), (222, 214, 200), (120, 110, 104), (170, 178, 182))
THINGS: tuple[Colour, ...] = ((28, 46, 84), (240, 234, 214), (184, 148, 74), (60, 62, 66))
PHOTO_COUNT = 6
CRACK: Colour = (20, 18, 18)


@cache
def photo(number: int) -> bytes:
    """Draw a round thing with a crack, on a table, under a lamp: one of `PHOTO_COUNT`."""
    dice = random.Random(number)  # noqa: S311 - a picture, not a secret
    table, thing = dice.choice(TABLES), dice.choice(THINGS)
    centre = (WIDTH * dice.uniform(0.4, 0.6), HEIGHT * dice.uniform(0.45, 0.6))
    radius = dice.uniform(64, 88)
    rows = [_row(y, table, thing, centre, radius) for y in range(HEIGHT)]
    _crack(rows, centre, radius, dice)
    return _png(rows)


def _row(
    y: int, table: Colour, thing: Colour, centre: tuple[float, float], radius: float
) -> bytearray:
    """Draw one line of pixels from runs of one colour: table, shadow, rim, inside."""
    light = 1.15 - 0.4 * y / HEIGHT
    row = bytearray(_shaded(table, light) * WIDTH)
    layers = (
        (10, 14, radius * 1.04, _shaded(table, light * 0.7)),
        (0, 0, radius, _shaded(thing, light * 1.15)),
        (0, 0, radius * 0.84, _shaded(thing, light * 0.85)),
        (-4, -6, radius * 0.4, _shaded(thing, light * 0.95)),
    )
    for right, down, size, colour in layers:
        height = (y - centre[1] - down) * 1.15
        if abs(height) < size:
            half = (size * size - height * height) ** 0.5
            first = max(0, int(centre[0] + right - half))
            last = min(WIDTH, int(centre[0] + right + half))
            row[first * 3 : last * 3] = colour * (last - first)
    return bytearray(b"\0") + row


def _shaded(colour: Colour, light: float) -> bytes:
    return bytes(min(255, int(part * light)) for part in colour)


def _crack(
    rows: list[bytearray], centre: tuple[float, float], radius: float, dice: random.Random
) -> None:
    x, y = centre[0] - radius * 0.2, centre[1] - radius * 0.9
    while y < centre[1] + radius * 0.7:
        x += dice.uniform(-1.6, 2.0)
        y += 1
        column, line = int(x), int(y)
        if 0 <= line < HEIGHT and 1 <= column < WIDTH - 2:
            at = 1 + column * 3
            rows[line][at : at + 6] = bytes(CRACK) * 2


def _png(rows: Sequence[bytearray]) -> bytes:
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(rows), 6)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def paper(lines: Sequence[str]) -> bytes:
    """Set some lines on one page: an invoice, a return label."""
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    stream = f"BT /F1 12 Tf 16 TL 60 780 Td\n{shown}ET".encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
