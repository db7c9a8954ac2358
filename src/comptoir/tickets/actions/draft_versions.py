"""Versions of a draft that were set aside: written elsewhere, offered, never lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from comptoir.tickets.models import Draft

OLDER_MAX_COUNT = 5


def older_of(draft: Draft) -> list[dict[str, Any]]:
    """Give the versions that were set aside, the newest first."""
    return list(draft.choices.get("older", ()))


def with_version(
    older: list[dict[str, Any]], text: str, at: datetime, *, besides: str = ""
) -> list[dict[str, Any]]:
    """Add a version to those set aside, unless a longer one says it all."""
    said = text.strip()
    if not said or besides.strip().startswith(said):
        return older
    rest = [other for other in older if not said.startswith(other["text"].strip())]
    if any(other["text"].strip().startswith(said) for other in rest):
        return rest
    return [{"text": text, "at_ms": milliseconds(at)}, *rest][:OLDER_MAX_COUNT]


def unsaid(older: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Give the versions that `text` does not hold whole."""
    return [other for other in older if not text.strip().startswith(other["text"].strip())]


def milliseconds(at: datetime) -> int:
    """Give the milliseconds since 1970, as scripts reckon."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
