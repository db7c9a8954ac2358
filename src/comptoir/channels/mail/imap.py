"""One IMAP connection, logged in: open folders, search, fetch, flag, wait for news.

Reading opens folders with EXAMINE and fetches with BODY.PEEK, so that no flag changes. Methods
raise `ConnectionLostError` when dialling again may help, `RefusedError` when the server said no.
"""

from __future__ import annotations

import re
import time
from base64 import b64encode
from collections.abc import Sequence
from threading import Event

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.connecting import open_socket
from comptoir.channels.mail.imap_answers import (
    Answer,
    Fetched,
    FolderState,
    RefusedError,
    read_answer,
    read_fetched,
    read_folders,
    read_search,
    read_state,
    refusal,
)
from comptoir.channels.mail.imap_wire import (
    ConnectionLostError,
    Line,
    Wire,
    encode_folder,
    quoted,
)
from comptoir.channels.mail.oauth import TokenSource, oauthbearer, xoauth2
from comptoir.channels.mail.settings import Endpoint, Security

_STOP_SECONDS = 0.5
"""How soon IDLE notices that it shall stop."""
_ANSWER_BYTES_MAX = 128 * 1024 * 1024
"""We never ask for so much in one command."""


class ImapSession:
    """One connection. Not for two threads at once, except `close`."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._tag_count = 0
        self._opened: tuple[str, bool] | None = None
        self._uidvalidity = 0
        self._capabilities: frozenset[str] = frozenset()
        self._wire = Wire(open_socket(endpoint), endpoint)
        try:
            self._greet()
        except BaseException:
            self._wire.close()
            raise

    # -- who we are

    def login(self, user: str, password: str) -> None:
        """Log in with a password: LOGIN, or PLAIN where LOGIN cannot carry it."""
        plain_ascii = (user + password).isascii()
        if plain_ascii and "LOGINDISABLED" not in self._capabilities:
            answer = self._send_command(b"LOGIN " + quoted(user) + b" " + quoted(password))
            self._welcome(answer)
        else:
            self._authenticate("PLAIN", f"\0{user}\0{password}".encode())

    def login_with_token(self, user: str, tokens: TokenSource) -> None:
        """Log in with OAuth 2; a token refused before its time is replaced once."""
        token = tokens.access_token()
        try:
            self._authenticate_token(user, token)
        except RefusedError as refused:
            if refused.code != "auth_failed":
                raise
            self._authenticate_token(user, tokens.access_token(refused=token))

    @property
    def can_idle(self) -> bool:
        """Tell whether the server announces news by itself."""
        return "IDLE" in self._capabilities

    # -- folders

    def folders(self) -> dict[str, frozenset[str]]:
        """List the folders that can be opened, with their flags."""
        return read_folders(self._command(b'LIST "" "*"', otherwise="refused"))

    def open(self, folder: str, *, writable: bool = False) -> FolderState:
        """Open a folder, for reading only unless told otherwise, and tell its state."""
        verb = b"SELECT " if writable else b"EXAMINE "
        self._opened = None
        answer = self._command(verb + quoted(encode_folder(folder)), otherwise="folder_missing")
        state = read_state(answer)
        self._opened, self._uidvalidity = (folder, writable), state.uidvalidity
        return state

    def is_open(self, folder: str) -> bool:
        """Tell whether that folder is the one in hand."""
        return self._opened is not None and self._opened[0] == folder

    def reopen(self, folder: str, *, writable: bool = False) -> int:
        """Open a folder unless it is the one in hand; give the UIDVALIDITY it was opened with."""
        if self._opened != (folder, writable):
            self.open(folder, writable=writable)
        return self._uidvalidity

    # -- mails

    def search(self, criteria: bytes) -> list[int]:
        """Give the UIDs that match, ascending."""
        return read_search(self._command(b"UID SEARCH " + criteria, otherwise="refused"))

    def search_after(self, uid: int) -> list[int]:
        """Give the UIDs above one, ascending."""
        # "n:*" always holds the last mail, even when its UID is below n.
        found = self.search(b"UID %d:*" % (uid + 1))
        return [number for number in found if number > uid]

    def fetch(self, uids: Sequence[int], *, start: int = 0, count: int) -> list[Fetched]:
        """Fetch a piece of each mail without a trace; mails gone meanwhile are missing."""
        if not uids:
            return []
        what = b"UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<%d.%d>" % (start, count)
        wanted = set(uids)
        answer = self._command(
            b"UID FETCH %s (%s)" % (uid_set(uids), what), otherwise="mail_unreadable"
        )
        mails = [mail for mail in read_fetched(answer) if mail.uid in wanted]
        withheld = [mail.uid for mail in mails if mail.problem]
        if not withheld:
            return mails
        # NIL is said of mails deleted a moment ago, and of those the server itself cannot read.
        there = set(self.search(b"UID " + uid_set(withheld)))
        return [mail for mail in mails if not mail.problem or mail.uid in there]

    def add_flag(self, uid: int, flag: bytes) -> None:
        """Set a flag in the folder opened for writing."""
        self._command(b"UID STORE %d +FLAGS.SILENT (%s)" % (uid, flag), otherwise="refused")

    def idle(self, seconds: float, stop: Event) -> None:
        """Wait until the open folder changes, at most so long; returns early when told to stop."""
        tag = self._send(b"IDLE")
        noticed = False
        while not (line := self._wire.response())[0].startswith(b"+"):
            if line[0].startswith(tag):
                raise refusal(read_answer(_untagged(line, tag), ()), "idle_refused")
            noticed = noticed or _is_news(line)
        ends_at = time.monotonic() + seconds
        while not noticed and not stop.is_set() and time.monotonic() < ends_at:
            if self._wire.readable(min(_STOP_SECONDS, max(0.0, ends_at - time.monotonic()))):
                noticed = _is_news(self._wire.response())
        self._wire.send(b"DONE\r\n")
        self._finish(tag)

    def close(self, *, polite: bool = True) -> None:
        """Say good-bye if that is possible, and hang up."""
        try:
            if polite:
                self._wire.send(b"ZZ LOGOUT\r\n")
        except ChannelError:
            pass  # it hung up first
        finally:
            self._wire.close()

    # -- talking

    def _greet(self) -> None:
        greeting = self._wire.response()
        if not re.match(rb"\* (OK|PREAUTH)\b", greeting[0], re.IGNORECASE):
            words = greeting[0].decode("utf-8", "replace")[:200]
            raise ChannelError("protocol_error", f"This is no IMAP server; it says: {words}")
        self._ask_capabilities()
        if self._endpoint.security is Security.STARTTLS:
            if "STARTTLS" not in self._capabilities:
                words = f"{self._endpoint.host} offers no STARTTLS. Choose TLS on port 993."
                raise ChannelError("starttls_missing", words)
            self._command(b"STARTTLS", otherwise="tls_failed")
            self._wire.encrypt()
            self._ask_capabilities()

    def _ask_capabilities(self) -> None:
        answer = self._command(b"CAPABILITY", otherwise="protocol_error")
        words = b" ".join(
            line[0] for line in answer.lines if line[0][:12].upper() == b"* CAPABILITY"
        )
        self._capabilities = frozenset(words.decode("ascii", "replace").upper().split())

    def _authenticate_token(self, user: str, token: str) -> None:
        if "AUTH=XOAUTH2" in self._capabilities or "AUTH=OAUTHBEARER" not in self._capabilities:
            self._authenticate("XOAUTH2", xoauth2(user, token))
        else:
            host, port = self._endpoint.host, self._endpoint.port
            self._authenticate("OAUTHBEARER", oauthbearer(user, token, host=host, port=port))

    def _authenticate(self, mechanism: str, response: bytes) -> None:
        """Run a mechanism of one answer; a further challenge carries an error and is closed."""
        tag = self._send(f"AUTHENTICATE {mechanism}".encode())
        asked_count = 0
        while True:
            line = self._wire.response()
            if line[0].startswith(tag):
                self._welcome(read_answer(_untagged(line, tag), ()))
                return
            if line[0].startswith(b"+"):
                asked_count += 1
                closing = b"AQ==" if mechanism == "OAUTHBEARER" else b""
                self._wire.send((b64encode(response) if asked_count == 1 else closing) + b"\r\n")

    def _welcome(self, answer: Answer) -> None:
        _accepted(answer, otherwise="auth_failed")
        self._ask_capabilities()  # servers offer more to those they know

    def _command(self, command: bytes, *, otherwise: str) -> Answer:
        return _accepted(self._send_command(command), otherwise=otherwise)

    def _send_command(self, command: bytes) -> Answer:
        return self._finish(self._send(command))

    def _send(self, command: bytes) -> bytes:
        self._tag_count += 1
        tag = b"C%d " % self._tag_count
        self._wire.send(tag + command + b"\r\n")
        return tag

    def _finish(self, tag: bytes) -> Answer:
        lines: list[Line] = []
        size_bytes = 0
        while True:
            line = self._wire.response()
            size_bytes += sum(map(len, line))
            if size_bytes > _ANSWER_BYTES_MAX:
                raise ChannelError("protocol_error", "The server sends an answer without an end.")
            if line[0].startswith(tag):
                return read_answer(_untagged(line, tag), lines)
            if line[0][:5].upper() == b"* BYE":
                words = line[0][5:].decode("utf-8", "replace").strip()[:200]
                raise ConnectionLostError("unreachable", f"The server hung up: {words}")
            lines.append(line)


def uid_set(uids: Sequence[int]) -> bytes:
    """Write numbers as IMAP does, ranges where they follow each other: `3:5,9`."""
    ranges: list[list[int]] = []
    for uid in sorted(set(uids)):
        if ranges and ranges[-1][1] == uid - 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in ranges)


def _accepted(answer: Answer, *, otherwise: str) -> Answer:
    if answer.status == b"BAD":
        raise ChannelError("protocol_error", f"The server does not understand: {answer.text}")
    # "NO [EXPUNGEISSUED]": some mails went away meanwhile, the others are here (RFC 5530).
    if answer.status == b"NO" and answer.code.upper() != b"EXPUNGEISSUED":
        raise refusal(answer, otherwise)
    return answer


def _untagged(line: Line, tag: bytes) -> Line:
    return (line[0][len(tag) :], *line[1:])


def _is_news(line: Line) -> bool:
    if line[0][:5].upper() == b"* BYE":
        raise ConnectionLostError("unreachable", "The server hung up.")
    return re.fullmatch(rb"\* \d+ EXISTS", line[0], re.IGNORECASE) is not None
