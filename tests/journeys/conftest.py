"""A desk as a person starts it, and a browser to look at it.

With `COMPTOIR_SCREENSHOTS` naming a folder, journeys leave a picture of each step there.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.mailservers.fixtures import (  # noqa: F401
    dovecot,
    perrin,
    session_smtp_sink,
    session_token_provider,
    smtp_sink,
)

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
START_SECONDS = 120.0
STOP_SECONDS = 30.0

Look = Callable[[Page, str], None]


@dataclass(frozen=True)
class ServedDesk:
    """A running desk. `link` is what it printed for its first administrator."""

    address: str
    link: str
    said: Path


@pytest.fixture
def served_desk(tmp_path: Path) -> Iterator[ServedDesk]:
    """Start `comptoir serve` on an empty folder, and stop it afterwards."""
    port, said = _two_free_ports(), tmp_path / "said.txt"
    unwanted = ("COMPTOIR_DATABASE_URL", "COMPTOIR_CONNINFO", "COMPTOIR_DEMO", "COMPTOIR_URL",
                "COMPTOIR_MASTER_KEY", "COMPTOIR_EVENTS_URL")  # fmt: skip
    environ = {name: value for name, value in os.environ.items() if name not in unwanted}
    environ["COMPTOIR_DATA_DIR"] = str(tmp_path / "desk")
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "comptoir", "serve", "--port", str(port)],
            env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        yield ServedDesk(f"http://127.0.0.1:{port}", _link(process, said), said)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    if not CHROMIUM.exists():
        pytest.skip(f"needs Chromium in {CHROMIUM} (Debian package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Look:
    """Keep a picture of a page, where pictures are wanted."""
    folder = os.environ.get("COMPTOIR_SCREENSHOTS")

    def keep(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    return keep


def _link(process: subprocess.Popen[bytes], said: Path) -> str:
    ends_at = time.monotonic() + START_SECONDS
    while time.monotonic() < ends_at and process.poll() is None:
        if found := re.search(r"http://\S+/welcome/\S+", said.read_text()):
            return found.group()
        time.sleep(0.1)
    raise RuntimeError(f"The desk did not start: {said.read_text()[-2000:]}")


def _two_free_ports() -> int:
    """Give a port whose neighbour is free too, as the desk wants them."""
    for _ in range(50):
        with contextlib.suppress(OSError), socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            second.bind(("127.0.0.1", port + 1))
            return port
    raise RuntimeError("no two free ports in a row")
