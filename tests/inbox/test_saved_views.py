"""Views people keep: whose they are, who sees them, and in which order."""

import pytest
from tests.tickets.conftest import FRIDAY, Desk, desk, person

from comptoir.inbox import queue, saved_views
from comptoir.inbox.filters import Filters
from comptoir.inbox.models import SavedView
from comptoir.merchant.models import Role, Team
from comptoir.merchant.rights import NotAllowed, rights_of
from comptoir.storage.models import AuditEntry
from comptoir.tickets.actions.errors import Refused

__all__ = ["desk"]

LISTED = queue.ask("unassigned", Filters({"language": ("de",), "tier": ("0", "1")}), "value")


def keep(desk: Desk, name: str, share: str = "me", by: object = None) -> SavedView:
    return saved_views.keep(
        name, LISTED, columns=[], share=share, by=by or desk.camille, now=FRIDAY
    )  # type: ignore[arg-type]


def names(who: object) -> list[str]:
    return [view.name for view in saved_views.visible_to(rights_of(who))]  # type: ignore[arg-type]


def test_view_gives_back_the_list_it_was_made_of(desk: Desk) -> None:
    keep(desk, "  Auf   Deutsch ")
    view = SavedView.objects.get()

    assert view.name == "Auf Deutsch"
    assert saved_views.view_of(view) == "unassigned"
    assert saved_views.filters_of(view) == {"language": ["de"], "tier": ["0", "1"]}
    assert view.sort == "value"


def test_own_views_are_seen_by_nobody_else(desk: Desk) -> None:
    keep(desk, "mine", by=desk.ines)

    assert names(desk.ines) == ["mine"]
    assert names(desk.camille) == []


def test_shared_views_are_seen_by_all_or_by_a_team(desk: Desk) -> None:
    keep(desk, "for all", share="all")
    keep(desk, "for support", share=str(Team.objects.get(name="Support").pk))

    assert names(desk.ines) == ["for all", "for support"]
    assert names(desk.outsider) == ["for all"]
    assert AuditEntry.objects.filter(action="saved_view.make").count() == 2


def test_only_leaders_share_and_change_what_is_shared(desk: Desk) -> None:
    lukas = person("Lukas Brandt", Role.LEADER)
    with pytest.raises(NotAllowed):
        keep(desk, "x", share="all", by=desk.ines)
    shared = keep(desk, "shared", share="all", by=lukas)

    with pytest.raises(NotAllowed):
        saved_views.change(shared.pk, name="y", by=desk.ines, now=FRIDAY)
    with pytest.raises(NotAllowed):
        saved_views.delete(shared.pk, by=desk.ines, now=FRIDAY)
    saved_views.change(shared.pk, name="renamed", by=desk.camille, now=FRIDAY)
    assert names(desk.ines) == ["renamed"]


def test_somebody_elses_own_view_does_not_exist(desk: Desk) -> None:
    own = keep(desk, "own", by=desk.ines)

    with pytest.raises(Refused, match="no_such_view"):
        saved_views.delete(own.pk, by=desk.camille, now=FRIDAY)


def test_views_are_moved_one_place_at_a_time(desk: Desk) -> None:
    views = [keep(desk, name) for name in ("a", "b", "c")]

    saved_views.move(views[2].pk, "up", by=desk.camille, now=FRIDAY)
    assert names(desk.camille) == ["a", "c", "b"]
    saved_views.move(views[0].pk, "up", by=desk.camille, now=FRIDAY)
    assert names(desk.camille) == ["a", "c", "b"]
    saved_views.move(views[0].pk, "down", by=desk.camille, now=FRIDAY)
    assert names(desk.camille) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("name", "code"), [("  ", "view_name_missing"), ("x" * 61, "view_name_long")]
)
def test_name_must_fit_the_rail(desk: Desk, name: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        keep(desk, name)


def test_share_with_a_team_that_is_gone_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="no_such_team"):
        keep(desk, "x", share="999999")


def test_nonsense_in_a_stored_view_shows_the_queue(desk: Desk) -> None:
    view = keep(desk, "x")
    SavedView.objects.filter(pk=view.pk).update(filters=["odd"])
    view.refresh_from_db()

    assert (saved_views.view_of(view), saved_views.filters_of(view)) == ("queue", {})
