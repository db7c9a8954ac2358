"""Text out of an HTML body: paragraphs, lists and quotations kept, markup and hidden parts dropped.

Quoted blocks get `> ` before each line and an Outlook or Gmail signature gets its `-- `, so that
`quotations` reads an HTML mail as it reads a plain one.
"""

from __future__ import annotations

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from comptoir.channels.mail.nesting import is_too_deep

CHARS_MAX = 500_000
_UNREAD = frozenset(
    {"script", "style", "head", "title", "template", "svg", "math", "object", "iframe", "embed",
     "applet", "select", "noframes", "-comment", "-doctype", "audio", "video", "canvas", "map"}
)  # fmt: skip
_PARAGRAPHS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"]
)
_LINES = frozenset(
    {"div", "li", "tr", "section", "header", "footer", "article", "aside", "main", "nav", "dt",
     "dd", "center", "form", "fieldset", "address", "figure", "figcaption", "caption", "summary",
     "details", "legend", "tbody", "thead"}
)  # fmt: skip
_ANY_TAG = re.compile(r"<[!/a-zA-Z][^<>]*>")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?![.\d]*[1-9])"
)
# Marks without width that mailings use to push text out of the preview line.
_FILLERS = re.compile("[\u034f\u200b\ufeff\u00ad\u2060]|\u200c(?=[\\s\u200c]|\\Z)")
_QUOTE_CLASS = re.compile(r"\b(?:gmail_quote|yahoo_quoted|moz-cite|protonmail_quote|quote)\b")
_RULE = "_" * 32


def text_of(html: str) -> str:
    """Turn an HTML body into text; hidden parts come back when nothing else is there."""
    html = html[:CHARS_MAX]
    if "<" not in html:
        return unescape(html).replace("\xa0", " ").strip()
    if is_too_deep(html):
        return unescape(_ANY_TAG.sub("\n", html)).strip()
    body = LexborHTMLParser(html).body
    if body is None:
        return ""
    return _walk(body, with_hidden=False) or _walk(body, with_hidden=True)


def _walk(body: LexborNode, *, with_hidden: bool) -> str:
    """Visit the tree in document order, without recursion."""
    writer = _Writer()
    node: LexborNode | None = body.child
    opened: list[tuple[LexborNode, str, int]] = []
    while node is not None or opened:
        if node is None:
            parent, parent_tag, quotes = opened.pop()
            writer.leave(parent_tag, quotes)
            node = parent.next
            continue
        tag = node.tag
        if tag == "-text":
            writer.text(node.text_content or "")
        elif tag is not None and tag not in _UNREAD:
            attributes = node.attributes
            if with_hidden or not _is_hidden(attributes):
                quotes = writer.enter(tag, attributes)
                child = node.child
                if child is not None:
                    opened.append((node, tag, quotes))
                    node = child
                    continue
                writer.leave(tag, quotes)
        node = node.next
    return writer.finish()


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style.lower()))


class _Writer:
    """Lines under construction: what is written, and what is owed before the next word."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.owes_space = False
        self.has_filler = False
        self.quote_depth = 0
        self.pre_depth = 0
        self.lists: list[int] = []

    def text(self, text: str) -> None:
        """Write the words of a text node, blanks made one."""
        if self.pre_depth:
            first, *more = text.split("\n")
            self.line.append(first)
            for line in more:
                self.end_line(keep_empty=True)
                self.line.append(line)
            return
        if not text.isascii():
            text = _FILLERS.sub("", text)
        words = " ".join(text.split())
        if not words:
            self.owes_space = self.owes_space or bool(text)
            self.has_filler = self.has_filler or "\xa0" in text
            return
        if self.line and (self.owes_space or text[0].isspace()):
            self.line.append(" ")
        self.line.append(words)
        self.owes_space = text[-1].isspace()

    def enter(self, tag: str, attributes: dict[str, str | None]) -> int:
        """Open an element; give the number of quotation levels it opens."""
        if tag == "br":
            self.end_line(keep_empty=True)
        elif tag in _PARAGRAPHS:
            self.end_line()
            if not _is_tight(tag, attributes) and not (tag in ("ul", "ol") and self.lists):
                self.blank_line()
        elif tag in _LINES:
            self.end_line()
        elif tag in ("td", "th"):
            self.owes_space = bool(self.line)
        elif tag == "hr":
            self.end_line()
            self.lines.append(self._prefix() + _RULE)
        elif tag == "img":
            self._emoji(attributes.get("alt") or "")
        return self._open(tag, attributes)

    def leave(self, tag: str, quotes: int) -> None:
        """Close an element that opened `quotes` quotation levels."""
        if tag in _PARAGRAPHS or tag in _LINES:
            self.end_line(keep_empty=self.has_filler and tag in ("p", "div"))
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "pre"):
            self.blank_line()
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        if tag == "pre":
            self.pre_depth -= 1
        if quotes:
            while self.lines and not self.lines[-1].strip("> "):
                self.lines.pop()
            self.quote_depth -= quotes
            self.lines.append(self._prefix().rstrip())

    def end_line(self, *, keep_empty: bool = False) -> None:
        """Write the line under construction; an empty one only where it is meant."""
        content = "".join(self.line)
        if content or keep_empty:
            self.lines.append((self._prefix() + content).rstrip(" \t"))
        self.line = []
        self.owes_space = self.has_filler = False

    def blank_line(self) -> None:
        """Write an empty line unless there is one already."""
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix().rstrip())

    def finish(self) -> str:
        """Give the whole text, never two empty lines in a row."""
        self.end_line()
        text = "\n".join(self.lines)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def _open(self, tag: str, attributes: dict[str, str | None]) -> int:
        if tag in ("ul", "ol"):
            self.lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self._item()
        elif tag == "pre":
            self.pre_depth += 1
        elif tag == "blockquote" and _is_quotation(attributes):
            self.quote_depth += 1
            return 1
        elif tag == "div" and _is_signature(attributes):
            self._signature()
        return 0

    def _item(self) -> None:
        number = self.lists[-1] if self.lists else 0
        if number:
            self.lists[-1] += 1
        indent = "  " * min(len(self.lists) - 1, 8)
        self.line.append(f"{indent}{f'{number}.' if number else '-'} ")
        self.owes_space = False

    def _signature(self) -> None:
        if not any(line.strip("> ") == "--" for line in self.lines[-3:]):
            self.lines.append(f"{self._prefix()}-- ")

    def _emoji(self, alt: str) -> None:
        if alt and len(alt) <= 8 and not alt.isascii():
            self.text(alt)

    def _prefix(self) -> str:
        return "> " * min(self.quote_depth, 20)


def _is_tight(tag: str, attributes: dict[str, str | None]) -> bool:
    """Tell whether this is one of Word's paragraphs, which stand for single lines."""
    return tag == "p" and "Mso" in (attributes.get("class") or "")


def _is_quotation(attributes: dict[str, str | None]) -> bool:
    """Tell a quotation from a block that is only indented."""
    if attributes.get("type") == "cite" or "cite" in attributes:
        return True
    if _QUOTE_CLASS.search(attributes.get("class") or ""):
        return True
    style = (attributes.get("style") or "").lower()
    return "border-left" in style and "border-left:none" not in style.replace(" ", "")


def _is_signature(attributes: dict[str, str | None]) -> bool:
    return "gmail_signature" in (attributes.get("class") or "") or (
        (attributes.get("id") or "").lower() == "signature"
    )
