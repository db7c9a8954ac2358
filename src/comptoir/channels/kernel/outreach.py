"""What a seller may say on an order of their own accord, in forms that the vendor gives.

They are no replies: they belong to an order and not to a conversation, and answer nobody. The card
names the forms (`[outreach]`); which of them an order allows now is the vendor's to say each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from comptoir.channels.kernel.card import Form
from comptoir.channels.kernel.protocol import OutgoingFile, Receipt

REVIEW = "review"
"""The name under which a request for a review goes; all else goes by the name of its form."""
FILES_MAX = 5
_HTML = re.compile(r"</?[a-z][^>]*>|&[a-z]+;", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


MayGo = Callable[[], bool]


def always() -> bool:
    """Let it go: nobody else could have taken it."""
    return True


@dataclass(frozen=True, slots=True)
class Offer:
    """What an order allows now: names of forms. `language` is the buyer's, empty if not told.

    Where the vendor told one of the two only, the code of what failed stands beside the other.
    """

    forms: frozenset[str] = frozenset()
    may_ask_for_review: bool = False
    language: str = ""
    forms_trouble: str = ""
    review_trouble: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to say: `form` is `REVIEW` or the name of a form; `more` as the form has it.

    `key` is fixed when it is written and stays the same at each try. A connector asks `may_go` right
    before the request that cannot be taken back; on False it sends nothing and defers (`claim_lost`).
    """

    key: str
    form: str
    order_number: str
    country: str
    text: str = ""
    files: tuple[OutgoingFile, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    may_go: MayGo = always


class Reaches(Protocol):
    """A connector by which a seller may say something of their own accord."""

    def offer(self, order_number: str, country: str) -> Offer:
        """Ask what the order allows now. Raises `ChannelError`."""

    def reach(self, said: Said) -> Receipt:
        """Say one thing, where the order allows it now. Never raises for what the vendor says."""


def problem(form: Form | None, text: str, file_count: int) -> str:
    """Name what a form does not take; empty if all is well.

    `unknown_kind`, `text_missing`, `text_too_long`, `text_not_allowed` (HTML or a mail address),
    `files_not_allowed`, `files_missing`.
    """
    if form is None:
        return "unknown_kind"
    if len(text) > form.text_chars_max:
        return "text_too_long"
    if form.text_chars_max and not text.strip():
        return "text_missing"
    if _HTML.search(text) or _ADDRESS.search(text):
        return "text_not_allowed"
    if file_count > (FILES_MAX if form.takes_files else 0):
        return "files_not_allowed"
    if form.takes_files and not form.text_chars_max and not file_count:
        return "files_missing"
    return ""
