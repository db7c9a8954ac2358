"""Which language variant of a template a buyer gets.

The buyer's language first, then the channel's, then English, then whatever there is.
"""

from __future__ import annotations

from collections.abc import Collection


def chosen(available: Collection[str], *, buyer: str, channel: str) -> str | None:
    """Choose a language; None when there is no text at all."""
    for wanted in (base(buyer), base(channel), "en"):
        if wanted and wanted in available:
            return wanted
    return min(available, default=None)


def base(language: str) -> str:
    """Give a language without its country: "de" for "de-AT"."""
    return language.replace("_", "-").partition("-")[0].lower()
