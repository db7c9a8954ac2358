"""`comptoir mail inspect`: what the desk makes of a raw mail, without storing it.

One JSON object a file on standard output; the format is part of `interfaces.md` and does not drift.
Needs neither database nor settings.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.understood import Understood, understand

STANDARD_INPUT = "-"


@click.group()
def mail() -> None:
    """Look at mails the way the desk does."""


@mail.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--own",
    "own_addresses",
    multiple=True,
    metavar="ADDRESS",
    help="An address of yours, so that copies of your own mail are told apart. May be repeated.",
)
def inspect(files: tuple[str, ...], own_addresses: tuple[str, ...]) -> None:
    """Say what the desk makes of raw mails (.eml), one JSON object a FILE; "-" is standard input.

    Channel with its evidence, kind, order numbers, the buyer's own words, risk and topics.
    Nothing is stored. A file that cannot be read gives an "error" in its place; the exit status
    is then 1.

    \b
    Example:
      $ comptoir mail inspect --own shop@example.com inbox/*.eml
      {"file": "inbox/1.eml", "marketplace": "amazon", "kind": "buyer_message", …}
    """
    own = frozenset(address.strip().lower() for address in own_addresses)
    failed = False
    for name in files:
        try:
            raw = _content(name)
        except OSError as error:
            failed = True
            _print({"file": name, "error": error.strerror or str(error)})
            continue
        _print(_described(name, understand(raw, own_addresses=own)))
    sys.exit(1 if failed else 0)


def _content(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()


def _described(name: str, read: Understood) -> dict[str, Any]:
    mail, recognition, within = read.mail, read.recognition, read.verdict.answer_within
    return {
        "file": name,
        "marketplace": read.marketplace or "unknown",
        "country": recognition.country,
        "channel_evidence": list(recognition.evidence),
        "kind": read.kind,
        "subkind": read.subkind,
        "kind_evidence": list(read.verdict.evidence),
        "from_address": mail.sender.address,
        "from_name": mail.sender.name,
        "buyer_alias": recognition.buyer_alias,
        "subject": mail.subject,
        "order_ids": list(read.order_ids),
        "sent_at": _moment(_sent_at(mail)),
        "language": read.language,
        "text": mail.text,
        "new_text": read.new_text,
        "attachments": [
            {"name": file.name, "type": file.content_type, "bytes": len(file.content)}
            for file in mail.attachments
        ],
        "risk": {"tier": read.tier, "reasons": list(read.tier_reasons)},
        "intents": list(read.intents),
        "needs_reply": read.needs_reply,
        "answer_within_hours": within.total_seconds() / 3600 if within else None,
        "thread_keys": list(read.thread_keys),
        "problems": list(mail.problems),
    }


def _sent_at(mail: Mail) -> datetime | None:
    """Give the mail's own date, or the time of receipt where that one cannot be believed."""
    if mail.received_at and (mail.date is None or "implausible_date" in mail.problems):
        return mail.received_at
    return mail.date


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _print(described: dict[str, Any]) -> None:
    click.echo(json.dumps(described, ensure_ascii=False))
