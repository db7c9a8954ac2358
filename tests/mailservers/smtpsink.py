"""A real SMTP server on loopback that keeps what it is sent, and refuses what a test tells it to.

One sink has three doors: `port` in the clear, `starttls_port`, `tls_port`. What it accepts lies in
`mails`; `deliver_to(dovecot)` also puts it into the recipient's mailbox, so that a journey can look
at it as the buyer does.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, auth_mechanism

from tests.mailservers.certificates import GOOD, Certificates
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.ports import free_port


@dataclass(frozen=True)
class SentMail:
    """One mail that the sink accepted. `login` is who sent it, empty without a login."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    login: str = ""


@dataclass
class Script:
    """What the sink says instead of yes: full replies such as `550 5.7.1 Not yours`."""

    sender: str = ""
    recipient: str = ""
    data: str = ""
    hang_up_after_data: bool = False


@dataclass
class SmtpSink:
    """A running server and what came in. Passwords by user name; no entry, no entrance."""

    certificates: Certificates
    passwords: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    script: Script = field(default_factory=Script)
    mails: list[SentMail] = field(default_factory=list)
    host: str = GOOD
    port: int = 0
    starttls_port: int = 0
    tls_port: int = 0
    on_mail: Callable[[SentMail], None] | None = None

    def clear(self) -> None:
        """Forget mails, people and script: the next test begins."""
        self.mails.clear()
        self.passwords.clear()
        self.tokens.clear()
        self.script = Script()
        self.on_mail = None

    def deliver_to(self, dovecot: Dovecot, users: dict[str, MailUser]) -> None:
        """Hand accepted mails on to mailboxes, by recipient address in lower case."""

        def hand_on(mail: SentMail) -> None:
            for recipient in mail.recipients:
                if user := users.get(recipient.lower()):
                    dovecot.deliver(user, mail.raw)

        self.on_mail = hand_on


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._sink.script.sender:
            return self._sink.script.sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._sink.script.recipient:
            return self._sink.script.recipient
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._sink.script.data:
            return self._sink.script.data
        login = session.auth_data
        mail = SentMail(
            envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
            bytes(envelope.original_content or b""),
            login if isinstance(login, str) else "",
        )
        self._sink.mails.append(mail)
        if self._sink.on_mail is not None:
            self._sink.on_mail(mail)
        if self._sink.script.hang_up_after_data:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return f"250 2.0.0 OK queued as {len(self._sink.mails)}"

    @auth_mechanism("XOAUTH2")
    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        fields = b64decode(args[1]).decode().split("\x01")
        user, token = fields[0].removeprefix("user="), fields[1].removeprefix("auth=Bearer ")
        if self._sink.tokens.get(user) == token:
            return AuthResult(success=True, auth_data=user)
        await server.challenge_auth('{"status":"400"}')
        return AuthResult(success=False, handled=False)

    def log_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        user, password = data.login.decode(), data.password.decode()
        good = self._sink.passwords.get(user) == password
        return AuthResult(success=good, handled=False, auth_data=user if good else None)


@contextlib.contextmanager
def running_smtp_sink(certificates: Certificates) -> Iterator[SmtpSink]:
    """Run the three doors until the end of the block."""
    sink = SmtpSink(certificates)
    handler = _Handler(sink)
    chain, key = certificates.files[GOOD]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    common: dict[str, Any] = {
        "hostname": sink.host,
        "authenticator": handler.log_in,
        "auth_require_tls": False,
        "enable_SMTPUTF8": True,
    }
    doors = [
        Controller(handler, port=free_port(), **common),
        Controller(handler, port=free_port(), **common, tls_context=context, require_starttls=True),
        Controller(handler, port=free_port(), **common, ssl_context=context),
    ]
    with contextlib.ExitStack() as stack:
        for door in doors:
            door.start()
            stack.callback(door.stop)
        sink.port, sink.starttls_port, sink.tls_port = (door.port for door in doors)
        yield sink
