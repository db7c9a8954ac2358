"""Child processes we start and do not wait for; a server lives on when its starter ends."""

import subprocess

_children: list[subprocess.Popen[bytes]] = []


def keep(child: subprocess.Popen[bytes]) -> None:
    """Remember a child, so that it can be reaped."""
    _children.append(child)


def reap() -> None:
    """Let children that ended leave the process table."""
    _children[:] = [child for child in _children if child.poll() is None]
