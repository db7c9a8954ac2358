"""Raw mails in the shapes of the marketplaces. Every name and number is invented."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

ALIAS = "abc9def8ghi7@marketplace.amazon.de"
ORDER = "302-1234567-7654321"


def amazon(
    text: str = "Wo ist mein Paket?",
    *,
    at: datetime,
    message_id: str = "m1@eu.amazonses.example",
    alias: str = ALIAS,
    order: str = ORDER,
    extra: str = "",
    kind: str = "BBC_MESSAGE_SENT_TO_MERCHANT",
) -> bytes:
    return f"""Return-Path: <bounce@amazonses.example>
Received: from smtp.amazonses.example by mx.maison-perrin.example; {format_datetime(at)}
From: "Heike Sommer - Amazon Marketplace" <{alias}>
To: info@maison-perrin.example
Subject: Anfrage von Amazon-Kunde Heike Sommer (Bestellung: {order})
Date: {format_datetime(at)}
Message-ID: <{message_id}>
X-Space-Notification-Type: {kind}
X-Marketplace-ID: A1PA6795UKMFR9
{extra}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Sie haben eine Nachricht erhalten.

------------- Nachrichtenbeginn -------------

{text}

------------- Nachrichtenende -------------

Wurde das Problem gelöst?
https://sellercentral.amazon.de/messaging/no-response-needed?token=commMgrTok1
""".encode()


def direct(
    text: str,
    *,
    at: datetime,
    message_id: str,
    sender: str = "Paul Martin <paul.martin@courrier.example>",
    subject: str = "Question",
    extra: str = "",
    to: str = "info@maison-perrin.example",
) -> bytes:
    return f"""Received: from mail.courrier.example by mx.maison-perrin.example; {format_datetime(at)}
From: {sender}
To: {to}
Subject: {subject}
Date: {format_datetime(at)}
Message-ID: <{message_id}>
{extra}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{text}
""".encode()


def bounce(of: str, *, at: datetime, recipient: str = ALIAS) -> bytes:
    return f"""Return-Path: <>
Received: from mx.maison-perrin.example by mx.maison-perrin.example; {format_datetime(at)}
From: MAILER-DAEMON@mx.maison-perrin.example (Mail Delivery System)
To: info@maison-perrin.example
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(at)}
Message-ID: <bounce-{of}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.maison-perrin.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.7.1
Diagnostic-Code: smtp; 550 5.7.1 Sender not authorised

--b1
Content-Type: text/rfc822-headers

From: info@maison-perrin.example
To: {recipient}
Message-ID: <{of}>

--b1--
""".encode()
