"""How often a vendor may be asked: rates, and who counts.

A rate is a bucket of `burst` tokens that fills evenly with `count` tokens in `seconds`. Whoever
counts is injected: within one process `LocalLimiter`, for the product a table that all processes
share, so that two workers never exceed together what each keeps to alone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds; `burst` calls at once after a pause (1 where not told)."""

    count: float
    seconds: float = 1.0
    burst: float = 1.0

    @property
    def a_second(self) -> float:
        """Give the calls a second that may go on for ever."""
        return self.count / self.seconds

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read `5/1s`, `1/60s burst 20`, `1/3m`, `500/1h`. Raises ValueError."""
        found = re.fullmatch(
            r"([\d.]+)\s*/\s*([\d.]*)\s*([smhd])(?:\s+burst\s+([\d.]+))?", text.strip()
        )
        if not found:
            raise ValueError(f"not a rate: {text!r}; write 5/1s or 1/60s burst 20")
        unit = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}[found[3]]
        return cls(float(found[1]), float(found[2] or 1) * unit, float(found[4] or 1))


@dataclass(frozen=True, slots=True)
class Headroom:
    """How much of a rate is left: tokens now, of how many, and until when nobody may ask."""

    name: str
    left: float
    burst: float
    paused_seconds: float


class Limiter(Protocol):
    """Counts the calls of one connection. Names are those of its operations."""

    def take(self, name: str, rate: Rate) -> float:
        """Take a token; 0.0 when the call may leave now, else the seconds to wait first."""

    def pause(self, name: str, seconds: float) -> None:
        """Let nobody ask for so long: the vendor said so."""


class LocalLimiter:
    """Counts within one process. For tests, and for accounts that are only being tried."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._buckets: dict[str, tuple[float, float]] = {}
        self._paused: dict[str, float] = {}

    def take(self, name: str, rate: Rate) -> float:
        """Take a token; 0.0 when the call may leave now, else the seconds to wait first."""
        with self._lock:
            now = self._monotonic()
            if (left := self._paused.get(name, now) - now) > 0:
                return left
            tokens, at = self._buckets.get(name, (rate.burst, now))
            tokens = min(rate.burst, tokens + (now - at) * rate.a_second)
            if tokens >= 1.0:
                self._buckets[name] = (tokens - 1.0, now)
                return 0.0
            self._buckets[name] = (tokens, now)
            return (1.0 - tokens) / rate.a_second

    def pause(self, name: str, seconds: float) -> None:
        """Let nobody ask for so long."""
        with self._lock:
            ends_at = self._monotonic() + seconds
            self._paused[name] = max(self._paused.get(name, 0.0), ends_at)
