"""Hand a finished message to an SMTP server, and know at any moment whether it has left.

The whole message but its final dot is sent first. A connection lost before the dot leaves is
harmless (DEFERRED); once the dot is on its way and no answer came, nobody knows (UNCERTAIN).
"""

from __future__ import annotations

import logging
import re
import smtplib
import socket
from base64 import b64encode
from dataclasses import dataclass

from comptoir.channels.kernel.protocol import ChannelError, Outcome, Receipt
from comptoir.channels.mail.account import Account
from comptoir.channels.mail.connecting import (
    connection_failure,
    open_socket,
    tls_context,
)
from comptoir.channels.mail.oauth import xoauth2
from comptoir.channels.mail.settings import Auth, Endpoint, Security
from comptoir.channels.mail.smtp_replies import Stage, receipt, reply_text

logger = logging.getLogger(__name__)

_PIECE_BYTES = 64 * 1024
_FINAL_SECONDS = 300.0
"""Servers scan a message before they answer its end; RFC 5321 allows them ten minutes."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a message goes and where its bounces come back: plain addresses."""

    sender: str
    recipient: str

    @property
    def is_international(self) -> bool:
        """Tell whether the server must know SMTPUTF8 (RFC 6531)."""
        return not (self.sender.isascii() and self.recipient.isascii())


class RefusedStepError(Exception):
    """Carries what the server said to the one place where it becomes a receipt."""

    def __init__(self, stage: Stage, code: int, said: bytes | str) -> None:
        super().__init__(f"{stage}: {code}")
        self.receipt = receipt(stage, code, said)


