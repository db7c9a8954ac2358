"""The stand-ins as `./dev mocks` serves them: what it writes down is what the pages ask for."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.channels.stand_ins import STAND_INS

from comptoir.channels.kernel.catalogue import cards

REPO = Path(__file__).resolve().parents[2]
DESK = "https://desk.maison-perrin.example"


def free_row(length: int) -> int:
    """Give the first of so many free ports in a row."""
    for first in range(20_000, 32_000, 100):
        with socket.socket() as tried:
            if all(tried.connect_ex(("127.0.0.1", first + n)) != 0 for n in range(length)):
                return first
    raise AssertionError("no free ports")


def command(first: int) -> list[str]:
    return [
        sys.executable, "-m", "tests.channels.stand_ins", "--port", str(first), "--desk", DESK,
    ]  # fmt: skip


@pytest.fixture
def mocks() -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start all of them, and give the process and what it wrote until they answer."""
    first = free_row(len(STAND_INS))
    with subprocess.Popen(command(first), cwd=REPO, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if "until Ctrl-C" in line:
                break
        yield process, lines
        process.kill()


def test_all_are_served_with_what_to_type_until_interrupted(
    mocks: tuple[subprocess.Popen[str], list[str]],
) -> None:
    process, lines = mocks
    written = "\n".join(lines)

    assert "not the vendors" in lines[0]
    for one in STAND_INS:
        (head,) = (line for line in lines if line.endswith(f"  /settings/connect/{one.kind}"))
        assert head.startswith(cards()[one.kind].name)
    (auth,) = (line for line in lines if "Address of the consent page" in line)
    there = httpx.get(f"{auth.split(': ')[1]}/oauth2/authorize?state=s%26", trust_env=False).text
    assert f'href="{DESK}/settings/connect/return?state=s%26&amp;code=code-1"' in there
    assert "Advanced → Page on which the seller consents" in written

    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0


def test_taken_port_is_said_before_anything_is_served() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            command(port), cwd=REPO, capture_output=True, text=True, timeout=60, check=False
        )

    assert ended.returncode == 2
    assert f"port {port} is taken" in ended.stderr
    assert ended.stdout == ""
