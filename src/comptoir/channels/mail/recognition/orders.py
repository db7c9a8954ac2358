"""Order numbers of a mail: in the subject first, then in the body.

Amazon's 3-7-7 and eBay's 2-5-5 are safe anywhere. Every other shape collides with words, phone or
parcel numbers and is looked for only once the channel is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from comptoir.rulebook.catalogue import marketplaces

SUBJECT_CHARS_MAX, TEXT_CHARS_MAX = 2_000, 20_000
ORDERS_MAX = 20

SAFE_ANYWHERE = ("amazon", "ebay")
NOT_AN_ORDER = frozenset({r"\bB0[A-Z0-9]{8}\b", r"\b\d{12}\b"})
"""An ASIN and an eBay item number: in the rulebook because they look like orders."""

LABELLED_ONLY = frozenset({"bol", "prestashop", "mirakl", "fnac", "kaufland", "walmart", "magento"})
"""Shapes so common that even on their channel they count only behind a word for *order*."""

ORDER_WORD = (
    r"(?:order|purchase order|po|bestell\w*|auftrag\w*|commande|cde|ordine|pedido|bestelling|nr|no"
    r"|n°|nº|num\w*|réf\w*|ref\w*|id)"
)
_LABEL = re.compile(
    rf"\b{ORDER_WORD}\W{{0,4}}(?:\w{{1,10}}\W{{1,3}}){{0,2}}\(?#?\s*$", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w-])(?:\d{3}-\d{7}-\d{7}|\d{2}-\d{5}-\d{5})(?![\w-])")


def order_ids(subject: str, text: str, marketplace: str = "") -> tuple[str, ...]:
    """Give the order numbers of a mail, those of the subject first, each once."""
    found: dict[str, None] = {}
    for source in (subject[:SUBJECT_CHARS_MAX], text[:TEXT_CHARS_MAX]):
        for number in (*_safe(source), *_of_channel(source, marketplace)):
            found.setdefault(number)
            if len(found) >= ORDERS_MAX:
                return tuple(found)
    return tuple(found)


def marketplace_of_order(order_id: str) -> str:
    """Give the marketplace that a safe order number belongs to; empty for all other shapes."""
    if not _NUMBER.fullmatch(order_id):
        return ""
    return "amazon" if order_id[3] == "-" else "ebay"


def _safe(text: str) -> Iterator[str]:
    yield from _NUMBER.findall(text)


def _of_channel(text: str, marketplace: str) -> Iterator[str]:
    if marketplace in SAFE_ANYWHERE:
        return
    for shape in _shapes(marketplace):
        for match in shape.finditer(text):
            if _counts(text, match, marketplace):
                yield match.group().lstrip("#")


def _counts(text: str, match: re.Match[str], marketplace: str) -> bool:
    """Say whether a number of a common shape is called an order, or marked by a number sign."""
    number = match.group()
    if marketplace not in LABELLED_ONLY or number.startswith("#"):
        return True
    before = text[max(0, match.start() - 40) : match.start()]
    return before.rstrip().endswith("#") or bool(_LABEL.search(before))


@cache
def _shapes(marketplace: str) -> tuple[re.Pattern[str], ...]:
    channel = marketplaces().get(marketplace)
    if channel is None:
        return ()
    return tuple(
        re.compile(shape.regex) for shape in channel.order_id if shape.regex not in NOT_AN_ORDER
    )
