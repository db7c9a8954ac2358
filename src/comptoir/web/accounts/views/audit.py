"""The audit trail: who did what, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comptoir.merchant.models import Role
from comptoir.merchant.queries import trail
from comptoir.storage import clock
from comptoir.storage.models import AuditEntry
from comptoir.web.accounts import sentences
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.present.times import times_for

STRANGERS = {"session.log_in_failed"}
"""Actions of whom we do not know; others without a person are the product's own."""

PAGES = {
    "ticket": "ticket",
    "person": "person",
    "team": "team",
    "channel": "channel",
    "connection": "connection",
    "policy": "policy",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trail, in words."""

    at: datetime
    who: str
    what: str
    about: str
    address: str


@require_GET
@needs(Role.ADMIN)
def show(request: HttpRequest) -> HttpResponse:
    """Show a page of the trail, by one person or about one thing if asked."""
    asked = {
        "person": request.GET.get("person", ""),
        "kind": request.GET.get("kind", "").replace("\0", ""),
        "id": request.GET.get("id", "").strip(),
    }
    page = trail.page(
        person_id=_number(asked["person"]),
        subject_kind=asked["kind"],
        subject_id=_number(asked["id"]),
        before=_number(request.GET.get("before", "")),
    )
    names, kinds = trail.names(), sentences.kinds()
    kept = {key: value for key, value in asked.items() if value}
    values = {
        "lines": [_line(entry, names, kinds) for entry in page.entries],
        "older": page.next_before and "?" + urlencode(kept | {"before": page.next_before}),
        "newest": urlencode(kept),
        "asked": asked,
        "is_first_page": "before" not in request.GET,
        "people": names["person"],
        "kinds": kinds,
        "times": times_for(person_of(request).time_zone, clock.now()),
    }
    return render(request, "settings/audit/list.html", values)


def _line(entry: AuditEntry, names: trail.Names, kinds: dict[str, str]) -> Line:
    kind = kinds.get(entry.subject_kind, entry.subject_kind)
    return Line(
        at=entry.at,
        who=entry.person_name or ("–" if entry.action in STRANGERS else _("Comptoir")),
        what=sentences.sentence(entry, names["person"]),
        about=_about(entry, names, kind),
        address=_address(entry),
    )


def _about(entry: AuditEntry, names: trail.Names, kind: str) -> str:
    if name := names.get(entry.subject_kind, {}).get(entry.subject_id or 0):
        return name
    if entry.subject_kind in entry.data:
        return str(entry.data[entry.subject_kind])
    return kind if entry.subject_id is None else f"{kind} {entry.subject_id}"


def _address(entry: AuditEntry) -> str:
    page = PAGES.get(entry.subject_kind)
    if page is None or entry.subject_id is None or entry.action == "team.remove":
        return ""
    try:
        return reverse(page, args=[entry.subject_id])
    except NoReverseMatch:
        return ""


def _number(text: str) -> int | None:
    # Longer numbers than a row can have would be an error of the database, not an empty page.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
