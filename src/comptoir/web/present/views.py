"""Saved views on the page where they are kept in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import pgettext

from comptoir.inbox import filters, saved_views
from comptoir.inbox.models import SavedView
from comptoir.merchant.rights import Rights
from comptoir.web.present.filters import Names, label, named_value, value_label
from comptoir.web.present.rail import view_label


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One view: what it shows in words, with whom it is shared, what of it is gone."""

    id: int
    name: str
    what: str
    gone: str
    share: str
    is_own: bool
    may_change: bool


def make_saved(view: SavedView, rights: Rights, names: Names, known: filters.Known) -> SavedRow:
    """Put a view into words."""
    chosen, left_out = filters.read(saved_views.filters_of(view), known)
    parts = [named_value(label(n), value_label(n, value, names)) for n, value in chosen.pairs()]
    return SavedRow(
        id=view.pk,
        name=view.name,
        what=" · ".join([view_label(saved_views.view_of(view)), *parts]),
        gone=", ".join(label(name) for name, _value in left_out),
        share=saved_views.share_of(view),
        is_own=view.owner_id is not None,
        may_change=saved_views.may_change(view, rights),
    )


def share_choices(rights: Rights, teams: Mapping[int, str]) -> list[tuple[str, str]]:
    """Give with whom this person may share: leaders with everybody or with a team."""
    choices = [(saved_views.OWN, pgettext("share", "Only me"))]
    if rights.may_lead:
        choices.append((saved_views.SHARED_WITH_ALL, pgettext("share", "Everybody")))
        choices += [(str(number), name) for number, name in teams.items()]
    return choices
