"""The channels of `data/channels`, read once when first asked for, inheritance resolved.

A channel that names another in `inherits` takes every empty field from it: operators from
`mirakl`, shops from `shopify`. Recognition alone is not taken over, because a relay address says
only whose relay it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import Struct

from comptoir.rulebook.facts import Limits, Marketplace, ResponseSla

DATA = Path(__file__).parent / "data"

KEPT = {"id", "name", "family", "kind", "inherits", "recognition"}


class UnknownMarketplaceError(KeyError):
    """Say that the rulebook has no channel of that name."""

    def __init__(self, marketplace_id: str) -> None:
        super().__init__(marketplace_id)
        self.marketplace_id = marketplace_id

    def __str__(self) -> str:
        return f"no marketplace {self.marketplace_id!r} in the rulebook; see `marketplaces()`"


@cache
def marketplaces() -> Mapping[str, Marketplace]:
    """Give all channels by id, in alphabetical order."""
    decoder = msgspec.json.Decoder(Marketplace)
    read = {
        path.stem: decoder.decode(path.read_bytes())
        for path in sorted((DATA / "channels").glob("*.json"))
    }
    return MappingProxyType({id_: _resolved(channel, read) for id_, channel in read.items()})


def marketplace(marketplace_id: str) -> Marketplace:
    """Give one channel; `UnknownMarketplaceError` if there is none of that id."""
    try:
        return marketplaces()[marketplace_id]
    except KeyError:
        raise UnknownMarketplaceError(marketplace_id) from None


def _resolved(channel: Marketplace, read: Mapping[str, Marketplace]) -> Marketplace:
    if not channel.inherits:
        return channel
    parent = _resolved(read[channel.inherits], read)
    taken = {
        field: _filled(getattr(channel, field), getattr(parent, field))
        for field in channel.__struct_fields__
        if field not in KEPT
    }
    return msgspec.structs.replace(channel, **taken)


def _filled(own: Any, inherited: Any) -> Any:
    """Give `own`, its empty fields taken from `inherited`."""
    if isinstance(own, ResponseSla | Limits):
        fields: tuple[str, ...] = own.__struct_fields__
        return msgspec.structs.replace(
            own, **{f: _filled(getattr(own, f), getattr(inherited, f)) for f in fields}
        )
    return inherited if _is_empty(own) else own


def _is_empty(value: Any) -> bool:
    return value is None or (not isinstance(value, Struct) and value in ((), ""))
