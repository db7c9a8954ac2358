"""The connectors there are, found by walking their folders: each that has a card."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.protocol import ChannelError, RawItem
from comptoir.channels.kernel.told import Told

FOLDER = Path(__file__).parent.parent
Read = Callable[[RawItem, Mapping[str, Any]], Iterable[Told]]


@cache
def cards() -> Mapping[str, Card]:
    """Give the cards by kind of connection."""
    found = (Card.read(path) for path in sorted(FOLDER.glob("*/card.toml")))
    return {card.kind: card for card in found}


def card_of(kind: str) -> Card | None:
    """Give the card of a kind of connection; None for those that have none (mail, demo)."""
    return cards().get(kind)


@cache
def module_of(kind: str) -> Any:
    """Give the connector's module. Raises `ChannelError` (`unknown_kind`)."""
    if not kind.isidentifier() or not (FOLDER / kind / "connector.py").exists():
        raise ChannelError("unknown_kind", kind, permanent=True)
    return importlib.import_module(f"comptoir.channels.{kind}.connector")


def reader_of(kind: str) -> Read | None:
    """Give what reads the items of a kind of connection; None where items are mails."""
    return cast("Read | None", getattr(module_of(kind), "read", None))
