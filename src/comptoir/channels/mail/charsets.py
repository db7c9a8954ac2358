"""From bytes to text, whatever the mail says its charset is.

`decode` always answers: with the declared charset when it fits the bytes, else with the most likely
one, and says whether it had to guess. `storable` is the last gate: what it lets through can be
written as UTF-8 and into a PostgreSQL text column.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# Names that mailers use and Python does not know, or knows as something narrower than what mailers
# mean (browsers read Latin-1 as Windows-1252 for the same reason).
_ALIASES = {
    "ascii": "us-ascii",
    "us-ascii": "us-ascii",
    "ansi_x3.4-1968": "us-ascii",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "euc-cn": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_3",
    "iso-2022-jp-ms": "iso2022_jp_3",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8n": "utf-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-ce": "mac_latin2",
    "x-mac-centraleurroman": "mac_latin2",
}
# Python codecs that turn bytes into text but are no charset of a mail.
_NOT_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_SURE_CHARS_MIN = 4  # two or three Chinese characters of GBK may be UTF-8 by chance
_LABEL = re.compile(r"[^a-z0-9._:+-]+")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def decode(data: bytes, declared: str = "") -> tuple[str, bool]:
    """Turn bytes into text; the second value is False when the declared charset did not fit."""
    codec = known(declared) if declared else "us-ascii"
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _marked(data)
        if text is not None:
            return text, True
    if codec in ("us-ascii", "utf-8", "cp1252"):
        return _common(data, codec, declared)
    if not codec:
        return likely(data), False
    if not codec.startswith(("utf-", "iso2022", "hz")) and _is_surely_utf8(data):
        return data.decode("utf-8"), False
    try:
        return data.decode(codec), True
    except (UnicodeError, ValueError):
        return _misfit(data, codec), False


def likely(data: bytes) -> str:
    """Decode bytes nobody has named a charset for: UTF-8 when it is, else Windows-1252."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _misfit(data, "utf-8")


@lru_cache(maxsize=256)
def known(label: str) -> str:
    """Give Python's name of a charset label, empty when it is none we can read."""
    name = _LABEL.sub("", label.lower().strip().split("*")[0])
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        shorter = name.removeprefix("x-").removeprefix("charset=").replace("cp-", "cp")
        return known(shorter) if shorter and shorter != name else ""
    if found.name.replace("-", "_") in _NOT_CHARSETS:
        return ""
    try:
        b"a".decode(found.name)
    except LookupError:  # a codec from bytes to bytes, such as base64
        return ""
    except ValueError:
        pass  # half a character of a wide charset
    return {"ascii": "us-ascii", "iso8859-1": "cp1252"}.get(found.name, found.name)


def storable(text: str) -> str:
    """Take out what PostgreSQL or UTF-8 refuse (NUL, lone surrogates) and unify line ends."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _UNSTORABLE.search(text):
        text = _CONTROLS.sub("", text)
        text = _LONE_SURROGATES.sub("\ufffd", text)
    return text


def one_line(text: str) -> str:
    """Make a header value storable: no control characters, no line breaks, no outer blanks."""
    if text.isprintable():
        return text.strip()
    return " ".join(storable(text).split())


def _is_surely_utf8(data: bytes) -> bool:
    """Tell UTF-8 that is declared as something else: other charsets hardly ever pass for it."""
    if data.isascii():
        return False
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(text) - len(text.encode("ascii", "ignore")) >= _SURE_CHARS_MIN


def _common(data: bytes, codec: str, declared: str) -> tuple[str, bool]:
    """Decode the three charsets of nearly all mails, each of which is often said of another."""
    if data.isascii():
        return data.decode("ascii"), True
    try:
        return data.decode("utf-8"), codec == "utf-8" or not declared
    except UnicodeDecodeError:
        if codec == "cp1252":
            return data.decode("cp1252", "replace").replace("\ufffd", ""), True
        return _misfit(data, "utf-8"), False


def _misfit(data: bytes, codec: str) -> str:
    """Decode bytes that do not fit `codec` all the way.

    A few bad places in an otherwise fitting text are shown as such; a text that fits nowhere is
    taken for UTF-8 or Windows-1252.
    """
    text = data.decode(codec, "replace")
    bad_count = text.count("\ufffd")
    foreign_count = len(text) - len(text.encode("ascii", "ignore"))
    if bad_count * 2 <= foreign_count:
        return text
    if codec != "utf-8":
        return likely(data)
    return data.decode("cp1252", "replace").replace("\ufffd", "")


def _marked(data: bytes) -> str | None:
    """Decode a text that begins with a byte order mark, None when the mark lies."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(codec)
            except UnicodeDecodeError:
                return None
    return None
