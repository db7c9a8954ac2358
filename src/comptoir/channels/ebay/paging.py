"""Lists of eBay's, a page at a time: by offset, and to the end that the answer itself shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from comptoir.channels.kernel.http import Http, pages_of

PAGES_MAX = 1000
"""More pages than any list has: a `next` that never ends is a mistake of the answer's."""


def pages(
    http: Http,
    operation: str,
    path: str,
    params: Mapping[str, str],
    *,
    names: Sequence[str],
    size: int,
) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield the pages of a list. The last one is short, empty, reaches the total, or comes again.

    `next` is only asked whether there is more: eBay gives full addresses in one API and relative
    ones in another, and offsets must be a multiple of the limit (error 355008).
    """
    before: Sequence[Mapping[str, Any]] = ()
    for number in range(PAGES_MAX):
        asked = {**params, "limit": str(size), "offset": str(number * size)}
        answer = http.read(operation, path, params=asked).json()
        found = pages_of(answer, *names)
        if found and found == before:
            return
        before = found
        yield found
        if not found or not _has_more(answer, (number + 1) * size, len(found), size):
            return


def _has_more(answer: Any, asked: int, count: int, size: int) -> bool:
    told = answer if isinstance(answer, dict) else {}
    total = (told.get("pagination") or told).get("total")
    if isinstance(total, int) and total >= 0:
        return total > asked
    return count >= size or "offset=" in str((told.get("pagination") or told).get("next") or "")
