"""Answers in XML, read safely and leniently.

Documents with a document type are refused: that is where entities that grow, and files of ours, would
come from. Namespaces are taken off, since vendors change and forget them; a field that is missing
reads as empty text. Nothing is validated here: vendors break their own schemas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from comptoir.channels.kernel.http import DETAIL_CHARS, ApiError

__all__ = ["Element", "SubElement", "amount", "parsed", "text", "tostring", "writable"]


def parsed(content: bytes) -> Element:
    """Read a document. Raises `ApiError` (`bad_answer`) for what is empty, broken or unsafe."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        said = content[:DETAIL_CHARS].decode("utf-8", "replace")
        raise ApiError("bad_answer", f"not XML ({error}): {said!r}", answer=content) from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def text(element: Element | None, path: str = ".") -> str:
    """Give the text at a path, without space around it; empty where there is none."""
    found = element.find(path) if element is not None else None
    return "".join(found.itertext()).strip() if found is not None else ""


def amount(element: Element | None, path: str = ".") -> Decimal | None:
    """Give the number at a path, written with point or comma; None for what is none."""
    try:
        found = Decimal(text(element, path).replace(",", ".").replace("\N{NO-BREAK SPACE}", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def writable(said: str) -> str:
    """Leave out what no XML document may hold: control signs other than tab and ends of lines."""
    return "".join(
        sign
        for sign in said
        if sign in "\t\n\r" or " " <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd"
        or sign >= "\U00010000"
    )  # fmt: skip


def within(parent: Element, values: Mapping[str, str] | Sequence[tuple[str, str]]) -> None:
    """Put elements with text into another, in this order."""
    for name, value in values.items() if isinstance(values, Mapping) else values:
        SubElement(parent, name).text = writable(value)
