"""Sending through a real SMTP server: what arrives, and what its refusals become."""

from __future__ import annotations

import logging
from email import message_from_bytes, policy
from typing import Any

import pytest
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.fixtures import Connectors
from tests.mailservers.letters import reading, reply, sending
from tests.mailservers.ports import free_port
from tests.mailservers.smtpsink import Script, SmtpSink
from tests.mailservers.tokens import TokenProvider

from comptoir.channels.kernel.protocol import Outcome, Outgoing, OutgoingFile, Receipt
from comptoir.channels.mail.settings import OAuthSecrets, Security

pytestmark = pytest.mark.mailserver


@pytest.fixture
def send(dovecot: Dovecot, perrin: MailUser, connectors: Connectors, smtp_sink: SmtpSink) -> Any:
    """Give a function that sends one reply through the sink."""

    def _send(outgoing: Outgoing | None = None, **changes: Any) -> Receipt:
        out = sending(smtp_sink, **{"smtp_auth": "none", **changes})
        return connectors(reading(dovecot, perrin, **out)).send(outgoing or reply())

    return _send


@pytest.mark.parametrize("security", list(Security))
def test_send_with_login_over_every_kind_of_encryption(
    send: Any, smtp_sink: SmtpSink, perrin: MailUser, security: Security
) -> None:
    smtp_sink.passwords[perrin.name] = perrin.password
    ports = {
        Security.TLS: smtp_sink.tls_port,
        Security.STARTTLS: smtp_sink.starttls_port,
        Security.NONE: smtp_sink.port,
    }

    receipt = send(smtp_security=security, smtp_port=ports[security], smtp_auth="password")

    assert receipt == Receipt(Outcome.ACCEPTED, "", "250 2.0.0 OK queued as 1")
    [mail] = smtp_sink.mails
    assert mail.login == perrin.name
    assert mail.sender == "bonjour@maison-perrin.example"
    assert mail.recipients == ("alice.martin@acheteurs.example",)
    assert message_from_bytes(mail.raw)["Message-ID"] == "<reponse-1@maison-perrin.example>"


def test_send_with_a_login_of_its_own(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, smtp_sink: SmtpSink
) -> None:
    smtp_sink.passwords["versand"] = "clé ü"
    out = sending(smtp_sink, smtp_user="versand")

    connector = connectors(reading(dovecot, perrin, **out), smtp_password="clé ü")

    assert connector.send(reply()).outcome == Outcome.ACCEPTED
    assert smtp_sink.mails[0].login == "versand"


def test_send_with_oauth(
    dovecot: Dovecot,
    perrin: MailUser,
    connectors: Connectors,
    smtp_sink: SmtpSink,
    token_provider: TokenProvider,
) -> None:
    token_provider.refresh_tokens["consentement"] = perrin.name
    smtp_sink.tokens[perrin.name] = "access-of-somebody-else"
    out = sending(smtp_sink, smtp_auth="oauth2")
    oauth = OAuthSecrets("comptoir", "consentement", token_provider.token_url)
    connector = connectors(reading(dovecot, perrin, **out), oauth=oauth)

    refused = connector.send(reply())
    smtp_sink.tokens[perrin.name] = max(token_provider.access_tokens)
    accepted = connector.send(reply())

    assert (refused.outcome, refused.code) == (Outcome.REFUSED, "auth_failed")
    assert accepted.outcome == Outcome.ACCEPTED
    assert smtp_sink.mails[0].login == perrin.name


def test_send_keeps_every_character_of_text_and_files(send: Any, smtp_sink: SmtpSink) -> None:
    text = ".\n..\n. point\nFrom ici\n" + "ligne très longue " * 200 + "\n\tfin  \n-- \nInès ✓\n"
    files = (
        OutgoingFile("Étiquette n° 7.pdf", "application/pdf", bytes(range(256)) * 50),
        OutgoingFile("vide.txt", "text/plain", b""),
    )

    receipt = send(reply(text=text, files=files))

    assert receipt.outcome == Outcome.ACCEPTED
    raw = smtp_sink.mails[0].raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    mail = message_from_bytes(raw, policy=policy.default)
    body, *attached = mail.iter_parts()  # type: ignore[attr-defined]
    assert body.get_content().replace("\r\n", "\n") == text
    assert [part.get_filename() for part in attached] == ["Étiquette n° 7.pdf", "vide.txt"]
    assert [part.get_payload(decode=True) for part in attached] == [files[0].content, b""]


