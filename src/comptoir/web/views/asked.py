"""Which list a request is about: its view, filters, sort, columns, and what it could not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from comptoir.inbox import filters, queue, saved_views
from comptoir.inbox.filter_sql import Moment
from comptoir.inbox.models import SavedView
from comptoir.inbox.queue import VIEWS
from comptoir.storage import clock
from comptoir.web import known
from comptoir.web.present.columns import Density, columns_of, density_of, of_list
from comptoir.web.views.asking import number_in, person_in, rights_in

LIST_NAMES = frozenset({"view", "sort", *filters.NAMES})


@dataclass(frozen=True, slots=True)
class ListAsked:
    """One list as somebody asks for it. `is_changed` where it is no longer as it was saved.

    `usual_sort` is the order it stands in where the address names none: the reader's own choice, the
    saved view's, or the view's.
    """

    what: queue.Asked
    saved: SavedView | None
    is_changed: bool
    left_out: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    density: Density
    usual_sort: str
    after: str
    place: int | None

    def pairs(self, given: queue.Asked | None = None) -> list[tuple[str, str]]:
        """Give what the address of a list holds: this one, or another beside the same view."""
        asked = given or self.what
        is_plain = given is None and self.saved is not None and not self.is_changed
        if is_plain and self.saved is not None:
            return [("saved", str(self.saved.pk))]
        pairs = [("saved", str(self.saved.pk))] if self.saved else []
        if asked.view != "queue" or self.saved:
            pairs.append(("view", asked.view))
        pairs += asked.filters.pairs()
        if asked.sort != self.usual_sort:
            pairs.append(("sort", asked.sort))
        return pairs

    def address(
        self, given: queue.Asked | None = None, more: Mapping[str, str] | None = None
    ) -> str:
        """Give the address of this list, or of another beside the same saved view."""
        pairs = [*self.pairs(given), *(more or {}).items()]
        return f"/?{urlencode(pairs)}" if pairs else "/"


def read(request: HttpRequest, given: QueryDict | None = None) -> ListAsked:
    """Read which list is meant; what makes no sense is left out."""
    given = request.GET if given is None else given
    person = person_in(request)
    saved = _saved(request, given.get("saved"))
    is_own = saved is None or any(name in given for name in LIST_NAMES)
    values: Mapping[str, Sequence[str]]
    view: queue.View
    if saved is None or is_own:
        values = {name: given.getlist(name) for name in filters.NAMES if name in given}
        view = _view(given.get("view"))
        sort = saved.sort if saved else ""
    else:
        values, view, sort = saved_views.filters_of(saved), saved_views.view_of(saved), saved.sort
    chosen, left_out = filters.read(values, known_to(request))
    display: dict[str, Any] = person.display if isinstance(person.display, dict) else {}
    listed = name_of(view, saved)
    usual = queue.ask(view, sort=str(of_list(display, listed).get("sort") or sort)).sort
    return ListAsked(
        what=queue.ask(view, chosen, given.get("sort") or usual),
        saved=saved,
        is_changed=saved is not None and is_own,
        left_out=left_out,
        columns=columns_of(display, saved.columns if saved else None, listed),
        density=density_of(display, listed),
        usual_sort=usual,
        after=given.get("after", ""),
        place=number_in(given.get("place", "")),
    )


def name_of(view: queue.View, saved: SavedView | None) -> str:
    """Name a list, for what a person chose for it."""
    return f"saved:{saved.pk}" if saved else f"view:{view}"


def known_to(request: HttpRequest) -> filters.Known:
    """Give the numbers that this reader's filters may name."""
    return filters.Known(
        channels=rights_in(request).channel_ids, people=known.names(), teams=known.teams()
    )


def moment_of(request: HttpRequest) -> Moment:
    """Give the present moment, with the zone in which the reader's day ends."""
    return Moment(clock.now(), person_in(request).time_zone)


def _view(name: str | None) -> queue.View:
    return next((view for view in VIEWS if view == name), "queue")


def _saved(request: HttpRequest, number: str | None) -> SavedView | None:
    wanted = number_in(number)
    if wanted is None:
        return None
    views = known.views(rights_in(request))
    return next((view for view in views if view.pk == wanted), None)
