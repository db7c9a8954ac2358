"""Addresses and message ids out of header values, however broken the headers are.

Structure is read before words are decoded: a decoded name may hold commas and angle brackets.
Everything here is linear in the length of the value.
"""

from __future__ import annotations

import re

from comptoir.channels.mail.charsets import one_line
from comptoir.channels.mail.headers import decode_words, eight_bit
from comptoir.channels.mail.message import Address

ADDRESSES_MAX = 500
IDS_MAX = 200

_SIMPLE = re.compile(r'"?([^"<>@,;:()\\]*?)"?\s*<([^<>\s@"(),;]+@[^<>\s@"(),;]+)>\Z')
_TOKEN = re.compile(r'"([^"]*)"|\(([^()]*)\)|<([^<>]*)>|([,;])|([^",;()<>]+|.)', re.DOTALL)
_BARE = re.compile(r"[^\s@<>()\",;:\[\]]{1,128}@[^\s@<>()\",;]{1,255}")
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_COMMENT = re.compile(r"\([^()]*\)")
_ESCAPED = (("\\\\", "\ue000"), ('\\"', "\ue001"), ("\\(", "\ue002"), ("\\)", "\ue003"))


def addresses(raw_value: str, charset: str = "") -> tuple[Address, ...]:
    """Read all mailboxes of a From, To, Cc or Reply-To value, in order."""
    simple = _SIMPLE.match(raw_value) if raw_value.isascii() else None
    if simple:
        return (Address(_name(simple[1]), _address(simple[2])),)
    text = eight_bit(raw_value, charset)
    for escape, stand_in in _ESCAPED:
        text = text.replace(escape, stand_in)
    found: list[Address] = []
    mailbox = _Mailbox()
    for quoted, comment, angle, separator, plain in _TOKEN.findall(text):
        if separator:
            mailbox.finish(found)
            mailbox = _Mailbox()
            if len(found) >= ADDRESSES_MAX:
                return tuple(found)
        elif plain:
            mailbox.words.append(plain)
        elif angle:
            mailbox.angles.append(angle)
        elif comment:
            mailbox.comments.append(comment)
        elif quoted:
            mailbox.words.append(quoted)
            mailbox.is_quoted = True
    mailbox.finish(found)
    return tuple(found)


def bare_addresses(raw_values: list[str]) -> tuple[str, ...]:
    """Read the addresses of trace headers such as Delivered-To, without names or repetitions."""
    found = [_address(bare) for value in raw_values[:50] for bare in _BARE.findall(value)]
    return tuple(dict.fromkeys(found[:ADDRESSES_MAX]))


def message_ids(raw_value: str) -> tuple[str, ...]:
    """Read message ids, brackets off and without repetitions; bare ids count when they hold @.

    Of a very long list the first and the last stay: they name the thread and the answered mail.
    """
    ids = _MESSAGE_ID.findall(raw_value)
    if not ids:
        ids = [word.strip("<>,;\"'") for word in raw_value.split() if "@" in word]
    unique = list(dict.fromkeys(filter(None, (_message_id(one) for one in ids))))
    if len(unique) > IDS_MAX:
        unique = [unique[0], *unique[1 - IDS_MAX :]]
    return tuple(unique)


class _Mailbox:
    """The tokens between two commas."""

    __slots__ = ("angles", "comments", "is_quoted", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.angles: list[str] = []
        self.comments: list[str] = []
        self.is_quoted = False

    def finish(self, found: list[Address]) -> None:
        """Append what the tokens say, unless it is nothing."""
        words = "".join(self.words).strip()
        comment = " ".join(self.comments)
        for angle in reversed(self.angles):
            if "@" in angle:
                found.append(Address(_name(words or comment), _address(angle)))
                return
        name = words
        address = ""
        if bare := _BARE.search(words):
            address = bare[0]
            name = (words[: bare.start()] + words[bare.end() :]).strip(" '\"<>[]")
            if name.endswith(":"):  # the name of a group of addresses
                name = ""
        elif words.endswith(":") and not self.is_quoted:
            return
        if name or address or comment:
            found.append(Address(_name(name or comment), _address(address)))


def _name(text: str) -> str:
    if not text:
        return ""
    for escape, stand_in in _ESCAPED:
        text = text.replace(stand_in, escape[-1])
    text = one_line(decode_words(text.replace("\\", ""))).strip("\"' ")
    return text[:500]


def _address(text: str) -> str:
    """Clean an address: lower case, no route, no mailto, no blanks."""
    if "=?" in text:
        text = decode_words(text)
    text = _COMMENT.sub("", one_line(text)).strip("\"'<>[]., ").removeprefix("mailto:")
    if text.startswith("@") and ":" in text:  # a route of old: <@relay,@relay:user@host>
        text = text.rsplit(":", 1)[1]
    return text.replace(" ", "").lower()[:320]


def _message_id(text: str) -> str:
    return "".join(one_line(text).split())[:998]
