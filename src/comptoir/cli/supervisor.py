"""Some processes kept running together: started, started again when they die, stopped as one.

The supervisor itself stays small: it imports neither Django nor the web server.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import click

STOP_SECONDS = 8.0
CALM_SECONDS = 30.0
PAUSE_SECONDS_MAX = 15.0
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Part:
    """One process of the desk. `arguments` follow the Python interpreter."""

    name: str
    arguments: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    starts_again_at: float = 0.0
    pause_seconds: float = 0.5

    def start(self) -> None:
        """Start the process; it ends when we are killed, however that happens."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [sys.executable, *self.arguments],
            env={**os.environ, **self.environ},
            preexec_fn=_end_with_parent,
            start_new_session=True,
        )


def run(parts: Sequence[Part], *, each_second: Callable[[], None] = lambda: None) -> int:
    """Keep the parts running until a signal says to stop; give the exit status."""
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    for part in parts:
        part.start()
    try:
        while not stopping:
            for part in parts:
                _look_after(part)
            each_second()
            time.sleep(0.25)
    finally:
        _stop(parts)
    return 0


def _look_after(part: Part) -> None:
    """Start a part again that died, with a growing pause when it keeps dying."""
    now = time.monotonic()
    if part.process is None:
        if now >= part.starts_again_at:
            part.start()
        return
    status = part.process.poll()
    if status is None:
        if now - part.started_at > CALM_SECONDS:
            part.pause_seconds = 0.5
        return
    click.echo(f"{part.name} ended with status {status}; starting it again.", err=True)
    part.process = None
    part.starts_again_at = now + part.pause_seconds
    part.pause_seconds = min(part.pause_seconds * 2, PAUSE_SECONDS_MAX)


def _stop(parts: Sequence[Part]) -> None:
    """Ask all parts to end, and end those that do not."""
    running = [part.process for part in parts if part.process and part.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _end_with_parent() -> None:
    """Ask the kernel to end this process with its parent, where the kernel can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
