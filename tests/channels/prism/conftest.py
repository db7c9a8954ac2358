"""Prism for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.channels.prism.server import Prisms


@pytest.fixture(scope="session")
def prisms() -> Iterator[Prisms]:
    """Give the mock server; it starts when a test asks for a document."""
    running = Prisms()
    yield running
    running.end()
