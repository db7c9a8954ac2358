"""The list of hours and the editor of one calendar."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from tests.web.hours.conftest import NINE_TO_FIVE, typed
from tests.web.pages import all_words, tree
from tests.web.settings_pages.conftest import entered, query_count
from tests.web.shop import Shop, open_ticket

from comptoir.merchant.hours import public_holidays
from comptoir.merchant.models import Calendar
from comptoir.sla.models import PolicyVersion
from comptoir.storage import clock
from comptoir.storage.models import AuditEntry
from comptoir.tickets.models import Rollout

PAGE = "/settings/hours/office"


def latest() -> Calendar:
    """Give the last version of the desk's hours."""
    return Calendar.objects.filter(name="office").order_by("-version")[0]


def test_the_list_tells_hours_zone_and_who_counts_on_them(office: Calendar, admin: Client) -> None:
    page = admin.get("/settings/hours")

    assert all_words(page, ".hours-card h2") == ["Office hours"]
    facts = all_words(page, ".hours-card dd")
    assert facts == ["09:00–17:00", "closed", "Europe/Paris", "3 policies"]


def test_the_list_asks_as_often_with_four_calendars_as_with_one(
    office: Calendar, admin: Client
) -> None:
    with_one = query_count(admin, "/settings/hours")
    for number in range(3):
        Calendar.objects.create(
            name=f"more-{number}", title=f"More {number}", spec=office.spec, valid_from=clock.now()
        )

    assert query_count(admin, "/settings/hours") == with_one


def test_only_administrators_see_hours(shop: Shop, office: Calendar) -> None:
    for person in (shop.ines, shop.noah):
        browser = entered(person)
        assert browser.get("/settings/hours").status_code == 403
        assert browser.post(PAGE, typed(sat="10-11")).status_code == 403
        assert browser.post(f"{PAGE}/impact", typed()).status_code == 403
    assert latest().version == 1


def test_the_editor_shows_what_is_stored(office: Calendar, admin: Client) -> None:
    page = tree(admin.get(PAGE))

    assert page.css_first("[name=mon]").attributes["value"] == "09:00–17:00"
    assert not page.css_first("[name=sat]").attributes.get("value")
    assert len(page.css(".fortnight tr")) == 14


def test_saving_makes_a_version_that_policies_and_open_tickets_follow(
    shop: Shop, office: Calendar, admin: Client
) -> None:
    answer = admin.post(PAGE, typed(sat="10-11", title="Lyon"))

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    stored = latest()
    assert (stored.version, stored.title, stored.made_by) == (2, "Lyon", shop.camille)
    assert stored.spec["hours"] == {**NINE_TO_FIVE, "sat": [["10:00", "11:00"]]}
    office.refresh_from_db()
    assert office.spec["hours"] == NINE_TO_FIVE
    newest = PolicyVersion.objects.order_by("policy_id", "-number").distinct("policy_id")
    assert {version.spec["calendars"]["office"] for version in newest} == {2}
    assert Rollout.objects.get().reason == "calendar_edited"
    assert "calendar.edit" in AuditEntry.objects.values_list("action", flat=True)
    assert "Changed the hours Lyon: version 2." in admin.get("/settings/audit").content.decode()


def test_saving_what_is_stored_changes_nothing(office: Calendar, admin: Client) -> None:
    admin.post(PAGE, typed())

    assert latest().version == 1
    assert not Rollout.objects.exists()


def test_hours_that_somebody_saved_meanwhile_are_not_replaced_unseen(
    office: Calendar, admin: Client
) -> None:
    admin.post(PAGE, typed(sat="10-11", version="1"))

    answer = admin.post(PAGE, typed(sun="10-11", version="1"))

    assert answer.status_code == 422
    assert "Somebody saved other hours meanwhile" in all_words(answer, ".notice--bad")[0]
    assert latest().version == 2
    seen = tree(answer).css_first("[name=version]").attributes["value"]
    admin.post(PAGE, typed(sun="10-11", version=seen))
    assert latest().version == 3


