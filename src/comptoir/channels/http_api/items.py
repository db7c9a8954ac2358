"""The items of a program: what it told, wrapped with its kind, as it is stored and read again.

    {"kind": "message" | "order" | "case", "told": {…}}

`told` has the fields of the kernel's values by their names; files are base64.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import CaseTold, MessageTold, OrderTold, Told

TYPES: dict[str, type[Any]] = {"message": MessageTold, "order": OrderTold, "case": CaseTold}


def item(kind: str, number: str, told: Mapping[str, Any], *, at: datetime) -> RawItem:
    """Write one told thing as an item; `number` makes it the same one when it comes again."""
    content = json.dumps({"kind": kind, "told": told}, ensure_ascii=False, sort_keys=True)
    return RawItem(f"{kind}/{number}", content.encode(), "application/json", at)


def told_by(content: bytes) -> Told:
    """Read an item. Raises `msgspec.ValidationError` for what no longer fits, `KeyError` for no kind."""
    given = json.loads(content)
    found: Told = msgspec.json.decode(json.dumps(given["told"]), type=TYPES[given["kind"]])
    return found
