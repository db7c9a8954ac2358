"""Walmart's lists: the next page is a query that the answer itself holds, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from comptoir.channels.kernel.http import ApiError
from comptoir.channels.walmart.account import Account

PAGE_SIZE = 200
"""Walmart's largest, for orders and for returns."""
Split = Callable[[Any], tuple[Sequence[Mapping[str, Any]], str]]


def pages(
    account: Account, operation: str, path: str, params: Mapping[str, str], split: Split
) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield the pages of a list. Where there is nothing, Walmart may answer 404 instead of a list."""
    asked = dict(params)
    seen: set[str] = set()
    while True:
        try:
            answer = account.http.read(operation, path, params=asked).json()
        except ApiError as error:
            if error.code == "not_found":
                return
            raise
        found, cursor = split(answer)
        yield found
        if not found or not cursor.startswith("?") or cursor in seen:
            return
        seen.add(cursor)
        asked = dict(parse_qsl(cursor[1:], keep_blank_values=True))
