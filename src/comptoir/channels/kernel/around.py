"""What surrounds a connector: clock, limits, tokens and secrets, all injected.

A connector asks for these and never finds out whether they lie in a database, in memory or in a
test. `Around.alone()` is for an account that is tried before it is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

import httpx

from comptoir.channels.kernel.limits import Limiter, LocalLimiter


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it ends."""

    value: str
    ends_at: datetime


class Tokens(Protocol):
    """Access tokens of one connection, shared by all processes."""

    def get(self, name: str) -> Token | None:
        """Give the kept token, also one that ended."""

    def put(self, name: str, token: Token) -> None:
        """Keep a token in place of the one before."""


class KeptTokens:
    """Tokens in memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, Token] = {}

    def get(self, name: str) -> Token | None:
        """Give the kept token, also one that ended."""
        with self._lock:
            return self._kept.get(name)

    def put(self, name: str, token: Token) -> None:
        """Keep a token in place of the one before."""
        with self._lock:
            self._kept[name] = token


def utc_now() -> datetime:
    """Read the clock: a connector is an edge."""
    return datetime.now(UTC)


def _forget(_name: str, _value: str) -> None:
    """Keep nothing: the account is not stored."""


def _no_end(_what: str, _at: datetime) -> None:
    """Note nothing: the account is not stored."""


@dataclass(frozen=True, slots=True)
class Around:
    """All that a connector may use of the world.

    `keep_secret(name, value)` stores a secret that the vendor replaced (a rotated refresh token).
    `note_end(what, at)` tells when a credential ends, so that somebody is warned in time.
    `transport` replaces the network in tests. `patience_seconds` is how long a call may wait for
    its turn or repeat itself before it gives up for now. `timeout_seconds` is the longest that a
    vendor may keep silent; a connector may wait less.
    """

    limiter: Limiter = field(default_factory=LocalLimiter)
    tokens: Tokens = field(default_factory=KeptTokens)
    now: Callable[[], datetime] = utc_now
    keep_secret: Callable[[str, str], None] = _forget
    note_end: Callable[[str, datetime], None] = _no_end
    transport: httpx.BaseTransport | None = None
    patience_seconds: float = 20.0
    timeout_seconds: float = 30.0

    @classmethod
    def alone(cls) -> Around:
        """Surround an account that is not stored."""
        return cls()
