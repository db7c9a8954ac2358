"""What became of a mail of ours: delivery reports, be they written by the standard or not.

RFC 3464 reports carry a part for programs. Older systems only write a text; it is taken for a
report when it comes from a mail system and names a code, a refused address or the returned mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from comptoir.channels.mail.addresses import addresses, message_ids
from comptoir.channels.mail.charsets import one_line
from comptoir.channels.mail.headers import Fields, read_block, readable
from comptoir.channels.mail.message import DeliveryReport
from comptoir.channels.mail.parts import Part, read_tree

_TEXT_CHARS_MAX = 60_000
_RAW_BYTES_MAX = 200_000
_DIAGNOSTIC_CHARS_MAX = 1000
_RECIPIENTS_MAX = 100
_ORDER = {"failed": 0, "delayed": 1, "expanded": 2, "relayed": 3, "delivered": 4}
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SMTP_CODE = re.compile(r"(?<![\d.:-])([45]\d\d)[ -]+(?:[45]\.\d|#|[A-Za-z<(\"'])")
_MESSAGE_ID = re.compile(r"message-id\s*:\s*<([^<>\s]{3,500})>", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+=&'/-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MAIL_SYSTEM = re.compile(r"(?:mail(?:er)?-?daemon|post_?master|mdaemon|mailmaster|mmdf)\Z")
_MAIL_SYSTEM_NAME = re.compile(r"mail(?:er)?[- ]?daemon|mail delivery|postmaster", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|not delivered|delivery (?:status|fail|problem|error|report|notification)|fail(?:ed|ure)"
    r"|returned|returning|could ?n.t be (?:sent|delivered)|bounce|non[- ]?remis|échec|nicht zugestellt"
    r"|unzustellbar|zustell|no entregad|no se (?:ha podido|pudo) entregar|mancata consegna|non recapitat"
    r"|delay|warning|error sending|verzöger|retard|onbestelbaar|mail system|user unknown",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"\bdelay|still (?:being|trying|in the queue)|not yet been|verzögert|retardé|will (?:be retried"
    r"|keep trying|continue to)|you do not need to resend|warning message only",
    re.IGNORECASE,
)


def delivery_report(root: Part, text: str, problems: set[str]) -> DeliveryReport | None:
    """Read what a mail reports on an earlier one; None when it is no delivery report."""
    parts = list(_parts(root))
    status_parts = [part for part in parts if part.content_type == "message/delivery-status"]
    if status_parts:
        recipients = [one for part in status_parts for one in _recipients(part, problems)]
        recipients.sort(key=lambda report: _ORDER.get(report.action, 9))
        found = recipients[0] if recipients else DeliveryReport("failed")
    else:
        read = _from_text(root, text[:_TEXT_CHARS_MAX], parts)
        if read is None:
            return None
        found = read
    return DeliveryReport(
        action=found.action,
        status=found.status,
        recipient=found.recipient,
        diagnostic=found.diagnostic,
        original_message_id=_original_id(root, text[:_TEXT_CHARS_MAX], parts),
    )


def _parts(root: Part) -> Iterator[Part]:
    waiting = [root]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += reversed(part.children)


def _recipients(part: Part, problems: set[str]) -> Iterator[DeliveryReport]:
    """Read the groups of fields of a delivery-status part; the first one is about the mail."""
    content = part.content(problems)
    position = 0
    for _ in range(_RECIPIENTS_MAX):
        while content[position : position + 1] in (b"\r", b"\n"):
            position += 1
        if position >= len(content):
            return
        fields, following, _ = read_block(content, position, len(content))
        if following <= position:
            return
        position = following
        has_fate = fields.raw("action") or fields.raw("status") or fields.raw("final-recipient")
        if has_fate:
            yield _fate(fields)


def _fate(fields: Fields) -> DeliveryReport:
    """Read what happened to one recipient."""
    diagnostic = readable(fields.raw("diagnostic-code"))
    kind, separator, detail = diagnostic.partition(";")
    if separator and len(kind) < 20:
        diagnostic = detail.strip()
    status = _STATUS.search(fields.raw("status")) or _STATUS.search(diagnostic)
    code = str(status[1]) if status else ""
    words = fields.raw("action").lower().split()
    action = words[0].strip(".,;()") if words else ""
    if action not in _ORDER:
        action = {"2": "delivered", "4": "delayed"}.get(code[:1], "failed")
    return DeliveryReport(
        action=action,
        status=code,
        recipient=_recipient(fields.raw("original-recipient"))
        or _recipient(fields.raw("final-recipient"))
        or _recipient(fields.raw("x-actual-recipient")),
        diagnostic=diagnostic[:_DIAGNOSTIC_CHARS_MAX],
    )


def _recipient(value: str) -> str:
    found = addresses(value.rpartition(";")[2])
    return found[0].address if found else ""


def _from_text(root: Part, text: str, parts: list[Part]) -> DeliveryReport | None:
    """Read a report that only people were meant to read."""
    fields = root.fields
    failed_recipients = fields.raw("x-failed-recipients")
    trust = 2 if failed_recipients else _trust_in_sender(fields)
    if trust == 0:
        return None
    status, smtp_code = _STATUS.search(text), _SMTP_CODE.search(text)
    subject = readable(fields.raw("subject"))
    has_original = any(part.content_type in _ORIGINALS for part in parts)
    is_named = bool(_SUBJECT.search(subject))
    is_evident = has_original or status is not None
    if trust == 1 and not (is_named and is_evident):
        return None
    if not (is_named or is_evident or smtp_code or failed_recipients):
        return None
    code = str(status[1]) if status else ""
    is_delay = code[:1] != "5" and bool(_DELAY.search(subject) or _DELAY.search(text[:4000]))
    return DeliveryReport(
        action="delayed" if is_delay else "failed",
        status=code,
        recipient=_recipient(failed_recipients.split(",")[0]) or _refused_address(fields, text),
        diagnostic=_line_around(text, status or smtp_code),
    )


def _trust_in_sender(fields: Fields) -> int:
    """Tell how surely a mail system wrote this: 2 by its name, 1 as it wants no answer, 0 not."""
    senders = addresses(fields.raw("from")) or addresses(fields.raw("return-path"))
    local_part = senders[0].address.partition("@")[0] if senders else ""
    if senders and (_MAIL_SYSTEM.match(local_part) or _MAIL_SYSTEM_NAME.search(senders[0].name)):
        return 2
    is_reply = fields.raw("auto-submitted").lower().startswith("auto-replied")
    wants_no_answer = not local_part or fields.raw("return-path").strip() == "<>"
    return int(wants_no_answer and not is_reply)


def _refused_address(fields: Fields, text: str) -> str:
    own = {one.address for name in ("from", "to") for one in addresses(fields.raw(name))}
    for found in _ADDRESS.finditer(text[:8000]):
        address = found[0].lower().strip(".'")
        if address not in own:
            return str(address)
    return ""


def _line_around(text: str, match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    start = text.rfind("\n", 0, match.start()) + 1
    line = text[start:].split("\n", 1)[0]
    return line.strip()[:_DIAGNOSTIC_CHARS_MAX]


_ORIGINALS = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822-header",
     "message/rfc822-headers", "message/global-headers", "text/rfc822"}
)  # fmt: skip


def _original_id(root: Part, text: str, parts: list[Part]) -> str:
    """Find which mail is reported on: in the returned mail, in the text, or in the thread."""
    own_id = root.fields.raw("message-id")
    for part in parts:
        if part.content_type in _ORIGINALS:
            content = part.content(set()).lstrip()
            original = read_tree(
                content[:_TEXT_CHARS_MAX], 0, len(content[:_TEXT_CHARS_MAX]), set()
            )
            if ids := message_ids(original.fields.raw("message-id")):
                return ids[0]
    raw_start = root.raw[root.start : root.start + _RAW_BYTES_MAX].decode("latin-1")
    candidates: list[str] = [
        *_MESSAGE_ID.findall(text),
        *_MESSAGE_ID.findall(raw_start),  # a returned mail in no part, or in a nameless one
        *message_ids(root.fields.raw("x-original-message-id")),
        *message_ids(root.fields.raw("in-reply-to")),
        *reversed(message_ids(root.fields.raw("references"))),
    ]
    return one_line(next((one for one in candidates if one not in own_id), ""))
