"""Mails of the demo shop's buyers, and settings for its mailboxes."""

from __future__ import annotations

from typing import Any

from comptoir.channels.kernel.protocol import Outgoing
from comptoir.channels.mail.settings import MailSettings, Security
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.smtpsink import SmtpSink


def letter(number: int = 1, text: str = "Où est mon colis ?", subject: str = "") -> bytes:
    """Write a buyer's mail; the number makes its Message-ID."""
    lines = [
        "From: Alice Martin <alice.martin@acheteurs.example>",
        "To: Maison Perrin <bonjour@maison-perrin.example>",
        f"Message-ID: <lettre-{number}@acheteurs.example>",
        f"Subject: {subject or f'Commande {number}'}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).encode()


def reading(dovecot: Dovecot, user: MailUser, **changes: Any) -> MailSettings:
    """Give settings that read a mailbox in the clear on loopback, quick to give up."""
    values: dict[str, Any] = {
        "imap_host": dovecot.host,
        "imap_port": dovecot.port,
        "imap_security": Security.NONE,
        "user": user.name,
        "ca_certificates": dovecot.certificates.signer,
        "timeout_seconds": 10.0,
        "reconnect_seconds": 5.0,
        **changes,
    }
    return MailSettings.from_mapping(values)


def sending(sink: SmtpSink, **changes: Any) -> dict[str, Any]:
    """Give the part of the settings that sends in the clear on loopback."""
    return {
        "smtp_host": sink.host,
        "smtp_port": sink.port,
        "smtp_security": Security.NONE,
        "ca_certificates": sink.certificates.signer,
        **changes,
    }


def reply(**changes: Any) -> Outgoing:
    """Give Inès's answer to Alice."""
    values: dict[str, Any] = {
        "idempotency_key": "reponse-1",
        "message_id": "reponse-1@maison-perrin.example",
        "recipient": "alice.martin@acheteurs.example",
        "recipient_name": "Alice Martin",
        "sender": "bonjour@maison-perrin.example",
        "sender_name": "Inès Moreau – Maison Perrin",
        "subject": "Re: Commande 1",
        "text": "Bonjour Alice,\n\nvotre colis part demain.\n",
        "in_reply_to": "lettre-1@acheteurs.example",
        "references": ("lettre-1@acheteurs.example",),
        **changes,
    }
    return Outgoing(**values)
