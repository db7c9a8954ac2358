"""How names stand in lists: as people sort, without case and accents.

Python sorts them, since the server's own order is that of its encoding: not every PostgreSQL has
the collations of Unicode, that which comes with the desk among them. Lists of names are short.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Protocol, TypeVar


class Named(Protocol):
    """Something with a name."""

    name: str


T = TypeVar("T", bound=Named)


def name_key(name: str) -> tuple[str, str]:
    """Give what a name is sorted by; two that differ in case or accents alone keep one order."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)), name


def in_order(rows: Iterable[T]) -> list[T]:
    """Put rows in order by their names; those of one name stay as they came."""
    return sorted(rows, key=lambda row: name_key(row.name))


def by_name(named: dict[int, str]) -> dict[int, str]:
    """Put names in order, each under the key it has."""
    return dict(sorted(named.items(), key=lambda one: name_key(one[1])))
