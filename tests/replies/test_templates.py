"""Who may make and change which templates, and what cannot be kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comptoir.merchant.models import Person, Role
from comptoir.merchant.rights import NotAllowed
from comptoir.replies import queries
from comptoir.replies.actions import templates
from comptoir.replies.actions.templates import Content
from comptoir.replies.errors import NotKept
from comptoir.replies.models import Template
from comptoir.storage.models import AuditEntry

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
LATE = Content("Late parcel", {"de": "Guten Tag", "en": "Hello", "fr": " "}, "Delivery")


def person(name: str, role: Role) -> Person:
    return Person.objects.create_user(f"{name}@x.example", name=name, role=role, joined_at=NOW)


@pytest.fixture
def lukas(db: None) -> Person:
    return person("lukas", Role.LEADER)


@pytest.fixture
def ines(db: None) -> Person:
    return person("ines", Role.AGENT)


def test_leader_makes_a_template_for_everybody(lukas: Person, ines: Person) -> None:
    made = templates.make(LATE, is_shared=True, by=lukas, now=NOW)

    assert made.owner is None
    assert sorted(made.texts.values_list("language", flat=True)) == ["de", "en"]
    assert list(queries.seen_by(ines.pk)) == [made]
    assert AuditEntry.objects.get().action == "template.make"


def test_agents_own_template_is_seen_by_nobody_else(lukas: Person, ines: Person) -> None:
    made = templates.make(LATE, is_shared=False, by=ines, now=NOW)

    assert list(queries.seen_by(ines.pk)) == [made]
    assert not queries.seen_by(lukas.pk).exists()
    with pytest.raises(NotKept, match="unknown"):
        templates.change(made.pk, LATE, by=lukas, now=NOW)


def test_agent_changes_no_shared_template(lukas: Person, ines: Person) -> None:
    made = templates.make(LATE, is_shared=True, by=lukas, now=NOW)

    for verb in (templates.retire, templates.unshare, templates.delete):
        with pytest.raises(NotAllowed):
            verb(made.pk, by=ines, now=NOW)
    with pytest.raises(NotAllowed):
        templates.make(Content("Other", {"en": "x"}), is_shared=True, by=ines, now=NOW)


def test_reader_makes_nothing(db: None) -> None:
    with pytest.raises(NotAllowed):
        templates.make(LATE, is_shared=False, by=person("noah", Role.READER), now=NOW)


def test_copy_is_ones_own_and_never_takes_a_name_twice(lukas: Person, ines: Person) -> None:
    made = templates.make(LATE, is_shared=True, by=lukas, now=NOW)

    names = [templates.copy(made.pk, by=ines, now=NOW).name for _ in range(3)]

    assert names == ["Late parcel", "Late parcel (2)", "Late parcel (3)"]
    assert {copy.owner for copy in Template.objects.filter(owner=ines)} == {ines}


def test_shared_and_taken_back(lukas: Person, ines: Person) -> None:
    made = templates.make(LATE, is_shared=False, by=lukas, now=NOW)

    templates.share(made.pk, by=lukas, now=NOW)
    assert queries.seen_by(ines.pk).exists()

    templates.unshare(made.pk, by=lukas, now=NOW)
    assert not queries.seen_by(ines.pk).exists()


def test_sharing_refuses_a_name_that_is_taken(lukas: Person) -> None:
    templates.make(LATE, is_shared=True, by=lukas, now=NOW)
    own = templates.make(LATE, is_shared=False, by=lukas, now=NOW)

    with pytest.raises(NotKept, match="name_taken"):
        templates.share(own.pk, by=lukas, now=NOW)


def test_retired_template_is_not_offered_until_it_is_restored(lukas: Person) -> None:
    made = templates.make(LATE, is_shared=True, by=lukas, now=NOW)

    templates.retire(made.pk, by=lukas, now=NOW)
    assert queries.offered(lukas.pk, 1) == []

    templates.restore(made.pk, by=lukas, now=NOW)
    assert queries.offered(lukas.pk, 1) == [made]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (Content(" ", {"en": "x"}), "name_missing"),
        (Content("x", {"en": "  "}), "text_missing"),
        (Content("x", {"en": "{{ order.numer }}"}), "problems"),
        (Content("x", {"en": "y" * 20_001}), "too_long"),
    ],
)
def test_content_that_cannot_be_kept_is_refused(content: Content, code: str, lukas: Person) -> None:
    with pytest.raises(NotKept, match=code):
        templates.make(content, is_shared=True, by=lukas, now=NOW)
    assert not Template.objects.exists()


def test_change_without_a_change_leaves_no_trace(lukas: Person) -> None:
    made = templates.make(LATE, is_shared=True, by=lukas, now=NOW)

    templates.change(made.pk, LATE, by=lukas, now=NOW + timedelta(days=1))

    made.refresh_from_db()
    assert made.changed_at == NOW
    assert AuditEntry.objects.count() == 1


def test_language_left_empty_is_taken_away(lukas: Person) -> None:
    made = templates.make(LATE, is_shared=True, by=lukas, now=NOW)

    templates.change(made.pk, Content("Late parcel", {"de": "Neu"}), by=lukas, now=NOW)

    assert list(made.texts.values_list("language", "body")) == [("de", "Neu")]
    assert AuditEntry.objects.latest("id").data["changed"] == ["folder", "de", "en"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("late", ["Late parcel", "Too late to cancel", "Stock"]),
        ("retard", ["Late parcel"]),
        ("RÉTARD colis", ["Late parcel"]),
        ("delivery", ["Late parcel"]),
        ("nonsense", []),
    ],
)
def test_search_looks_in_names_folders_and_texts_in_this_order(
    query: str, expected: list[str], lukas: Person
) -> None:
    for content in (
        Content("Stock", {"en": "No plate left, later again"}),
        Content("Too late to cancel", {"en": "x"}),
        Content("Late parcel", {"fr": "Votre colis a du retard"}, "Delivery"),
    ):
        templates.make(content, is_shared=True, by=lukas, now=NOW)

    found = queries.fitting(queries.offered(lukas.pk, 1), query, {})

    assert [template.name for template in found] == expected
