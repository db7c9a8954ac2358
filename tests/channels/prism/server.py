"""Prism, a mock server that answers as an OpenAPI document says: a port for each document.

It starts at first use, takes further documents as tests ask for them, and ends with the session.
"""

from __future__ import annotations

import selectors
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from tests.channels.mirakl.contract import document
from tests.channels.node import NODE, installed
from tests.channels.specs import spec
from tests.mailservers.ports import free_port

HERE = Path(__file__).parent
VARIABLE = "COMPTOIR_PRISM"
START_SECONDS = 120.0
"""A machine with much else to do needs long for what takes three seconds."""


@dataclass(frozen=True)
class Prism:
    """One document, and where Prism answers as it says."""

    path: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def content(self) -> Mapping[str, Any]:
        return document(self.path)


class Prisms:
    """All documents that are served in this test session."""

    def __init__(self) -> None:
        self._served: dict[str, Prism] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def serving(self, names: Iterable[str]) -> list[Prism]:
        """Serve some documents, and give them in their order. Skips the test where that cannot be."""
        paths = {name: spec(name) for name in names}
        missing = {name: Prism(paths[name], free_port()) for name in paths.keys() - self._served}
        if missing:
            process = self._process = self._process or _started()
            assert process.stdin is not None
            assert process.stdout is not None
            for one in missing.values():
                process.stdin.write(f"{one.port} {one.path}\n".encode())
            process.stdin.flush()
            _await(process.stdout, [one.port for one in missing.values()])
            self._served |= missing
        return [self._served[name] for name in paths]

    def end(self) -> None:
        """End it, and wait until it did."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _started() -> subprocess.Popen[bytes]:
    modules = installed(HERE / "package.json", VARIABLE)
    assert NODE is not None
    return subprocess.Popen(
        [NODE, str(HERE / "serve.cjs"), str(modules)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )


def _await(lines: IO[bytes], ports: list[int]) -> None:
    """Wait until all of these ports answer. Fails the test where one does not."""
    ends_at = time.monotonic() + START_SECONDS
    waited, said = {f"ready {port}" for port in ports}, b""
    with selectors.DefaultSelector() as selector:
        selector.register(lines, selectors.EVENT_READ)
        while not waited <= set(said.decode().splitlines()):
            if not selector.select(max(0.0, ends_at - time.monotonic())):
                pytest.fail(f"Prism was not ready within {START_SECONDS:.0f} seconds: {said!r}")
            part = lines.read(65_536)
            if not part or b"failed " in part:
                pytest.fail(f"Prism did not start: {(said + part).decode()[:500]}")
            said += part
