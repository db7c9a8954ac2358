"""Delivery reports: what they say on our replies, and what is none."""

from __future__ import annotations

import pytest

from comptoir.channels.mail.message import DeliveryReport
from comptoir.channels.mail.parse import parse

REPLY_ID = "reply-1@maison-perrin.example"


def bounce(*parts: str, sender: str = "Mail Delivery System <MAILER-DAEMON@mx.example>") -> bytes:
    head = (
        f"From: {sender}\nTo: service@maison-perrin.example\nMessage-ID: <bounce@mx.example>\n"
        "Subject: Undelivered Mail Returned to Sender\nReturn-Path: <>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    )
    return (head + "".join(f"--b\n{part}\n" for part in parts) + "--b--\n").encode()


NOTE = "Content-Type: text/plain\n\nYour mail could not be delivered."
STATUS = (
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
    "Final-Recipient: rfc822; sofia@example.com\nOriginal-Recipient: rfc822;Sofia@Example.com\n"
    "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <sofia@example.com>:\n"
    "    no such user\n"
)
RETURNED = f"Content-Type: message/rfc822\n\nMessage-ID: <{REPLY_ID}>\nSubject: Re: Lampada\n\nCiao"
FAILED = DeliveryReport(
    action="failed",
    status="5.1.1",
    recipient="sofia@example.com",
    diagnostic="550 5.1.1 <sofia@example.com>: no such user",
    original_message_id=REPLY_ID,
)


@pytest.mark.parametrize(
    "returned",
    [
        RETURNED,
        RETURNED.replace("message/rfc822", "text/rfc822-headers"),
        RETURNED.replace("message/rfc822", "message/rfc822\nContent-Transfer-Encoding: 7bit"),
        f"Content-Type: text/plain\n\n--- The message ---\nMessage-Id:  <{REPLY_ID}>\n",
    ],
)
def test_report_names_the_reply_it_is_about(returned: str) -> None:
    assert parse(bounce(NOTE, STATUS, returned)).delivery_report == FAILED


def test_report_without_the_returned_mail_takes_the_thread() -> None:
    raw = bounce(NOTE, STATUS).replace(b"Return-Path", f"In-Reply-To: <{REPLY_ID}>\nX-P".encode())

    assert parse(raw).delivery_report == FAILED


@pytest.mark.parametrize(
    ("fields", "action", "status"),
    [
        ("Action: delayed\nStatus: 4.4.1", "delayed", "4.4.1"),
        ("Action: delivered\nStatus: 2.0.0", "delivered", "2.0.0"),
        ("Action: relayed (to mx)\nStatus: 2.1.9 (ok)", "relayed", "2.1.9"),
        ("Status: 4.2.2", "delayed", "4.2.2"),
        ("Status: 5.2.2", "failed", "5.2.2"),
        ("Action: failed", "failed", ""),
        ("Action: nonsense\nDiagnostic-Code: smtp; 552 5.2.2 full", "failed", "5.2.2"),
    ],
)
def test_report_action_and_status_are_read(fields: str, action: str, status: str) -> None:
    part = f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{fields}\n"

    report = parse(bounce(NOTE, part)).delivery_report

    assert report is not None
    assert (report.action, report.status) == (action, status)


def test_report_on_several_recipients_tells_the_worst() -> None:
    groups = "Action: delivered\nStatus: 2.0.0\n\nAction: failed\nStatus: 5.1.1\n"

    report = parse(
        bounce(f"Content-Type: message/delivery-status\n\nX: y\n\n{groups}")
    ).delivery_report

    assert report == DeliveryReport("failed", "5.1.1")


@pytest.mark.parametrize(
    ("subject", "text", "report"),
    [
        (
            "failure notice",
            "Hi. This is the qmail-send program.\n<sofia@example.com>:\n550 5.1.1 No such user\n\n"
            f"--- Below this line is a copy of the message.\n\nMessage-ID: <{REPLY_ID}>\n",
            DeliveryReport(
                "failed", "5.1.1", "sofia@example.com", "550 5.1.1 No such user", REPLY_ID
            ),
        ),
        (
            "Warning: message delayed 24 hours",
            "The message to sofia@example.com has not yet been delivered, delivery will be retried.",
            DeliveryReport("delayed", "", "sofia@example.com"),
        ),
    ],
)
def test_report_of_older_systems_is_read_from_its_text(
    subject: str, text: str, report: DeliveryReport
) -> None:
    raw = f"From: MAILER-DAEMON@mx.example\nSubject: {subject}\n\n{text}"

    assert parse(raw.encode()).delivery_report == report


@pytest.mark.parametrize(
    "raw",
    [
        "From: sofia@example.com\nSubject: Delivery failed\n\nThe parcel was returned, code 550 5.1.1",
        "From: sofia@example.com\nReturn-Path: <>\nAuto-Submitted: auto-replied\n"
        "Subject: Automatic reply: delivery delayed\n\nI am away, call 550 5.1.1.",
        "From: sofia@example.com\nReturn-Path: <>\nSubject: Returned goods\n\nHello",
        "From: postmaster@shop.example\nSubject: Hello\n\nCan you list my shop?",
    ],
)
def test_report_is_not_seen_in_what_people_write(raw: str) -> None:
    assert parse(raw.encode()).delivery_report is None
