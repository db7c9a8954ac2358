"""Ports for servers that must be told theirs before they start."""

import socket


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
