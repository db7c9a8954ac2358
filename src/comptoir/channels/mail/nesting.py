"""How deep HTML is nested, counted before any parser sees it.

Both of ours take time by the square of the depth: a hundred thousand open elements hold a process
up for half a minute.
"""

from __future__ import annotations

import re

DEPTH_MAX = 400
"""No mail of a person comes near this."""
_WORK_MAX = 2_000_000

_UNCLOSED = frozenset(
    {"br", "img", "hr", "p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd",
     "option", "input", "meta", "link", "col", "colgroup", "wbr", "area", "base", "source",
     "track", "param", "o:p"}
)  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")


def is_too_deep(html: str) -> bool:
    """Tell whether elements are nested so deep that no parser should be given them."""
    if html.count("<") < DEPTH_MAX:
        return False
    depth = work = 0
    for slash, name in _TAG.findall(html):
        # Parsers open forgotten formatting elements again in each paragraph.
        work += depth
        if work > _WORK_MAX:
            return True
        if name.lower() in _UNCLOSED:
            continue
        depth = max(0, depth - 1) if slash else depth + 1
        if depth > DEPTH_MAX:
            return True
    return False
