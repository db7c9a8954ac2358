"""Something that reaches the mailbox: when, under which id, and how its bytes come about."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Writer = Callable[[datetime], bytes]
"""Writes the mail as of a moment of the product's clock."""


@dataclass(frozen=True, slots=True)
class Event:
    """A mail that comes at `at` (the wall's time)."""

    at: datetime
    external_id: str
    write: Writer


def dice_for(*parts: object) -> random.Random:
    """Give dice that always fall the same way for the same words."""
    return random.Random("|".join(map(str, parts)))  # noqa: S311 - content, not a secret