def test_hours_can_begin_on_a_date(office: Calendar, admin: Client) -> None:
    zone = ZoneInfo("Europe/Paris")
    day = (clock.now().astimezone(zone) + timedelta(days=10)).date()

    admin.post(PAGE, typed(sat="10-11", begins="from", begins_on=day.isoformat()))

    begins = latest().valid_from.astimezone(zone)
    assert (begins.date(), begins.hour, begins.minute) == (day, 0, 0)
    page = admin.get("/settings/hours")
    assert "Other hours begin" in page.content.decode()
    assert all_words(page, ".hours-card dd")[0] == "09:00–17:00"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("mon", "nine", "“nine” is not hours"),
        ("mon", "9-12, 11-14", "09:00–12:00 and 11:00–14:00 overlap"),
        ("time_zone", "Lutetia", "There is no such time zone."),
        ("begins", "from", "Say from which date on."),
        ("day0-day", "2026-02-31", "Enter a valid date."),
        ("day0-name", "Inventory", "Say which date it is about."),
        ("title", "x" * 81, "at most 80 characters"),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_is_stored(
    field: str, value: str, said: str, office: Calendar, admin: Client
) -> None:
    answer = admin.post(PAGE, typed(**{field: value}))

    assert answer.status_code == 422
    errors = tree(answer).css(".field__error")
    assert len(errors) == 1
    assert said.replace("“", '"').replace("”", '"') in errors[0].text()
    assert latest().version == 1


def test_a_night_that_runs_into_the_next_morning_is_refused_there(
    office: Calendar, admin: Client
) -> None:
    answer = admin.post(PAGE, typed(mon="22-10"))

    assert all_words(answer, ".field__error") == [
        "The night of Monday runs into these hours; join them or move one."
    ]
    assert tree(answer).css_first("#hours-tue_error") is not None


def test_hours_without_any_open_time_are_refused(office: Calendar, admin: Client) -> None:
    closed = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "")

    answer = admin.post(PAGE, typed(**closed))

    assert answer.status_code == 422
    assert "no open time at all" in all_words(answer, ".notice--bad")[0]


def test_a_city_is_enough_for_a_zone(office: Calendar, admin: Client) -> None:
    admin.post(PAGE, typed(time_zone="berlin"))

    assert latest().spec["timezone"] == "Europe/Berlin"


def test_days_that_differ_are_stored_with_their_occasion(office: Calendar, admin: Client) -> None:
    rows = {
        "day_count": "4",
        "day0-day": "2027-08-02", "day0-kind": "closed", "day0-name": "Summer",
        "day1-day": "2027-12-24", "day1-kind": "hours", "day1-pairs": "9-12",
        "day2-day": "2027-12-27", "day2-kind": "cut", "day2-pairs": "10-11",
        "day3-day": "", "day3-kind": "closed",
    }  # fmt: skip

    admin.post(PAGE, typed(**rows))

    spec = latest().spec
    assert spec["holidays"] == ["2027-08-02"]
    assert spec["overrides"] == {"2027-12-24": [["09:00", "12:00"]]}
    assert spec["closures"] == {"2027-12-27": [["10:00", "11:00"]]}
    assert latest().sources == {"names": {"2027-08-02": "Summer"}}
    shown = tree(admin.get(PAGE))
    assert shown.css_first("[name=day1-pairs]").attributes["value"] == "09:00–12:00"


def test_a_date_is_written_once(office: Calendar, admin: Client) -> None:
    rows = {
        "day_count": "2",
        "day0-day": "2027-08-02", "day0-kind": "closed",
        "day1-day": "2027-08-02", "day1-kind": "hours", "day1-pairs": "9-12",
    }  # fmt: skip

    answer = admin.post(PAGE, typed(**rows))

    assert all_words(answer, ".field__error") == ["This date stands above already."]


def test_holidays_are_taken_by_country_and_region_where_they_are_ticked(
    office: Calendar, admin: Client
) -> None:
    shown = admin.post(PAGE, typed(country="DE", region="BY", do="show"))
    names = [box.attributes["value"] for box in tree(shown).css("[name=taken]")]
    assert "Fronleichnam" in names
    assert len(tree(shown).css("[name=taken][checked]")) == len(names)

    taken = [name for name in names if name != "Allerheiligen"]
    admin.post(PAGE, typed(country="DE", region="BY", shown=names, taken=taken))

    stored = latest()
    assert (stored.sources["country"], stored.sources["region"]) == ("DE", "BY")
    assert stored.sources["left_out"] == ["Allerheiligen"]
    offered = public_holidays("DE", "BY", today=clock.now().date())
    assert stored.spec["holidays"] == sorted(
        day for day, name in offered.items() if name != "Allerheiligen"
    )


def test_a_region_of_another_country_is_dropped_with_it(office: Calendar, admin: Client) -> None:
    shown = tree(admin.post(PAGE, typed(country="FR", region="BY", do="show")))

    assert shown.css_first("[name=region] option[selected]").attributes["value"] == ""
    assert "Noël" in [box.attributes["value"] for box in shown.css("[name=taken]")]