@pytest.mark.parametrize(
    ("script", "outcome", "code"),
    [
        (Script(sender="550 5.7.60 SMTP; Client does not have permissions to send as this sender"), "refused", "sender_not_authorised"),
        (Script(sender="452 4.3.1 Insufficient system storage"), "deferred", "try_later"),
        (Script(sender="530 5.7.0 Authentication Required"), "refused", "auth_failed"),
        (Script(recipient="550 5.1.1 No such user"), "refused", "recipient_refused"),
        (Script(recipient="553 5.7.1 <x@y.example>: Sender address rejected: not owned by user z"), "refused", "sender_not_authorised"),
        (Script(recipient="450 4.2.0 Greylisted, come back later"), "deferred", "try_later"),
        (Script(data="554 5.7.1 Message rejected as spam"), "refused", "message_refused"),
        (Script(data="552 5.3.4 Message size exceeds fixed limit"), "refused", "too_large"),
        (Script(data="552 5.7.0 This message was blocked because its content presents a potential security issue"), "refused", "message_refused"),
        (Script(data="554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException"), "refused", "sender_not_authorised"),
        (Script(data="550 5.4.5 Daily user sending limit exceeded"), "deferred", "throttled"),
        (Script(data="451 4.7.1 Try again later"), "deferred", "try_later"),
        (Script(hang_up_after_data=True), "uncertain", "no_answer"),
    ],
)  # fmt: skip
def test_send_tells_refusals_for_good_from_those_for_now(
    send: Any, smtp_sink: SmtpSink, script: Script, outcome: str, code: str
) -> None:
    smtp_sink.script = script

    receipt = send()

    said = script.sender or script.recipient or script.data
    assert (receipt.outcome, receipt.code) == (outcome, code)
    assert receipt.reply == said or script.hang_up_after_data


def test_send_with_a_wrong_password_is_refused(
    send: Any, smtp_sink: SmtpSink, perrin: MailUser
) -> None:
    smtp_sink.passwords[perrin.name] = "un-autre"

    receipt = send(smtp_auth="password")

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "auth_failed")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"smtp_port": "free"}, "connection_refused"),
        ({"smtp_security": "tls"}, "tls_failed"),
        ({"smtp_host": "localhost.invalid", "smtp_security": "tls"}, "unknown_host"),
    ],
)  # fmt: skip
def test_send_is_deferred_while_the_server_cannot_be_reached(
    send: Any, changes: dict[str, Any], code: str
) -> None:
    if changes.get("smtp_port") == "free":
        changes = {"smtp_port": free_port()}

    receipt = send(**changes)

    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, code)


def test_send_without_a_server_is_refused(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    receipt = connectors(reading(dovecot, perrin)).send(reply())

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "cannot_send")


@pytest.mark.parametrize("sender", ["Bonjour@Maison-Perrin.example", "bonjour@fjordlys.example"])
def test_send_from_addresses_of_the_mailbox_only(
    send: Any, smtp_sink: SmtpSink, sender: str
) -> None:
    receipt = send(reply(sender=sender), senders=("bonjour@maison-perrin.example",))

    ours = sender.lower().endswith("@maison-perrin.example")
    assert receipt.outcome == (Outcome.ACCEPTED if ours else Outcome.REFUSED)
    assert receipt.code == ("" if ours else "sender_not_authorised")
    assert len(smtp_sink.mails) == int(ours)


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "alice@acheteurs.example\r\nRCPT TO:<bob@acheteurs.example>"},
        {"recipient": "alice@acheteurs.example>, <bob@acheteurs.example"},
        {"recipient": "alice@acheteurs.example,bob@acheteurs.example"},
        {"sender": "bonjour@maison-perrin.example\nBcc: bob@acheteurs.example"},
        {"recipient": "alice"},
        {"recipient": ""},
        {"recipient": "alice@"},
        {"message_id": "a\r\nBcc: bob@acheteurs.example"},
        {"message_id": ""},
    ],
)
def test_send_refuses_addresses_and_ids_that_are_none(
    send: Any, smtp_sink: SmtpSink, changes: dict[str, str]
) -> None:
    receipt = send(reply(**changes))

    code = "message_id_invalid" if "message_id" in changes else "address_invalid"
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, code)
    assert smtp_sink.mails == []


def test_send_to_an_international_domain(send: Any, smtp_sink: SmtpSink) -> None:
    send(reply(recipient="alice@faß.example"))

    assert smtp_sink.mails[0].recipients == ("alice@xn--fa-hia.example",)


def test_send_to_an_international_name(send: Any, smtp_sink: SmtpSink) -> None:
    receipt = send(reply(recipient="jürgen@acheteurs.example"))

    assert receipt.outcome == Outcome.ACCEPTED
    assert smtp_sink.mails[0].recipients == ("jürgen@acheteurs.example",)
    assert "jürgen@acheteurs.example" in smtp_sink.mails[0].raw.decode()


def test_send_reaches_the_mailbox_of_the_buyer(
    send: Any, smtp_sink: SmtpSink, dovecot: Dovecot
) -> None:
    alice = dovecot.add_user()
    smtp_sink.deliver_to(dovecot, {"alice.martin@acheteurs.example": alice})

    send()

    assert dovecot.fetch_all(alice) == [smtp_sink.mails[0].raw]


def test_nothing_of_the_buyer_is_logged(
    send: Any, smtp_sink: SmtpSink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="comptoir")
    smtp_sink.script = Script(data="554 5.7.1 Refused for <alice.martin@acheteurs.example>")

    send()

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("comptoir")]
    assert ours == ["mail refused message_refused"]
