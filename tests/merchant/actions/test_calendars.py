"""Calendars: versions that never change, titles, public holidays as a snapshot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from comptoir.core.refusals import Refusal
from comptoir.merchant.actions import calendars
from comptoir.merchant.actions.calendars import Title
from comptoir.merchant.hours import (
    Hours,
    SpecialDay,
    SpecialKind,
    differences,
    public_holidays,
    read_hours,
)
from comptoir.merchant.models import Calendar, Person
from comptoir.merchant.public_holidays import countries, labels, regions
from comptoir.merchant.rights import NotAllowed
from comptoir.storage.models import AuditEntry

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Hours(zone="Europe/Paris", weekly={day: [["09:00", "17:00"]] for day in WORKDAYS})
LONGER = replace(OFFICE, weekly={**OFFICE.weekly, "sat": [["10:00", "11:00"]]})


def make(name: str, by: Person, now: datetime, hours: Hours = OFFICE) -> Calendar:
    """Store a calendar from now on."""
    return calendars.make(Title(name), hours, holds_from=now, by=by, now=now)


def actions() -> list[str]:
    """Give the audit trail, oldest first."""
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_a_change_is_a_new_version_and_the_old_one_stays(camille: Person, now: datetime) -> None:
    first = make("Lyon", camille, now)
    later = now + timedelta(days=2)

    second = calendars.change("lyon", LONGER, holds_from=later, by=camille, now=now)

    first.refresh_from_db()
    assert first.spec == OFFICE.spec()
    assert (second.name, second.version, second.title) == ("lyon", 2, "Lyon")
    assert (second.spec, second.valid_from) == (LONGER.spec(), later)
    assert second.made_by == camille
    assert actions() == ["calendar.make", "calendar.edit"]


def test_a_change_that_changes_nothing_makes_no_version(camille: Person, now: datetime) -> None:
    first = make("Lyon", camille, now)

    same = calendars.change("lyon", OFFICE, holds_from=now, by=camille, now=now)

    assert same == first
    assert Calendar.objects.count() == 1
    assert actions() == ["calendar.make"]


def test_a_title_is_changed_on_all_versions_and_policies_keep_the_name(
    camille: Person, now: datetime
) -> None:
    make("Lyon", camille, now)
    calendars.change("lyon", LONGER, holds_from=now, by=camille, now=now)

    calendars.describe("lyon", Title("Lyon, first floor", "Since May"), by=camille, now=now)

    rows = Calendar.objects.order_by("version").values_list("name", "title", "about")
    assert list(rows) == [("lyon", "Lyon, first floor", "Since May")] * 2
    assert actions()[-1] == "calendar.describe"


def test_names_for_policies_are_plain_and_unique(camille: Person, now: datetime) -> None:
    names = [make(title, camille, now).name for title in ("Köln", "Koln", "Always", "日本")]

    assert names == ["koln", "koln-2", "always-2", "hours"]


@pytest.mark.parametrize("title", ["", "  ", "lyon", "x" * 81])
def test_titles_that_say_nothing_or_twice_the_same_are_refused(
    title: str, camille: Person, now: datetime
) -> None:
    make("Lyon", camille, now)

    with pytest.raises(Refusal):
        make(title, camille, now)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (replace(OFFICE, zone="Europe/Lutetia"), "there is no time zone"),
        (replace(OFFICE, weekly={}), "no open time at all"),
        (replace(OFFICE, weekly={"mon": [["09:00", "24:30"]]}), "not a time of day"),
        (
            replace(OFFICE, weekly={"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}),
            "intervals of mon overlap",
        ),
        (
            replace(
                OFFICE,
                weekly={},
                days=(SpecialDay("2026-01-05", SpecialKind.HOURS, [["09:00", "12:00"]]),),
            ),
            "nobody would be there",
        ),
    ],
)
def test_hours_that_cannot_be_are_refused(
    hours: Hours, said: str, camille: Person, now: datetime
) -> None:
    make("Lyon", camille, now)

    with pytest.raises(Refusal, match=said):
        calendars.change("lyon", hours, holds_from=now, by=camille, now=now)
    assert Calendar.objects.count() == 1


def test_a_change_cannot_begin_in_the_past_nor_before_a_planned_one(
    camille: Person, now: datetime
) -> None:
    make("Lyon", camille, now)
    with pytest.raises(Refusal, match="cannot begin in the past"):
        calendars.change("lyon", LONGER, holds_from=now - timedelta(hours=1), by=camille, now=now)
    calendars.change("lyon", LONGER, holds_from=now + timedelta(days=9), by=camille, now=now)

    with pytest.raises(Refusal, match="version 2 is planned"):
        calendars.change("lyon", OFFICE, holds_from=now, by=camille, now=now)


def test_only_administrators_change_hours(lukas: Person, camille: Person, now: datetime) -> None:
    make("Lyon", camille, now)

    with pytest.raises(NotAllowed):
        calendars.change("lyon", LONGER, holds_from=now, by=lukas, now=now)


def test_what_is_stored_is_read_as_it_was_written() -> None:
    public = public_holidays("DE", "BY", today=date(2026, 3, 2))
    hours = replace(
        OFFICE,
        country="DE",
        region="BY",
        offered=public,
        left_out=frozenset({"Allerheiligen"}),
        weekly={day: OFFICE.weekly.get(day, []) for day in (*WORKDAYS, "sat", "sun")},
        days=(
            SpecialDay("2026-08-03", SpecialKind.CLOSED, [], "Summer break"),
            SpecialDay("2026-12-24", SpecialKind.HOURS, [["09:00", "12:00"]], "Christmas Eve"),
            SpecialDay("2026-12-25", SpecialKind.CLOSED, [], "Really closed"),
            SpecialDay("2027-01-05", SpecialKind.CUT, [["10:00", "11:00"]]),
        ),
    )

    assert read_hours("lyon", hours.spec(), hours.sources()) == hours


def test_holidays_are_those_of_the_region_without_those_left_out() -> None:
    public = public_holidays("DE", "BY", today=date(2026, 3, 2))
    hours = replace(OFFICE, country="DE", region="BY", offered=public)
    without = replace(hours, left_out=frozenset({"Allerheiligen"}))

    days = hours.spec()["holidays"]

    assert "2026-06-04" in days  # Corpus Christi: Bavaria has it, Berlin has not
    assert "2026-06-04" not in public_holidays("DE", "BE", today=date(2026, 3, 2))
    assert set(days) - set(without.spec()["holidays"]) == {f"{y}-11-01" for y in range(2025, 2030)}
    assert (min(days)[:4], max(days)[:4]) == ("2025", "2029")


def test_a_newer_source_of_holidays_changes_nothing_until_it_is_asked() -> None:
    stored = {"2025-12-25": "Noël", "2026-05-01": "Fête du Travail", "2026-05-02": "Pont"}
    source = {
        "2026-05-01": "Fête du Travail",
        "2026-05-08": "Victoire",
        "2027-05-01": "Fête du Travail",
    }

    new, gone = differences(stored, source)

    assert new == {"2026-05-08": "Victoire", "2027-05-01": "Fête du Travail"}
    assert gone == {"2026-05-02": "Pont"}  # 2025 is only out of sight
    spec = replace(OFFICE, country="FR", offered=stored).spec()
    sources = replace(OFFICE, country="FR", offered=stored).sources()
    assert read_hours("lyon", spec, sources).offered == stored


def test_a_storefronts_calendar_from_before_knows_its_country() -> None:
    spec = {
        "timezone": "Europe/Berlin",
        "hours": {day: [["00:00", "24:00"]] for day in WORKDAYS},
        "holidays": ["2026-05-01", "2026-12-24", "2026-12-25"],
    }

    read = read_hours("working-days-de", spec, {})

    assert (read.country, sorted(read.offered)) == ("DE", ["2026-05-01", "2026-12-25"])
    assert [day.day for day in read.days] == ["2026-12-24"]
    assert read.spec() == spec


def test_holidays_are_named_in_the_readers_language_where_the_source_has_it() -> None:
    days = ["2026-12-25"]

    assert public_holidays("DE", "", today=date(2026, 1, 1))["2026-12-25"] == "Erster Weihnachtstag"
    assert labels("DE", "", days, "de") == {"2026-12-25": "Erster Weihnachtstag"}
    assert labels("DE", "", days, "en") == {"2026-12-25": "Christmas Day"}
    assert labels("FR", "", days, "fr") == {"2026-12-25": "Noël"}


def test_countries_and_regions_are_known_by_name() -> None:
    assert {"DE", "FR", "GB", "PL", "US"} <= set(countries())
    assert ("BY", "Bayern") in regions("DE")
    assert ("6AE", "Alsace") in regions("FR")
    assert regions("XX") == ()
    assert public_holidays("XX", "", today=date(2026, 1, 1)) == {}
    assert public_holidays("DE", "XX", today=date(2026, 1, 1)) == {}