def test_a_newer_source_of_holidays_is_shown_before_anything_is_stored(
    office: Calendar, admin: Client
) -> None:
    offered = public_holidays("DE", "", today=clock.now().date())
    christmas = max(day for day in offered if day.endswith("-12-25"))
    stored = {day: name for day, name in offered.items() if day != christmas}
    office.sources = {"country": "DE", "region": "", "offered": stored, "left_out": []}
    office.spec = {**office.spec, "holidays": sorted(stored)}
    office.save()
    names = sorted(set(offered.values()))
    kept = {"country": "DE", "shown": names, "taken": names}

    before = admin.get(PAGE).content.decode()
    admin.post(PAGE, typed(**kept))
    unchanged = latest().version
    admin.post(PAGE, typed(**kept, fresh="1"))

    assert "The source of holidays says otherwise today:" in before
    assert unchanged == 1
    assert (latest().version, christmas in latest().spec["holidays"]) == (2, True)


def test_buttons_change_what_is_typed_and_store_nothing(office: Calendar, admin: Client) -> None:
    copied = tree(admin.post(PAGE, typed(mon="8-12", do="copy")))
    longer = tree(admin.post(PAGE, typed(do="line")))
    extra = admin.post(PAGE, typed(extra="129,153"))

    assert [copied.css_first(f"[name={day}]").attributes["value"] for day in ("tue", "fri")] == [
        "8-12",
        "8-12",
    ]
    assert len(longer.css(".differs")) == 2
    assert not longer.css(".field__error")
    assert tree(extra).css_first("[name=sat]").attributes["value"] == "09:00–10:00"
    assert "2 hours were put in: Sat 09:00–10:00, Sun 09:00–10:00." in extra.content.decode()
    assert latest().version == 1


def test_the_preview_follows_what_is_typed(office: Calendar, admin: Client) -> None:
    answer = admin.post(
        f"{PAGE}/preview", typed(mon="", tue="", wed="", thu="", fri="", sun="9-12")
    )

    rows = all_words(answer, ".fortnight tr")
    assert sum("09:00–12:00" in row for row in rows) == 2
    assert sum("closed" in row for row in rows) == 12
    assert "3 h a week." in answer.content.decode()
    assert "The clocks go" in answer.content.decode()


def test_what_a_change_does_to_open_tickets_is_shown_and_taken_back(
    shop: Shop, office: Calendar, admin: Client
) -> None:
    open_ticket(shop, shop.own_shop, now=clock.now())
    all_week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "0-24")

    answer = admin.post(f"{PAGE}/impact", typed(**all_week))

    assert "1 open ticket would change." in answer.content.decode()
    assert latest().version == 1
    assert not Rollout.objects.exists()
    assert not AuditEntry.objects.filter(action="calendar.edit").exists()


def test_other_hours_are_added_under_a_name(shop: Shop, admin: Client) -> None:
    nameless = admin.post("/settings/hours/new", typed())
    answer = admin.post("/settings/hours/new", typed(title="Köln", time_zone="Europe/Berlin"))

    assert nameless.status_code == 422
    assert answer["Location"] == "/settings/hours/koln"
    assert Calendar.objects.get(name="koln").title == "Köln"
    assert all_words(admin.get("/settings/hours/koln"), "h1") == ["Köln"]


@pytest.mark.parametrize("address", ["/settings/hours/none", "/settings/hours/none/impact"])
def test_hours_that_are_not_there_are_not_found(address: str, shop: Shop, admin: Client) -> None:
    ask = admin.post if address.endswith("impact") else admin.get

    assert ask(address).status_code == 404


@pytest.mark.parametrize(
    "nonsense",
    [
        {"day_count": "9" * 30},
        {"day_count": "-1"},
        {"extra": "x,9999,-3"},
        {"country": "XX"},
        {"begins": "never"},
        {"do": "explode", "mon": "9" * 5000},
        {"wanted_percent": "١٠٠"},
        {"day0-kind": "party", "day0-day": "2027-01-01"},
    ],
)
def test_input_that_no_form_of_ours_sends_is_answered(
    nonsense: dict[str, str], office: Calendar, admin: Client
) -> None:
    for address in (PAGE, f"{PAGE}/preview", f"{PAGE}/coverage", f"{PAGE}/impact"):
        assert admin.post(address, typed(**nonsense)).status_code in (200, 302, 422)
    assert admin.post(PAGE, {}).status_code == 422
