"""The texts of templates: looked up once a language, then kept.

A ticket's page shows some hundred and fifty of them; looking each up took a tenth of its time. Texts
of ours may hold markup, values that are put into them are escaped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils import translation
from markupsafe import Markup

KEPT_MAX = 8192


def said(message: str, **values: Any) -> Markup:
    """Give a text in the active language, its places (`%(name)s`) filled."""
    text, whole = _looked_up(translation.get_language(), message, None)
    return text % values if values else whole


def said_as(context: str, message: str, **values: Any) -> Markup:
    """Give a text that means different things in different places."""
    text, whole = _looked_up(translation.get_language(), message, context)
    return text % values if values else whole


def counted(singular: str, plural: str, num: int, **values: Any) -> Markup:
    """Give the form of a text that goes with a number, which it may name as `%(num)s`."""
    text = translation.ngettext(singular, plural, num)
    return Markup(text) % {"num": num, **values}  # noqa: S704 - texts of ours


def counted_as(context: str, singular: str, plural: str, num: int, **values: Any) -> Markup:
    """Give the form that goes with a number, of a text that means different things."""
    text = translation.npgettext(context, singular, plural, num)
    return Markup(text) % {"num": num, **values}  # noqa: S704 - texts of ours


@lru_cache(maxsize=KEPT_MAX)
def _looked_up(language: str | None, message: str, context: str | None) -> tuple[Markup, Markup]:
    """Give a text with its places, and what it says where nothing is to be filled in."""
    found = translation.pgettext(context, message) if context else translation.gettext(message)
    text = Markup(found)  # noqa: S704 - texts of ours
    return text, text % {} if "%(" not in found else text