class SmtpSession(smtplib.SMTP):
    """A connection, greeted and encrypted as the endpoint says."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        # The machine's own name is nobody's business, and looking it up can take long.
        super().__init__(
            endpoint.host, endpoint.port, "[127.0.0.1]", timeout=endpoint.timeout_seconds
        )
        try:
            self._introduce()
        except BaseException:
            self.close()
            raise

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return open_socket(self._endpoint)

    def _introduce(self) -> None:
        self.ehlo_or_helo_if_needed()
        if self._endpoint.security is Security.STARTTLS:
            if not self.has_extn("starttls"):
                words = f"{self._endpoint.host} offers no STARTTLS. Choose TLS on port 465."
                raise ChannelError("starttls_missing", words)
            self.starttls(context=tls_context(self._endpoint))
            self.ehlo_or_helo_if_needed()

    def log_in(self, account: Account) -> None:
        """Prove the account in the way the settings name."""
        way = account.settings.smtp_auth
        if way is Auth.NONE:
            return
        if way is Auth.OAUTH2:
            self._log_in_with_token(account)
        else:
            self._log_in_with_password(account.smtp_user, account.smtp_password)

    def _log_in_with_token(self, account: Account) -> None:
        token = account.tokens.access_token()
        code, said = self._present(account.smtp_user, token)
        if code == 535:  # a token may end before its time
            token = account.tokens.access_token(refused=token)
            code, said = self._present(account.smtp_user, token)
        _expect(235, Stage.LOGIN, code, said)

    def _present(self, user: str, token: str) -> tuple[int, bytes]:
        code, said = self.docmd("AUTH", "XOAUTH2 " + _base64(xoauth2(user, token)))
        if code == 334:  # the reason as JSON; an empty line asks for the refusal itself
            return self.docmd("")
        return code, said

    def _log_in_with_password(self, user: str, password: str) -> None:
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered or "LOGIN" not in offered:
            answer = self.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{password}".encode()))
        else:
            answer = self.docmd("AUTH", "LOGIN")
            for secret in (user, password):
                _expect(334, Stage.LOGIN, *answer)
                answer = self.docmd(_base64(secret.encode()))
        _expect(235, Stage.LOGIN, *answer)

    def begin(self, envelope: Envelope, size_bytes: int) -> None:
        """Name sender and recipient."""
        options = []
        if self.has_extn("size"):
            options.append(f"SIZE={size_bytes}")
        if envelope.is_international:
            if not self.has_extn("smtputf8"):
                raise RefusedStepError(
                    Stage.RECIPIENT, 553, "5.6.7 This mail server cannot carry such an address."
                )
            self.command_encoding = "utf-8"
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        _expect(250, Stage.SENDER, *self.mail(envelope.sender, options))
        code, said = self.rcpt(envelope.recipient)
        if code != 251:  # 251: "user not local, will forward"
            _expect(250, Stage.RECIPIENT, code, said)

    def transmit(self, content: bytes) -> None:
        """Send everything up to the final dot."""
        _expect(354, Stage.MESSAGE, *self.docmd("DATA"))
        stuffed = dot_stuffed(content)
        for start in range(0, len(stuffed), _PIECE_BYTES):  # a time limit for each piece
            self.send(stuffed[start : start + _PIECE_BYTES])

    def finish(self) -> tuple[int, bytes]:
        """Send the final dot and wait for the answer."""
        if self.sock is not None:
            self.sock.settimeout(max(_FINAL_SECONDS, self._endpoint.timeout_seconds))
        self.send(b".\r\n")
        return self.getreply()

    def leave(self) -> None:
        """Say good-bye without waiting long."""
        try:
            if self.sock is not None:
                self.sock.settimeout(2.0)
                self.docmd("QUIT")
        except OSError:
            pass  # whatever was to be said has been said
        finally:
            self.close()


def deliver(account: Account, envelope: Envelope, content: bytes) -> Receipt:
    """Try once to send a message. Never raises for what server or network do."""
    endpoint = account.settings.smtp
    if endpoint is None:
        return Receipt(Outcome.REFUSED, "cannot_send", "No server for outgoing mail is set.")
    try:
        session = _dial(account, endpoint)
    except RefusedStepError as refused:
        return refused.receipt
    except ChannelError as error:
        outcome = Outcome.REFUSED if error.permanent else Outcome.DEFERRED
        return Receipt(outcome, error.code, error.detail)
    try:
        return _hand_over(session, envelope, content)
    finally:
        session.leave()


def check_sending(account: Account) -> None:
    """Connect, log in and offer every sender address, without sending anything."""
    endpoint = account.settings.smtp
    if endpoint is None:
        return
    try:
        session = _dial(account, endpoint)
        try:
            for sender in account.settings.senders:
                _offer_sender(session, sender)
        finally:
            session.leave()
    except RefusedStepError as refused:
        raise _as_error(refused.receipt) from refused
    except OSError as error:
        failure = connection_failure(_beneath(error), endpoint)
        raise ChannelError(f"smtp_{failure.code}", failure.detail) from error
    except ChannelError as error:
        code = error.code if error.code.startswith("smtp_") else f"smtp_{error.code}"
        words = f"Sending: {error.detail}"
        raise ChannelError(code, words, permanent=error.permanent) from error


def _dial(account: Account, endpoint: Endpoint) -> SmtpSession:
    """Connect and log in. Raises `ChannelError` for the network, else `RefusedStepError`."""
    try:
        session = SmtpSession(endpoint)
    except smtplib.SMTPResponseException as error:
        raise RefusedStepError(Stage.CONNECT, error.smtp_code, error.smtp_error) from error
    except OSError as error:
        raise connection_failure(_beneath(error), endpoint) from error
    try:
        session.log_in(account)
    except OSError as error:
        session.close()
        raise connection_failure(_beneath(error), endpoint) from error
    except BaseException:
        session.leave()
        raise
    return session


def _hand_over(session: SmtpSession, envelope: Envelope, content: bytes) -> Receipt:
    try:
        session.begin(envelope, len(content))
        session.transmit(content)
    except RefusedStepError as refused:
        return refused.receipt
    except (OSError, ValueError) as error:
        logger.info("outgoing mail connection lost before the end of the message")
        return Receipt(Outcome.DEFERRED, "connection_lost", str(error)[:200])
    try:
        code, said = session.finish()
    except OSError as error:
        logger.warning("outgoing mail connection lost after the end of the message")
        return Receipt(Outcome.UNCERTAIN, "no_answer", str(error)[:200])
    if 200 <= code < 300:
        return Receipt(Outcome.ACCEPTED, "", reply_text(code, said))
    if 400 <= code < 600:
        return receipt(Stage.MESSAGE, code, said)
    return Receipt(Outcome.UNCERTAIN, "protocol_error", reply_text(code, said))


def _offer_sender(session: SmtpSession, sender: str) -> None:
    """Name a sender, and itself as recipient: many servers judge the sender only then."""
    _expect(250, Stage.SENDER, *session.mail(sender))
    code, said = session.rcpt(sender)
    if code >= 500:
        judged = receipt(Stage.RECIPIENT, code, said)
        if judged.code in ("sender_not_authorised", "auth_failed"):
            raise RefusedStepError(Stage.SENDER, code, said)
    session.docmd("RSET")


def _as_error(refused: Receipt) -> ChannelError:
    words = {
        "auth_failed": "The server for outgoing mail does not accept user name and password. Many providers want an app password made for this purpose.",
        "sender_not_authorised": "The server for outgoing mail does not let this account write from that sender address. Add the address at your mail provider, or choose another.",
    }.get(refused.code, "The server for outgoing mail refuses.")
    code = refused.code if refused.code == "sender_not_authorised" else f"smtp_{refused.code}"
    permanent = refused.outcome is Outcome.REFUSED
    return ChannelError(code, f"{words} It says: {refused.reply}", permanent=permanent)


def dot_stuffed(content: bytes) -> bytes:
    """Write a message as DATA wants it: every line ends in CRLF, leading dots are doubled."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _beneath(error: OSError) -> Exception:
    """Give what the network said; smtplib wraps it (and all its errors are OSErrors)."""
    cause = error.__context__
    return cause if isinstance(cause, OSError) else error


def _expect(wanted: int, stage: Stage, code: int, said: bytes) -> None:
    if code != wanted:
        raise RefusedStepError(stage, code, said)


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
