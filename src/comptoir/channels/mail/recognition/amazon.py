"""The frame Amazon puts around a buyer's words, and the one link of it that may be used.

    You have received a message.
    ------------- Message: -------------
    what the buyer wrote
    ------------- End message -------------
    Resolve the case https://sellercentral.amazon.de/messaging/no-response-needed?…

The wording is localised and changes, the dashes stay: the first dashed line opens, the last closes.
A buyer may write such lines himself; they stand between the two, and links from there are never
used.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.recognition.values import Recognition
from comptoir.rulebook import domains

TEXT_CHARS_MAX = 200_000
LINK_PATH = "/messaging/no-response-needed"

_DASHES = r"[-–—]{3,60}"
_MARK = re.compile(rf"{_DASHES}[ \t]*[^\W\d_][^-–—\n<>]{{1,40}}?[ \t]*:?[ \t]*{_DASHES}")
_FOOTER = re.compile(r"\[?commMgrTok:|https://sellercentral[\w.-]*\.amazon\.", re.IGNORECASE)
_LINK = re.compile(r"https://[^\s<>\"'()\[\]]{1,1500}")


def buyer_text(mail: Mail, recognition: Recognition) -> str:
    """Give what was written inside the marketplace's frame; the whole text when there is none."""
    if recognition.marketplace != "amazon":
        return mail.text
    text = mail.text[:TEXT_CHARS_MAX]
    marks = list(_MARK.finditer(text))
    if not marks:
        return mail.text
    if len(marks) > 1:
        return text[marks[0].end() : marks[-1].start()].strip()
    below = text[marks[0].end() :]
    footer = _FOOTER.search(below)
    return (below[: footer.start()] if footer else below).strip()


def no_response_needed_link(mail: Mail, recognition: Recognition) -> str:
    """Give the signed link by which a message is marked at Amazon; empty when there is none.

    Only what stands below the frame's last line counts, in the text or in the HTML, only on
    Amazon's own hosts, and only if the buyer's part of neither holds the same link.
    """
    if recognition.marketplace != "amazon":
        return ""
    buyers: set[str] = set()
    found: list[str] = []
    for source in (mail.text, unescape(mail.html)):
        source = source[:TEXT_CHARS_MAX]
        marks = list(_MARK.finditer(source))
        if len(marks) < 2:
            continue
        buyers.update(_links(source[: marks[-1].end()]))
        found += _links(source[marks[-1].end() :])
    return next((link for link in found if link not in buyers), "")


def _links(text: str) -> list[str]:
    return [link.rstrip(".,;:") for link in _LINK.findall(text) if _is_mark_link(link)]


def _is_mark_link(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_amazon = domains.owner(host) == "amazon" and parts.username is None
    return is_amazon and parts.path.rstrip("/") == LINK_PATH
