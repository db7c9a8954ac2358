"""Raw bytes in, a `Mail` out: the one door through which all mails are read.

`parse` never raises and drops nothing that can be read; what was wrong is said in `Mail.problems`:
`bad_header`, `too_many_headers`, `duplicate_headers`, `bad_charset`, `bad_encoding`,
`missing_boundary`, `too_deep`, `too_many_parts`, `truncated`, `bad_date`, `date_without_zone`,
`implausible_date`, `empty`, `not_a_mail`, and `unreadable` for a fault of ours.
"""

from __future__ import annotations

from datetime import datetime

from comptoir.channels.mail import charsets, dates
from comptoir.channels.mail.addresses import addresses, bare_addresses, message_ids
from comptoir.channels.mail.bodies import Body, Reading
from comptoir.channels.mail.bounces import delivery_report
from comptoir.channels.mail.headers import Fields, readable
from comptoir.channels.mail.message import Address, Mail
from comptoir.channels.mail.parts import Part, read_tree

MAIL_BYTES_MAX = 150_000_000
_UNREADABLE_TEXT_BYTES_MAX = 100_000
_DELIVERED_TO = (
    "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to",
    "x-forwarded-to", "apparently-to",
)  # fmt: skip
_ONCE = frozenset({"from", "subject", "date", "message-id", "to", "cc", "reply-to", "content-type"})
_MAIL_FIELDS = frozenset(
    {"from", "to", "subject", "date", "received", "message-id", "mime-version", "return-path",
     "content-type", "delivered-to", "reply-to", "sender", "x-mailer", "cc", "bcc"}
)  # fmt: skip


def parse(raw: bytes, *, now: datetime | None = None) -> Mail:
    """Read a raw mail. Never raises; all texts can be stored as UTF-8 and hold no NUL.

    With `now`, a date in the future is told as such even if no server noted when the mail came.
    """
    try:
        return _parse(raw, now)
    except Exception:  # a mail that trips us up must not hold up the mails behind it
        text = charsets.storable(charsets.likely(raw[:_UNREADABLE_TEXT_BYTES_MAX]))
        return Mail(text=text, size_bytes=len(raw), problems=("unreadable",))


def _parse(raw: bytes, now: datetime | None) -> Mail:
    size_bytes = len(raw)
    problems: set[str] = set()
    raw = _normalised(raw, problems)
    root = read_tree(raw, 0, len(raw), problems)
    if not _MAIL_FIELDS.intersection(root.fields.by_name):
        root = Part(raw, 0, len(raw), Fields((), {}))
        problems.add("bad_header" if raw.strip() else "empty")
        if _is_binary(raw):
            problems.add("not_a_mail")
            root.content_type = "application/octet-stream"
    reading = Reading(problems)
    body = reading.read(root)
    if not (body.text or body.html or reading.files):
        body = _unstructured(root, problems)
    return _mail(root, body, reading, size_bytes, now)


def _mail(root: Part, body: Body, reading: Reading, size_bytes: int, now: datetime | None) -> Mail:
    fields, problems = root.fields, reading.problems
    charset = root.parameters.get("charset", "")
    received = fields.all_raw("received")
    received_at = dates.received_at(received[0]) if received else None
    headers = tuple((name, readable(value, charset)) for name, value in fields.items)
    if any(len(fields.all_raw(name)) > 1 for name in _ONCE):
        problems.add("duplicate_headers")
    return Mail(
        message_id=next(iter(message_ids(fields.raw("message-id"))), ""),
        in_reply_to=message_ids(fields.raw("in-reply-to")),
        references=message_ids(fields.raw("references")),
        sender=_sender(fields, charset),
        reply_to=addresses(fields.raw("reply-to"), charset),
        to=addresses(", ".join(fields.all_raw("to")), charset),
        cc=addresses(", ".join(fields.all_raw("cc")), charset),
        delivered_to=bare_addresses(
            [value for name in _DELIVERED_TO for value in fields.all_raw(name)]
        ),
        subject=readable(fields.raw("subject"), charset),
        date=dates.sent_at(fields.raw("date"), received_at or now, problems),
        received_at=received_at,
        headers=headers,
        text=charsets.storable(body.text),
        html=body.html,
        attachments=tuple(reading.files),
        delivery_report=delivery_report(root, body.text, problems),
        size_bytes=size_bytes,
        problems=tuple(sorted(problems)),
    )


def _normalised(raw: bytes, problems: set[str]) -> bytes:
    """Bring odd line ends and endless mails into a form the rest can rely on."""
    if len(raw) > MAIL_BYTES_MAX:
        problems.add("truncated")
        raw = raw[:MAIL_BYTES_MAX]
    if b"\n" not in raw[:65536] and b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")


def _is_binary(raw: bytes) -> bool:
    """Tell bytes that are no mail and no text either: a file somebody fed in."""
    return b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff"))


def _sender(fields: Fields, charset: str) -> Address:
    for name in ("from", "sender", "return-path"):
        found = addresses(fields.raw(name), charset)
        if found:
            return found[0]
    return Address("", "")


def _unstructured(root: Part, problems: set[str]) -> Body:
    """Show the bytes of a mail in which no part was found, rather than nothing."""
    data = root.body[:_UNREADABLE_TEXT_BYTES_MAX]
    if not data.strip():
        problems.add("empty")
        return Body()
    text, _ = charsets.decode(data, root.parameters.get("charset", ""))
    return Body(text=charsets.storable(text).strip("\n"))
