"""A server that follows a script word by word, for what no real server does on demand.

A script is a list of steps: bytes are said; a pattern is waited for; `HANG_UP` and `RESET` end the
connection; `SILENCE` keeps it open without a word. Each connection plays the next script of the
list, the last one again and again.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HANG_UP, RESET, SILENCE = object(), object(), object()
Step = bytes | re.Pattern[bytes] | object


@dataclass
class ScriptedServer:
    """Where it listens and what it heard, connection by connection."""

    port: int
    heard: list[bytes] = field(default_factory=list)
    host: str = "127.0.0.1"


@contextlib.contextmanager
def running_script(*scripts: Sequence[Step]) -> Iterator[ScriptedServer]:
    """Run a server until the end of the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = ScriptedServer(listener.getsockname()[1])
    stop = threading.Event()
    listener.settimeout(0.1)

    def serve() -> None:
        turn = 0
        players = []
        while not stop.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                script = scripts[min(turn, len(scripts) - 1)]
                server.heard.append(b"")
                player = threading.Thread(
                    target=_play, args=(connection, script, server, turn, stop), daemon=True
                )
                player.start()
                players.append(player)
                turn += 1
        for player in players:
            player.join(5)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stop.set()
        thread.join(10)
        listener.close()


def _play(
    connection: socket.socket,
    script: Sequence[Step],
    server: ScriptedServer,
    turn: int,
    stop: threading.Event,
) -> None:
    waiting = b""
    with connection, contextlib.suppress(OSError):
        connection.settimeout(10)
        for step in script:
            if isinstance(step, bytes):
                connection.sendall(step)
            elif isinstance(step, re.Pattern):
                while not (match := step.search(waiting)):
                    data = connection.recv(65536)
                    if not data:
                        return
                    waiting += data
                    server.heard[turn] += data
                waiting = waiting[match.end() :]
            elif step is SILENCE:
                stop.wait(20)
            elif step is RESET:
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            else:
                return
