"""Alerts as mail through a mailbox of the desk: plain text, threaded by ticket, marked as automatic.

The Message-ID is made of the delivery's id, so that a second try is the same mail.
"""

from __future__ import annotations

from datetime import timedelta

from comptoir.alerts.transports.answers import Answer, Verdict
from comptoir.alerts.transports.notices import Notice
from comptoir.channels.kernel.protocol import (
    ChannelError,
    Connector,
    Outcome,
    Outgoing,
    Receipt,
)

DETAIL_CHARS_MAX = 200
OUR_ACCOUNT = frozenset({"auth_failed", "settings_invalid"})
"""Refusals that say nothing of the mail: once the account is mended, it leaves by itself."""
MENDED_BY_HAND = timedelta(minutes=5)


def letter(
    delivery_id: str,
    notice: Notice,
    *,
    sender: str,
    sender_name: str,
    recipient: str,
    recipient_name: str = "",
    ticket_id: int | None = None,
) -> Outgoing:
    """Write the mail. All about one ticket name the same first mail, which need not exist."""
    domain = sender.rpartition("@")[2]
    thread = (f"<comptoir.ticket.{ticket_id}@{domain}>",) if ticket_id else ()
    return Outgoing(
        idempotency_key=delivery_id,
        message_id=f"<comptoir.alert.{delivery_id}@{domain}>",
        recipient=recipient,
        recipient_name=recipient_name,
        sender=sender,
        sender_name=sender_name,
        subject=notice.headline,
        text=text_of(notice),
        references=thread,
        automatic=True,
    )


def text_of(notice: Notice) -> str:
    """Write the notice as plain text."""
    paragraphs = [
        "\n".join(part for part in (item.place, item.sentences, item.link) if part)
        for item in notice.items
    ]
    if notice.more:
        paragraphs.append(f"{notice.more}\n{notice.link}")
    return "\n\n".join(paragraphs) + f"\n\n-- \n{notice.footer}\n"


def send(connector: Connector, outgoing: Outgoing) -> Answer:
    """Hand a mail to the mailbox's server and say what came back."""
    try:
        return answer_of(connector.send(outgoing))
    except ChannelError as error:
        return Answer(Verdict.AGAIN, error.code, error.detail[:DETAIL_CHARS_MAX])


def answer_of(receipt: Receipt) -> Answer:
    """Read a receipt. Nobody minds an alert that comes twice, so an uncertain one goes again."""
    detail = receipt.reply[:DETAIL_CHARS_MAX]
    if receipt.outcome is Outcome.ACCEPTED:
        return Answer(Verdict.SENT, receipt.code or "accepted", detail)
    if receipt.outcome is Outcome.REFUSED and receipt.code not in OUR_ACCOUNT:
        return Answer(Verdict.REFUSED, receipt.code or "refused", detail)
    wait = MENDED_BY_HAND if receipt.code in OUR_ACCOUNT else None
    return Answer(Verdict.AGAIN, receipt.code or str(receipt.outcome), detail, wait)
