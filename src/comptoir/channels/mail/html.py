"""A buyer's HTML, made safe to show: layout and pictures stay, everything that acts goes.

The result belongs in a sandboxed document of its own. Pictures from elsewhere tell the sender when
his mail is read; they stay out unless asked for, and are counted so that the page can offer them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote

import nh3

from comptoir.channels.mail.nesting import is_too_deep
from comptoir.channels.mail.plaintext import text_of
from comptoir.channels.mail.styles import safe_style

CHARS_MAX = 2_000_000

_TAGS = frozenset(
    {"a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br",
     "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt",
     "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
     "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s",
     "samp", "section", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td",
     "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr"}
)  # fmt: skip
_TAGS_DROPPED_WITH_CONTENT = frozenset(
    {"script", "style", "title", "template", "noscript", "iframe", "frame", "frameset", "noframes",
     "noembed", "object", "embed", "applet", "svg", "math", "select", "textarea", "audio", "video",
     "canvas", "xml", "xmp", "plaintext"}
)  # fmt: skip
_SIZES = {"width", "height", "align", "valign", "bgcolor", "background"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "title", "dir", "lang", "align"},
    "a": {"href"},
    "img": {"src", "srcset", "alt", "width", "height", "border", "hspace", "vspace"},
    "table": _SIZES | {"border", "cellpadding", "cellspacing"},
    "tbody": _SIZES,
    "thead": _SIZES,
    "tfoot": _SIZES,
    "tr": _SIZES,
    "td": _SIZES | {"colspan", "rowspan", "nowrap"},
    "th": _SIZES | {"colspan", "rowspan", "nowrap", "scope"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "face", "size"},
    "hr": {"size", "width", "color", "noshade"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value", "type"},
    "p": {"valign"},
    "div": {"valign"},
}
_LINK_ATTRIBUTES = {"rel": "noopener noreferrer nofollow", "target": "_blank"}
_LINK = re.compile(r"(?:https?://[^\s/\\?#]|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?[/\\]{2}", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class SanitisedHtml:
    """HTML that is safe to show, and how many pictures were kept from loading."""

    html: str
    blocked_image_count: int


def sanitise(html: str, *, cid_urls: Mapping[str, str], remote_images: bool) -> SanitisedHtml:
    """Make a mail's HTML safe to show.

    `cid_urls` gives our own URL for each content id; pictures without one are left out. With
    `remote_images` pictures of other servers load; otherwise they are counted and do not.
    """
    html = html[:CHARS_MAX]
    if is_too_deep(html):
        return SanitisedHtml(f'<div style="white-space:pre-wrap">{escape(text_of(html))}</div>', 0)
    pictures = _Pictures(cid_urls, remote_images=remote_images)
    cleaner = nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_TAGS_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=pictures.attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="pass_through",  # the filter decides; it also brings in our own URLs
        link_rel=None,
        set_tag_attribute_values={"a": _LINK_ATTRIBUTES},
    )
    return SanitisedHtml(cleaner.clean(html), pictures.blocked_count)


class _Pictures:
    """Decides on each attribute, and counts the pictures it keeps out."""

    def __init__(self, cid_urls: Mapping[str, str], *, remote_images: bool) -> None:
        self.cid_urls = {_content_id(name): url for name, url in cid_urls.items()}
        self.remote_images = remote_images
        self.blocked_count = 0

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """Give the value an attribute may have, None to drop it."""
        if name == "style":
            return safe_style(value, self.url) or None
        if name == "href":
            link = _BLANKS.sub("", value)
            return link if _LINK.match(link) else None
        if name in ("src", "background"):
            return self.url(value)
        if name == "srcset":
            # Never kept: `src` says the same. Without one it was a picture nonetheless.
            return None
        return value

    def url(self, address: str) -> str | None:
        """Give the URL a picture may be loaded from, None when it may not."""
        address = _BLANKS.sub("", address)
        if address[:4].lower() == "cid:":
            return self.cid_urls.get(_content_id(address[4:]))
        if not _REMOTE.match(address):
            return None
        if not self.remote_images:
            self.blocked_count += 1
            return None
        host_and_path = _REMOTE.sub("", address, count=1).lstrip("/\\")
        scheme = "http" if address[:5].lower() == "http:" else "https"
        return f"{scheme}://{host_and_path}" if host_and_path else None


def _content_id(name: str) -> str:
    return unquote(name).strip("<> ").lower()
