"""What the staffed hours make possible for the promises of a policy that is being edited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from comptoir.core.clocks.policies import Kind
from comptoir.core.refusals import Refusal
from comptoir.sla.checking import with_calendars
from comptoir.sla.versions import Promises, promises_of, qualified
from comptoir.web.hours.coverage import Asked, Look, look
from comptoir.web.present.clocks import kind_words
from comptoir.web.settings_pages.policies.editor import Editor

REPLIES = (Kind.FIRST_REPLY, Kind.NEXT_REPLY)
PERCENT_DEFAULT = 100


def coverage_of(editor: Editor, *, now: datetime, asked: QueryDict | None = None) -> Look | None:
    """Look at what is typed, or at what is stored while that cannot be read."""
    promised = _promised(editor, now=now)
    if promised is None or promised.staffed is None:
        return None
    given = asked or QueryDict()
    wanted = given.get("wanted_percent", "")
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) < 4
    return look(
        promised.staffed,
        list(_asked(promised)),
        near=now,
        chosen_key=given.get("promise") or given.get("picked", ""),
        wanted_percent=int(wanted) if is_number else PERCENT_DEFAULT,
    )


def _promised(editor: Editor, *, now: datetime) -> Promises | None:
    typed: Mapping[str, Any] = editor.spec
    if editor.data is not None and editor.is_valid():
        typed = editor.wanted().spec
    try:
        return promises_of(qualified(with_calendars(typed, at=now)))
    except Refusal:
        return None


def _asked(promised: Promises) -> Iterator[Asked]:
    """Give the promises for replies, one that both make only once."""
    seen: dict[tuple[str, Any], list[str]] = {}
    for kind in REPLIES:
        rule = promised.policy.rule(kind)
        for side, deadline in (("target", rule.target), ("limit", rule.limit)):
            if deadline is not None:
                name = kind_words(get_language() or "en")[kind.value]
                seen.setdefault((side, deadline), []).append(name)
    for (side, deadline), names in seen.items():
        key = f"{names[0]}:{side}"
        yield Asked(key, tuple(names), side, deadline, promised.calendars)
