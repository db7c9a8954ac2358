"""Reading pages in tests: elements by selector, their words without markup."""

from __future__ import annotations

from django.http import HttpResponse
from selectolax.lexbor import LexborHTMLParser, LexborNode


def tree(response: HttpResponse) -> LexborHTMLParser:
    """Parse a page or a fragment."""
    return LexborHTMLParser(response.content.decode())


def words(node: LexborNode | None) -> str:
    """Give the words of an element, on one line."""
    return " ".join(node.text(separator=" ").split()) if node is not None else ""


def all_words(response: HttpResponse, selector: str) -> list[str]:
    """Give the words of every element that fits."""
    return [words(node) for node in tree(response).css(selector)]
