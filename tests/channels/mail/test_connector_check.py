"""`check` tells apart what can be wrong with a mailbox, in codes and in a merchant's words."""

from __future__ import annotations

import re
import socket
from typing import Any

import pytest
from tests.mailservers.certificates import EXPIRED, SELF_SIGNED, STRANGER, WRONG_HOST
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.fixtures import Connectors
from tests.mailservers.letters import reading, sending
from tests.mailservers.ports import free_port
from tests.mailservers.scripted import SILENCE, running_script
from tests.mailservers.smtpsink import Script, SmtpSink

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.settings import MailSettings, Security

pytestmark = pytest.mark.mailserver


def _failure(
    connectors: Connectors, settings: MailSettings, password: str = "le-bon-mot-de-passe"
) -> ChannelError:
    with pytest.raises(ChannelError) as failure:
        connectors(settings, password).check()
    return failure.value


@pytest.mark.parametrize("security", list(Security))
def test_check_passes_with_every_kind_of_encryption(
    dovecot: Dovecot,
    perrin: MailUser,
    connectors: Connectors,
    smtp_sink: SmtpSink,
    security: Security,
) -> None:
    smtp_sink.passwords[perrin.name] = perrin.password
    ports = {
        Security.TLS: (dovecot.tls_port, smtp_sink.tls_port),
        Security.STARTTLS: (dovecot.port, smtp_sink.starttls_port),
        Security.NONE: (dovecot.port, smtp_sink.port),
    }
    imap_port, smtp_port = ports[security]
    out = sending(
        smtp_sink, smtp_security=security, smtp_port=smtp_port, senders=("a@maison-perrin.example",)
    )
    settings = reading(dovecot, perrin, imap_security=security, imap_port=imap_port, **out)

    connectors(settings).check()

    assert smtp_sink.mails == []


