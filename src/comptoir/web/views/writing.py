"""What a composer's form says: the words aside, who reads it, when it leaves, what comes after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from comptoir.tickets.actions import draft_files
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.sendable import HOLDS, Hold
from comptoir.tickets.actions.writing import PARTIES, How, KeptFile, NewFile, Party, Then
from comptoir.tickets.models import Draft
from comptoir.web.views.asking import number_in, person_in, text_in

THEN: dict[str, Then] = {
    "next": "waiting_on_buyer",
    "stay": "waiting_on_buyer",
    "solve": "solved",
    "open": "open",
}
KEY = re.compile(r"[0-9A-Za-z-]{1,60}")
TEMPLATE = re.compile(r"(\d{1,18})(?::([a-z]{0,8}))?")


def key_in(form: QueryDict) -> str:
    """Give the composer's key; a form without a sound one is a reply of its own each time."""
    given = form.get("key", "")
    return given if KEY.fullmatch(given) else uuid4().hex


def how_in(request: HttpRequest) -> How:
    """Read what was chosen. Refused: `later_not_understood`, `promise_not_understood`."""
    form = request.POST
    return How(
        then=THEN.get(form.get("then", ""), "waiting_on_buyer"),
        to=party_in(form) or "buyer",
        is_holding=form.get("holding") == "1",
        send_at=_moment_in(request, "send_at", "later_not_understood"),
        promise_at=_moment_in(request, "promise_at", "promise_not_understood"),
        templates=_templates_in(form),
    )


def anyway_in(form: QueryDict) -> frozenset[Hold]:
    """Read what the writer waved through."""
    return frozenset(hold for hold in HOLDS if hold in form.getlist("anyway"))


def party_in(form: QueryDict) -> Party | None:
    """Read who shall read it."""
    return next((party for party in PARTIES if party == form.get("to")), None)


def choices_in(form: QueryDict) -> dict[str, Any]:
    """Read the choices as a draft keeps them: as they stand, wrong ones too, to be mended later."""
    return {
        "key": form.get("key", "")[:60],
        "then": form.get("then", "")[:20],
        "to": party_in(form) or "",
        "holding": form.get("holding") == "1",
        "send_at": form.get("send_at", "")[:40],
        "promise_at": form.get("promise_at", "")[:40],
        "subject": text_in(form, "subject")[:300],
        "templates": [list(used) for used in _templates_in(form)],
    }


def moment_in_ms(text: str | None) -> datetime | None:
    """Read a moment that a script gives in milliseconds since 1970."""
    number = number_in(text)
    try:
        return datetime.fromtimestamp(number / 1000, tz=UTC) if number else None
    except (ValueError, OverflowError, OSError):
        return None


def files_in(request: HttpRequest, draft: Draft | None) -> Sequence[NewFile | KeptFile]:
    """Give the files: those the draft has, and those sent along by a browser without scripts."""
    given = cast("list[UploadedFile[bytes]]", request.FILES.getlist("files"))
    fresh = [new_file(file) for file in given if file.size]
    return [*(draft_files.files_of(draft) if draft else []), *fresh]


def new_file(file: UploadedFile[bytes]) -> NewFile:
    """Read an uploaded file."""
    content_type = file.content_type or "application/octet-stream"
    return NewFile(name=file.name or _("file"), content_type=content_type, content=file.read())


def _moment_in(request: HttpRequest, name: str, code: str) -> datetime | None:
    """Read a moment; one without a zone is told in the person's own."""
    typed = request.POST.get(name, "").strip()
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
        zone = ZoneInfo(person_in(request).time_zone)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(code) from None


def _templates_in(form: QueryDict) -> tuple[tuple[int, str], ...]:
    found = (TEMPLATE.fullmatch(text) for text in form.getlist("templates")[:20])
    return tuple((int(one[1]), one[2] or "") for one in found if one)
