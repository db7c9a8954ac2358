"""Style attributes of a buyer's HTML, made harmless: known properties, plain values, no reach out.

What is not surely harmless is dropped, declaration by declaration: escapes, unknown functions,
anything that positions over other content or loads something.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CHARS_MAX = 4000
_PROPERTIES = frozenset(
    {"background", "background-color", "background-image", "background-position",
     "background-repeat", "background-size", "border", "border-bottom", "border-bottom-color",
     "border-bottom-style", "border-bottom-width", "border-collapse", "border-color",
     "border-left", "border-left-color", "border-left-style", "border-left-width", "border-radius",
     "border-right", "border-right-color", "border-right-style", "border-right-width",
     "border-spacing", "border-style", "border-top", "border-top-color", "border-top-style",
     "border-top-width", "border-width", "caption-side", "clear", "color", "direction", "display",
     "empty-cells", "float", "font", "font-family", "font-size", "font-style", "font-variant",
     "font-weight", "height", "letter-spacing", "line-height", "list-style", "list-style-position",
     "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top",
     "max-height", "max-width", "min-height", "min-width", "opacity", "overflow", "overflow-wrap",
     "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout",
     "text-align", "text-align-last", "text-decoration", "text-indent", "text-transform",
     "unicode-bidi", "vertical-align", "visibility", "white-space", "width", "word-break",
     "word-spacing", "word-wrap"}
)  # fmt: skip
_URL_PROPERTIES = frozenset({"background", "background-image"})
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"""((?:[^;"'(]|"[^"]*"|'[^']*'|\([^)]*\))+)""")
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)""", re.IGNORECASE)
_BREAKS_OUT = re.compile(r"[\"'()\\\s<>]")
_PLAIN_VALUE = re.compile(r"""[\w\s#%.,!+/'"\-]*\Z""")
_HARMLESS_FUNCTION = re.compile(r"\b(?:rgba?|hsla?)\(\s*[\d.,%\s/deg-]{1,60}\)", re.IGNORECASE)


def safe_style(style: str, image_url: Callable[[str], str | None]) -> str:
    """Keep the harmless declarations of a style attribute.

    `image_url` is asked for each picture a declaration loads: it answers with the URL to use
    instead, or None to do without the picture.
    """
    if "\\" in style or "<" in style or len(style) > _CHARS_MAX:
        return ""
    if "/*" in style:
        style = _COMMENT.sub(" ", style)
    kept = []
    for declaration in _DECLARATION.findall(style):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if not colon or name not in _PROPERTIES:
            continue
        value = _safe_value(name, value.strip(), image_url)
        if value:
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def _safe_value(name: str, value: str, image_url: Callable[[str], str | None]) -> str:
    """Give the value if nothing in it can do harm, else an empty one."""
    urls: list[str] = []
    if "(" in value:
        for match in _URL.finditer(value):
            url = image_url((match[1] or match[2] or match[3] or "").strip())
            if url and name in _URL_PROPERTIES and not _BREAKS_OUT.search(url):
                urls.append(f"url('{url}')")
        value = _URL.sub(" ", value)
    if not _PLAIN_VALUE.match(_HARMLESS_FUNCTION.sub("", value)):
        return ""
    return " ".join([*value.split(), *urls])
