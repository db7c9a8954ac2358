"""The audit page: sentences, filters, pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from tests.web.accounts.conftest import Enter

from comptoir.merchant.actions import people
from comptoir.merchant.models import Person, Role
from comptoir.storage import audit
from comptoir.storage.models import AuditEntry
from comptoir.web.accounts.sentences import sentence

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _cells(page: str) -> list[tuple[str, str]]:
    """Give who and what of each line."""
    rows = re.findall(r"<tr[^>]*>\s*<td.*?</tr>", page, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [(row[1], row[2]) for row in cells]


def test_trail_reads_as_sentences(camille: Person, ines: Person, enter: Enter) -> None:
    people.change_role(ines.pk, role=Role.LEADER, by=camille, now=NOW)
    page = enter(camille).get("/settings/audit").content.decode()

    assert _cells(page) == [
        ("Camille Perrin", "Logged in from 127.0.0.1."),
        ("Camille Perrin", "Changed the role of Inès Moreau from Agent to Team leader."),
    ]


def test_trail_is_filtered_by_person_and_by_subject(
    camille: Person, ines: Person, enter: Enter
) -> None:
    admin = enter(camille)
    enter(ines)
    people.deactivate(ines.pk, by=camille, now=NOW)
    by_ines = admin.get(f"/settings/audit?person={ines.pk}").content.decode()
    about_ines = admin.get(f"/settings/audit?kind=person&id={ines.pk}").content.decode()

    assert _cells(by_ines) == [("Inès Moreau", "Logged in from 127.0.0.1.")]
    assert _cells(about_ines) == [
        ("Camille Perrin", "Deactivated Inès Moreau."),
        ("Inès Moreau", "Logged in from 127.0.0.1."),
    ]


def test_trail_goes_on_to_older_pages(camille: Person, enter: Enter) -> None:
    for number in range(60):
        audit.record("ticket.solve", by=camille, now=NOW, subject=("ticket", number + 1))
    admin = enter(camille)
    first = admin.get("/settings/audit?kind=ticket").content.decode()
    older = re.search(r'href="(\?[^"]*before=\d+)"', first)
    assert older is not None
    second = admin.get("/settings/audit" + older.group(1).replace("&amp;", "&")).content.decode()

    assert (len(_cells(first)), len(_cells(second))) == (50, 10)
    assert "before=" not in second


@pytest.mark.parametrize("asked", ["person=abc", "id=99999999999999999999", "before=-1", "id=²"])
def test_nonsense_in_the_address_is_not_an_error(camille: Person, enter: Enter, asked: str) -> None:
    assert enter(camille).get(f"/settings/audit?{asked}").status_code == 200


def test_action_without_words_is_shown_by_its_code() -> None:
    entry = AuditEntry(at=NOW, action="robot.dance", subject_kind="robot", data={})

    assert sentence(entry, {}) == "robot.dance"


def test_deadly_name_does_not_become_markup(camille: Person, ines: Person, enter: Enter) -> None:
    Person.objects.filter(pk=ines.pk).update(name="<script>alert(1)</script>")
    people.deactivate(ines.pk, by=camille, now=NOW)
    page = enter(camille).get("/settings/audit").content.decode()

    assert "<script>alert(1)" not in page
