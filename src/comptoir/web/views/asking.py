"""What views ask of a request: who asks, with which rights, and for which numbers."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, QueryDict

from comptoir.merchant.models import Person
from comptoir.merchant.rights import Rights

NUMBER_DIGITS_MAX = 18


def rights_in(request: HttpRequest) -> Rights:
    """Give the rights of whoever asks; views behind a log-in only."""
    rights: Rights = request.rights  # type: ignore[attr-defined]  # ours, set by the middleware
    return rights


def person_in(request: HttpRequest) -> Person:
    """Give whoever asks; views behind a log-in only."""
    return cast("Person", request.user)


def text_in(given: QueryDict, name: str) -> str:
    """Read a text out of an address or a form, without the one character no database stores."""
    return given.get(name, "").replace("\0", "")


def number_in(text: str | None) -> int | None:
    """Read a number out of an address or a form; None when it is none."""
    if text and text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS_MAX:
        return int(text)
    return None
