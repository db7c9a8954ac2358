"""IMAP's grammar on a socket: lines with literals in, commands out.

A response line is a tuple of parts: text, literal, text, literal … text (RFC 9051, section 4.3), so
`(b'* 1 FETCH (UID 7 BODY[] ', b'<the mail>', b')')`. Spoken directly rather than through `imaplib`,
which has no IDLE before Python 3.14 and keeps what it does not expect; here every wait has an end
and every answer a size.
"""

from __future__ import annotations

import re
import selectors
import socket
import ssl
from base64 import b64decode, b64encode

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.connecting import connection_failure, start_tls
from comptoir.channels.mail.settings import Endpoint

Line = tuple[bytes, ...]

_LITERAL = re.compile(rb"\{(\d+)\+?\}$")
_RECEIVE_BYTES = 256 * 1024
_LINE_BYTES_MAX = 32 * 1024 * 1024
"""A SEARCH answer is one line: this holds three million mails."""
_LITERAL_BYTES_MAX = 64 * 1024 * 1024


class ConnectionLostError(ChannelError):
    """Say that the connection died in the middle of a talk: dialling again may help."""


class Wire:
    """A socket that is read by lines and by counts."""

    def __init__(self, sock: socket.socket, endpoint: Endpoint) -> None:
        self._sock = sock
        self._endpoint = endpoint
        self._buffer = bytearray()

    def encrypt(self) -> None:
        """Go on in TLS. What came before in the clear could be forged and is forgotten."""
        self._buffer.clear()
        self._sock = start_tls(self._sock, self._endpoint)

    def send(self, data: bytes) -> None:
        """Hand all bytes to the system, within the time limit."""
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise self._lost(error) from error

    def response(self) -> Line:
        """Read one response with all its literals."""
        parts: list[bytes] = []
        size = 0
        while True:
            text = self._read_line()
            literal = _LITERAL.search(text)
            if literal is None:
                parts.append(text)
                return tuple(parts)
            count = int(literal[1])
            size += count
            if size > _LITERAL_BYTES_MAX:
                raise ChannelError("protocol_error", "The server sent more than was asked for.")
            parts += [text[: literal.start()], self._read_exactly(count)]

    def readable(self, seconds: float) -> bool:
        """Wait until there is something to read, at most so long."""
        if self._buffer or (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending()):
            return True
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._sock, selectors.EVENT_READ)
                return bool(selector.select(seconds))
        except (OSError, ValueError) as error:
            raise self._lost(error) from error

    def close(self) -> None:
        """Let go of the socket, also under another thread that waits on it."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was faster
        finally:
            self._sock.close()

    def _read_line(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > _LINE_BYTES_MAX:
                raise ChannelError("protocol_error", "The server sent a line without an end.")
            self._receive()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.removesuffix(b"\r")

    def _read_exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._receive()
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _receive(self) -> None:
        try:
            data = self._sock.recv(_RECEIVE_BYTES)
        except (OSError, ValueError) as error:
            raise self._lost(error) from error
        if not data:
            raise ConnectionLostError("unreachable", f"{self._endpoint.host} hung up.")
        self._buffer += data

    def _lost(self, error: Exception) -> ConnectionLostError:
        failure = connection_failure(error, self._endpoint)
        return ConnectionLostError(failure.code, failure.detail)


def quoted(text: str | bytes) -> bytes:
    """Write an IMAP string. Refuses what would end the command early."""
    raw = text.encode() if isinstance(text, str) else text
    if any(byte in raw for byte in b"\r\n\0"):
        raise ChannelError("settings_invalid", "A line break cannot be sent.", permanent=True)
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def unquoted(raw: bytes) -> bytes:
    """Read an IMAP string or atom."""
    if len(raw) >= 2 and raw[:1] == raw[-1:] == b'"':
        return re.sub(rb"\\(.)", rb"\1", raw[1:-1])
    return raw


def encode_folder(name: str) -> bytes:
    """Write a folder's name in IMAP's own UTF-7 (RFC 3501, section 5.1.3)."""

    def shift(match: re.Match[str]) -> str:
        encoded = b64encode(match[0].encode("utf-16-be"), b"+,").rstrip(b"=")
        return f"&{encoded.decode()}-"

    return re.sub(r"[^\x20-\x7e]+", shift, name.replace("&", "&-")).encode("ascii")


def decode_folder(raw: bytes) -> str:
    """Read a folder's name; what is not UTF-7 is taken as UTF-8."""

    def unshift(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        padded = match[1] + "=" * (-len(match[1]) % 4)
        return b64decode(padded, b"+,").decode("utf-16-be")

    text = raw.decode("utf-8", "replace")
    try:
        return re.sub(r"&([A-Za-z0-9+,]*)-", unshift, text)
    except ValueError:
        return text