def test_check_tells_an_unknown_host(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    settings = reading(
        dovecot, perrin, imap_host="mail.maison-perrin.invalid", imap_security=Security.TLS
    )

    failure = _failure(connectors, settings)

    assert failure.code == "unknown_host"
    assert failure.detail.startswith("There is no server called mail.maison-perrin.invalid.")


def test_check_tells_a_host_name_that_cannot_be_one(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    settings = reading(dovecot, perrin, imap_host="mail..maison-perrin", imap_security=Security.TLS)

    assert _failure(connectors, settings).code == "unknown_host"


def test_check_tells_a_closed_port(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    settings = reading(dovecot, perrin, imap_port=free_port())

    assert _failure(connectors, settings).code == "connection_refused"


def test_check_tells_a_server_that_says_nothing(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    with running_script([SILENCE]) as server:
        settings = reading(dovecot, perrin, imap_port=server.port, timeout_seconds=0.3)
        failure = _failure(connectors, settings)

    assert failure.code == "timeout"


def test_check_tells_a_port_that_never_answers(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    with socket.socket() as full:  # nobody accepts, and the queue of one is taken
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        with socket.create_connection(address):
            settings = reading(dovecot, perrin, imap_port=address[1], timeout_seconds=0.3)
            failure = _failure(connectors, settings)

    assert failure.code == "timeout"


@pytest.mark.parametrize(
    ("host", "code"),
    [
        (EXPIRED, "certificate_expired"),
        (WRONG_HOST, "certificate_wrong_host"),
        (SELF_SIGNED, "certificate_self_signed"),
        (STRANGER, "certificate_untrusted"),
    ],
)
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_check_tells_what_is_wrong_with_a_certificate(
    dovecot: Dovecot,
    perrin: MailUser,
    connectors: Connectors,
    host: str,
    code: str,
    security: Security,
) -> None:
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    settings = reading(dovecot, perrin, imap_host=host, imap_port=port, imap_security=security)

    failure = _failure(connectors, settings)

    assert (failure.code, failure.permanent) == (code, False)
    assert host in failure.detail


def test_check_accepts_a_self_signed_certificate_that_was_pasted(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    pasted = dovecot.certificates.files[SELF_SIGNED][0].read_text()
    settings = reading(
        dovecot,
        perrin,
        imap_host=SELF_SIGNED,
        imap_port=dovecot.tls_port,
        imap_security=Security.TLS,
        ca_certificates=pasted,
    )

    assert connectors(settings).folders() == ("INBOX",)


def test_check_tells_a_pasted_certificate_that_is_none(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    settings = reading(
        dovecot,
        perrin,
        imap_port=dovecot.tls_port,
        imap_security=Security.TLS,
        ca_certificates="bonjour",
    )

    failure = _failure(connectors, settings)

    assert (failure.code, failure.permanent) == ("settings_invalid", True)


def test_check_tells_tls_on_a_port_without(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    settings = reading(dovecot, perrin, imap_security=Security.TLS)

    assert _failure(connectors, settings).code == "tls_failed"


def test_check_tells_a_server_without_starttls(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    greeting = [b"* OK bonjour\r\n", re.compile(rb"C1 CAPABILITY\r\n")]
    with running_script([*greeting, b"* CAPABILITY IMAP4rev1\r\nC1 OK\r\n", SILENCE]) as server:
        settings = reading(dovecot, perrin, imap_port=server.port, imap_security=Security.STARTTLS)
        failure = _failure(connectors, settings)

    assert failure.code == "starttls_missing"
    assert b"LOGIN" not in server.heard[0]


def test_check_tells_a_server_of_another_kind(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, smtp_sink: SmtpSink
) -> None:
    failure = _failure(connectors, reading(dovecot, perrin, imap_port=smtp_sink.port))

    assert failure.code == "protocol_error"
    assert failure.detail.startswith("This is no IMAP server; it says: 220 ")


def test_check_tells_a_wrong_password(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    failure = _failure(connectors, reading(dovecot, perrin), "un-mauvais-mot")

    assert (failure.code, failure.permanent) == ("auth_failed", True)
    assert "app password" in failure.detail


@pytest.mark.parametrize("password", ["clé-ü-пароль", 'with "quotes" \\ and spaces', "%s{0}"])
def test_check_passes_with_any_password(
    dovecot: Dovecot, connectors: Connectors, password: str
) -> None:
    user = dovecot.add_user(password=password)

    assert connectors(reading(dovecot, user), password).folders() == ("INBOX",)


def test_check_tells_a_missing_folder_and_names_those_there_are(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, b"Subject: Bonjour\r\n\r\n", "Büro")
    settings = reading(dovecot, perrin, folders=("INBOX", "Buro"))

    failure = _failure(connectors, settings)

    assert failure.code == "folder_missing"
    assert failure.detail == "There is no folder Buro in this mailbox. There are: Büro, INBOX"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"smtp_host": "smtp.maison-perrin.invalid", "smtp_security": "tls"}, "smtp_unknown_host"),
        ({"smtp_port": "free"}, "smtp_connection_refused"),
        ({"smtp_security": "tls"}, "smtp_tls_failed"),
        ({"smtp_security": "starttls"}, "smtp_starttls_missing"),
        ({"smtp_auth": "password"}, "smtp_auth_failed"),
        ({"smtp_user": "inconnue"}, "smtp_auth_failed"),
    ],
)
def test_check_tells_what_is_wrong_with_sending(
    dovecot: Dovecot,
    perrin: MailUser,
    connectors: Connectors,
    smtp_sink: SmtpSink,
    changes: dict[str, Any],
    code: str,
) -> None:
    if changes.get("smtp_port") == "free":
        changes = {"smtp_port": free_port()}
    values = {**reading(dovecot, perrin).as_mapping(), **sending(smtp_sink, **changes)}

    failure = _failure(connectors, MailSettings.from_mapping(values))

    assert failure.code == code


def test_check_tells_a_silent_server_for_sending(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, smtp_sink: SmtpSink
) -> None:
    with running_script([SILENCE]) as server:
        out = sending(smtp_sink, smtp_port=server.port, smtp_auth="none")
        failure = _failure(connectors, reading(dovecot, perrin, timeout_seconds=1.0, **out))

    assert failure.code == "smtp_timeout"


@pytest.mark.parametrize(
    "script",
    [
        Script(sender="550 5.7.60 SMTP; Client does not have permissions to send as this sender"),
        Script(recipient="553 5.7.1 <a@b.example>: Sender address rejected: not owned by user c"),
    ],
)
def test_check_tells_a_sender_that_is_not_ours(
    dovecot: Dovecot,
    perrin: MailUser,
    connectors: Connectors,
    smtp_sink: SmtpSink,
    script: Script,
) -> None:
    smtp_sink.script = script
    out = sending(smtp_sink, smtp_auth="none", senders=("bonjour@fjordlys.example",))

    failure = _failure(connectors, reading(dovecot, perrin, **out))

    assert (failure.code, failure.permanent) == ("sender_not_authorised", True)


def test_check_passes_when_the_sender_cannot_receive(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, smtp_sink: SmtpSink
) -> None:
    smtp_sink.script = Script(recipient="550 5.1.1 No such user here")
    out = sending(smtp_sink, smtp_auth="none", senders=("ne-pas-repondre@fjordlys.example",))

    connectors(reading(dovecot, perrin, **out)).check()

    assert smtp_sink.mails == []
