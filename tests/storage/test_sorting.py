"""Names stand in lists as people sort them: without case and accents."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comptoir.alerts.models import Endpoint
from comptoir.merchant.models import Connection, Person, Role, Team
from comptoir.merchant.queries.people import colleagues, teams
from comptoir.merchant.rights import rights_of
from comptoir.replies.models import Template
from comptoir.replies.queries import folders_seen_by, offered
from comptoir.storage.sorting import by_name, name_key
from comptoir.web.accounts.forms import RoleAndTeams
from comptoir.web.settings_pages.policies.warnings import read_endpoints
from comptoir.web.settings_pages.reads import connections

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MIXED = ["zoé", "Émile", "emil", "Zacharie", "Öztürk", "oskar", "Eva"]
SORTED = ["emil", "Émile", "Eva", "oskar", "Öztürk", "Zacharie", "zoé"]


def test_short_lists_sort_without_case_and_accents() -> None:
    assert sorted(MIXED, key=name_key) == SORTED
    assert list(by_name(dict(enumerate(MIXED))).values()) == SORTED


@pytest.mark.django_db
def test_people_teams_and_templates_sort_without_case_and_accents() -> None:
    for number, name in enumerate(MIXED):
        email = f"p{number}@shop.example"
        Person.objects.create(email=email, name=name, role=Role.ADMIN, joined_at=NOW)
        Team.objects.create(name=name)
        for title, folder in ((name, "Help"), ("Thanks", name)):
            Template.objects.create(name=title, folder=folder, created_at=NOW, changed_at=NOW)
    me = Person.objects.get(name="emil")
    rights = rights_of(me)

    assert [one.person.name for one in colleagues(rights)] == SORTED
    assert [team.name for team in teams(rights)] == SORTED
    assert folders_seen_by(me.pk) == sorted([*SORTED, "Help"], key=name_key)
    in_help = [one.name for one in offered(me.pk, 0) if one.folder == "Help"]
    assert in_help == SORTED


@pytest.mark.django_db
def test_connections_ways_out_and_rows_to_tick_sort_without_case_and_accents() -> None:
    for name in MIXED:
        Team.objects.create(name=name)
        Connection.objects.create(kind="mail", name=name, created_at=NOW, settings={})
        Endpoint.objects.create(name=name, kind="webhook", created_at=NOW)

    assert [health.row.name for health in connections(now=NOW)] == SORTED
    assert list(read_endpoints().values()) == SORTED
    assert [str(label) for _id, label in RoleAndTeams().fields["teams"].choices] == SORTED  # type: ignore[attr-defined]
