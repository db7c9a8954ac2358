"""The shapes of Octopia's JSON, as far as others saw them.

Names of fields come with capitals inside (`orderId`) or with underscores (`order_id`), as the vendor's
services differ; lists come bare or under a name. Both are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from comptoir.channels.kernel.http import pages_of

LISTS = ("items", "data", "discussions", "orders", "messages", "attachments", "results")
MARKUP = re.compile(r"</?[a-zA-Z][^>]*>")


def camel(value: Any) -> Any:
    """Give every name of a document capitals inside: `order_id` becomes `orderId`."""
    if isinstance(value, Mapping):
        return {_camel(str(name)): camel(inside) for name, inside in value.items()}
    if isinstance(value, list):
        return [camel(one) for one in value]
    return value


def listed(value: Any) -> Sequence[Mapping[str, Any]]:
    """Give the list an answer holds; empty where it holds none."""
    return pages_of(value, *LISTS)


def whole(value: Any, name: str) -> Mapping[str, Any]:
    """Give the one thing an answer holds, wrapped or not."""
    if isinstance(value, Mapping):
        for wrapping in ("data", "item", name):
            if isinstance(value.get(wrapping), Mapping):
                return value[wrapping]  # type: ignore[no-any-return]
        return value
    return {}


def first(value: Mapping[str, Any], *names: str) -> str:
    """Give the first of these fields that holds a text or a number."""
    for name in names:
        found = value.get(name)
        if isinstance(found, str | int) and not isinstance(found, bool) and str(found).strip():
            return str(found).strip()
    return ""


def inside(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give a document within a document; an empty one where there is none."""
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def number(value: Any) -> Decimal | None:
    """Read an amount; None for what is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def is_false(value: Any) -> bool:
    """Tell whether a flag says no, written as a flag or as a word."""
    return value is False or str(value).lower() == "false"


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    plain = head + "".join(part[:1].upper() + part[1:] for part in rest)
    return plain[:1].lower() + plain[1:]
