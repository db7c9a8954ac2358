"""Is a server alive? Only a log-in that it accepted counts; a pid or a socket file proves nothing.

Speaks as much of PostgreSQL's protocol as that takes (startup, then wait for ReadyForQuery), so
that a small supervisor needs no driver.
"""

import socket
import struct
import time
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

from comptoir.storage.postgres.errors import DatabaseUnavailable

ROLE = "comptoir"
DATABASE = "comptoir"

_PROTOCOL_3 = 196608
_TERMINATE = b"X" + struct.pack("!I", 4)
_LONGEST_MESSAGE_BYTES = 1_000_000
_ATTEMPTS = 5
_PAUSE_SECONDS = 0.05
_NOT_READY = "57P03"  # starting, recovering or shutting down
_FULL = ("53300", "53400")  # no connection free: busy, so very much alive
_REFUSED = ("28000", "28P01")


class State(Enum):
    """What came of an attempt to log in."""

    ABSENT = auto()
    STARTING = auto()
    SILENT = auto()  # took the connection and said nothing: held by a debugger, drowning in work
    ALIVE = auto()


def state_of(server_socket: Path, *, timeout_seconds: float = 10) -> State:
    """Log in and out again, and tell how far that went.

    Absent is only who does not even take the connection: a server that takes it and fails then
    (no memory for one more process, say) is alive enough not to be replaced.
    """
    for _ in range(_ATTEMPTS):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout_seconds)
            try:
                connection.connect(str(server_socket))
                connection.sendall(_startup_packet())
                return _read_answer(connection)
            except (FileNotFoundError, ConnectionRefusedError):
                return State.ABSENT
            except (TimeoutError, BlockingIOError):  # the latter: too many wait in line already
                return State.SILENT
            except PermissionError as denied:
                raise DatabaseUnavailable(
                    f"The database belongs to another user ({server_socket}); run Comptoir as "
                    "that user."
                ) from denied
            except ConnectionError:  # it may just have died; the next attempt will show
                time.sleep(_PAUSE_SECONDS)
    return State.SILENT


def peer_pid(server_socket: Path) -> int | None:
    """Tell which process listens on the socket, as the kernel noted it; None when nobody does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        try:
            connection.connect(str(server_socket))
        except OSError:
            return None
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    pid: int = struct.unpack("3i", credentials)[0]
    return pid or None  # 0 when it lives in another pid namespace


def _startup_packet() -> bytes:
    words = ["user", ROLE, "database", DATABASE, "application_name", "comptoir launcher"]
    body = struct.pack("!I", _PROTOCOL_3) + b"".join(f"{word}\0".encode() for word in words) + b"\0"
    return struct.pack("!I", len(body) + 4) + body


def _read_answer(connection: socket.socket) -> State:
    while True:
        kind, body = _read_message(connection)
        if kind == b"Z":
            with suppress(OSError):
                connection.sendall(_TERMINATE)
            return State.ALIVE
        if kind == b"E":
            return _state_from_error(body)
        if kind == b"R" and body[:4] != b"\0\0\0\0":
            raise DatabaseUnavailable("The server on our socket asks for a password: not ours.")


def _state_from_error(body: bytes) -> State:
    fields = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0") if part}
    code, message = fields.get(b"C", ""), fields.get(b"M", "")
    if code == _NOT_READY:
        return State.STARTING
    if code in _FULL:
        return State.ALIVE
    if code in _REFUSED:
        raise DatabaseUnavailable(
            f"The database refuses this user ({message}); run Comptoir as the user who started it."
        )
    raise DatabaseUnavailable(f"The database refuses to work: {message} ({code}).")


def _read_message(connection: socket.socket) -> tuple[bytes, bytes]:
    kind = _read_exactly(connection, 1)
    (length,) = struct.unpack("!I", _read_exactly(connection, 4))
    if not 4 <= length <= _LONGEST_MESSAGE_BYTES:
        raise ConnectionAbortedError("not PostgreSQL's protocol")
    return kind, _read_exactly(connection, length - 4)


def _read_exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise ConnectionResetError("closed in the middle of an answer")
        data += piece
    return data
