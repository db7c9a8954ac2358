"""IMAP's own writing: folder names, strings, sets of numbers, dates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.imap import uid_set
from comptoir.channels.mail.imap_answers import Answer, read_date, read_folders
from comptoir.channels.mail.imap_wire import decode_folder, encode_folder, quoted, unquoted


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", b"INBOX"),
        ("Tom & Jerry", b"Tom &- Jerry"),
        ("Entwürfe", b"Entw&APw-rfe"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("📦", b"&2D3c5g-"),
    ],
)
def test_folder_names_are_written_as_rfc_3501_has_it(name: str, written: bytes) -> None:
    assert encode_folder(name) == written
    assert decode_folder(written) == name


@given(st.text())
def test_folder_names_of_any_kind_come_back(name: str) -> None:
    assert decode_folder(encode_folder(name)) == name


@pytest.mark.parametrize("raw", [b"&AP-", b"&&&-", b"B\xc3\xbcro", b"\xff", b"&"])
def test_folder_names_written_wrongly_are_read_somehow(raw: bytes) -> None:
    assert isinstance(decode_folder(raw), str)


@given(st.binary().filter(lambda raw: not set(raw) & set(b"\r\n\0")))
def test_quoted_strings_come_back(raw: bytes) -> None:
    assert unquoted(quoted(raw)) == raw


@pytest.mark.parametrize("raw", [b"a\r\nC2 DELETE INBOX", b"a\nb", b"\0"])
def test_quoted_refuses_what_would_end_the_command(raw: bytes) -> None:
    with pytest.raises(ChannelError):
        quoted(raw)


@pytest.mark.parametrize(
    ("uids", "written"),
    [([7], b"7"), ([1, 2, 3], b"1:3"), ([9, 3, 5, 4, 3], b"3:5,9"), ([1, 3, 5], b"1,3,5")],
)
def test_uid_set(uids: list[int], written: bytes) -> None:
    assert uid_set(uids) == written


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (" 2-Mar-2026 09:30:00 +0100", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)),
        ("22-Mar-2026 09:30:00 -0000", datetime(2026, 3, 22, 9, 30, tzinfo=UTC)),
        ("gestern", None),
        ("", None),
        ("99-Mar-2026 09:30:00 +0100", None),
    ],
)
def test_internal_dates(text: str, moment: datetime | None) -> None:
    assert read_date(text) == moment


def test_folders_are_listed_in_every_way_servers_write_them() -> None:
    lines = (
        (b'* LIST (\\HasNoChildren) "/" INBOX',),
        (b'* LIST (\\HasNoChildren \\Sent) "." "INBOX.Sent"',),
        (b'* LIST (\\Noselect \\HasChildren) "/" "[Gmail]"',),
        (b'* LIST () NIL "a \\"b\\" \\\\ c"',),
        (b'* LIST () "\\\\" ', b"Entw&APw-rfe", b""),
        (b"* OK bonjour",),
    )

    assert read_folders(Answer(b"OK", b"", "", lines)) == {
        "INBOX": frozenset({"\\hasnochildren"}),
        "INBOX.Sent": frozenset({"\\hasnochildren", "\\sent"}),
        'a "b" \\ c': frozenset(),
        "Entwürfe": frozenset(),
    }
