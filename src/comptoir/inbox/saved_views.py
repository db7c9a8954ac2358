"""Lists that people put together and keep: their own, and those shared with a team or everybody.

Everybody changes what is theirs; what is shared belongs to leaders and administrators. A share is
`me`, `all` or the number of a team.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import F, Q

from comptoir.inbox.filters import NAMES
from comptoir.inbox.models import SavedView
from comptoir.inbox.queue import VIEWS, Asked, View
from comptoir.merchant.models import Person, Team
from comptoir.merchant.rights import NotAllowed, Rights, rights_of
from comptoir.storage import audit
from comptoir.tickets.actions.errors import Refused

NAME_CHARS_MAX = 60
COUNT_MAX = 50
"""Views that one person keeps, and that are shared: what fits in a rail with some scrolling."""
SHARED_WITH_ALL, OWN = "all", "me"


def visible_to(rights: Rights) -> list[SavedView]:
    """Give the views in a person's rail: their own first, then the shared ones."""
    mine = Q(owner_id=rights.person_id)
    shared = Q(owner=None, team=None) | Q(owner=None, team__members=rights.person_id)
    if rights.may_administer:
        shared = Q(owner=None)
    found = SavedView.objects.filter(mine | shared).select_related("team").distinct()
    return list(found.order_by(F("owner").asc(nulls_last=True), "position", "id"))


def stored(asked: Asked) -> dict[str, Any]:
    """Give a list's view and filters as they are stored."""
    return {"view": asked.view, **{name: list(v) for name, v in asked.filters.chosen.items()}}


def view_of(saved: SavedView) -> View:
    """Give the view that a saved one narrows; one that is no more becomes the queue."""
    named = saved.filters.get("view") if isinstance(saved.filters, dict) else None
    return next((view for view in VIEWS if view == named), "queue")


def filters_of(saved: SavedView) -> dict[str, list[str]]:
    """Give what is stored of the filters, for `filters.read`."""
    given = saved.filters if isinstance(saved.filters, dict) else {}
    return {name: given[name] for name in NAMES if isinstance(given.get(name), list)}


@transaction.atomic
def keep(
    name: str,
    asked: Asked,
    *,
    columns: list[str],
    share: str,
    by: Person,
    now: datetime,
) -> SavedView:
    """Keep a list under a name. Refused: `view_name_missing`, `view_name_long`, `too_many_views`."""
    view = SavedView(made_by=by, made_at=now)
    _share(view, share, by)
    _name(view, name)
    siblings = SavedView.objects.filter(owner=view.owner)
    if siblings.count() >= COUNT_MAX:
        raise Refused("too_many_views", limit=COUNT_MAX)
    last = siblings.order_by("-position").values_list("position", flat=True).first()
    view.position = 0 if last is None else last + 1
    _fill(view, asked, columns)
    view.save()
    _record("make", view, by=by, now=now)
    return view


@transaction.atomic
def change(
    view_id: int,
    *,
    by: Person,
    now: datetime,
    name: str | None = None,
    share: str | None = None,
    asked: Asked | None = None,
    columns: list[str] | None = None,
) -> SavedView:
    """Rename a view, share it otherwise, or give it another list. Refused as in `keep`."""
    view = _locked(view_id, by)
    if name is not None:
        _name(view, name)
    if share is not None:
        _share(view, share, by)
    if asked is not None:
        _fill(view, asked, columns if columns is not None else view.columns)
    view.save()
    _record("change", view, by=by, now=now)
    return view


@transaction.atomic
def move(view_id: int, way: Literal["up", "down"], *, by: Person, now: datetime) -> None:
    """Move a view by one place among its own kind; at the end it stays where it is."""
    view = _locked(view_id, by)
    row = list(
        SavedView.objects.select_for_update().filter(owner=view.owner).order_by("position", "id")
    )
    at = [other.pk for other in row].index(view.pk)
    to = min(max(at + (-1 if way == "up" else 1), 0), len(row) - 1)
    row.insert(to, row.pop(at))
    for position, other in enumerate(row):
        if other.position != position:
            SavedView.objects.filter(pk=other.pk).update(position=position)


@transaction.atomic
def delete(view_id: int, *, by: Person, now: datetime) -> None:
    """Drop a view; the tickets in it stay as they are."""
    view = _locked(view_id, by)
    _record("delete", view, by=by, now=now)
    view.delete()


def may_change(view: SavedView, rights: Rights) -> bool:
    """Tell whether this person may rename, share or drop it."""
    return view.owner_id == rights.person_id or (view.owner_id is None and rights.may_lead)


def _locked(view_id: int, by: Person) -> SavedView:
    """Lock a view that the person may change. Refused: `no_such_view`; raises `NotAllowed`."""
    rights = rights_of(by)
    seen = {view.pk for view in visible_to(rights)}
    view = SavedView.objects.select_for_update().filter(pk=view_id).first()
    if view is None or view.pk not in seen:
        raise Refused("no_such_view")
    if not may_change(view, rights):
        raise NotAllowed("not_allowed_to_share")
    return view


def _name(view: SavedView, name: str) -> None:
    written = " ".join(name.replace("\0", "").split())
    if not written:
        raise Refused("view_name_missing")
    if len(written) > NAME_CHARS_MAX:
        raise Refused("view_name_long", limit=NAME_CHARS_MAX)
    view.name = written


def _share(view: SavedView, share: str, by: Person) -> None:
    if share == OWN:
        view.owner, view.team = by, None
        return
    if not rights_of(by).may_lead:
        raise NotAllowed("not_allowed_to_share")
    is_number = share.isascii() and share.isdigit() and len(share) < 19
    team = Team.objects.filter(pk=int(share)).first() if is_number else None
    if team is None and share != SHARED_WITH_ALL:
        raise Refused("no_such_team")
    view.owner, view.team = None, team


def _fill(view: SavedView, asked: Asked, columns: list[str]) -> None:
    view.filters = stored(asked)
    view.sort = asked.sort
    view.columns = columns


def _record(what: str, view: SavedView, *, by: Person, now: datetime) -> None:
    """Write the trail of what others see too; one's own lists are nobody's business."""
    if view.owner_id is None:
        subject = ("saved_view", view.pk)
        audit.record(f"saved_view.{what}", by=by, now=now, subject=subject, name=view.name)


def share_of(view: SavedView) -> str:
    """Give the share as `keep` takes it."""
    if view.owner_id is not None:
        return OWN
    return str(view.team_id) if view.team_id else SHARED_WITH_ALL
