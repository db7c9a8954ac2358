"""Who hears of what, and what is folded into one summary."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.alerts.conftest import FRIDAY, HOUR, MINUTE, SECOND, Desk, record, run, told

from comptoir.alerts import planning
from comptoir.alerts.actions.record import News
from comptoir.alerts.actions.record import record as record_news
from comptoir.alerts.escalating import Times
from comptoir.alerts.models import Alert, Delivery, Endpoint, Preference
from comptoir.merchant.models import Person, Team
from comptoir.sla.models import PolicyVersion
from comptoir.sla.versions import promises
from comptoir.tickets.actions import assign


def half_time(desk: Desk, **values: object) -> Alert:
    """Let a message fall half due, and give its alert, planned."""
    desk.writes(at=FRIDAY)
    run(FRIDAY + SECOND)
    Delivery.objects.all().delete()
    run(FRIDAY + 12 * HOUR)
    return Alert.objects.get(threshold="limit:50")


def news(number: int, *, to: tuple[str, ...] = ("admins",), late: timedelta = SECOND) -> None:
    one = News(Alert.Kind.QUARANTINED, f"test:{number}", to, FRIDAY - late)
    record_news([one], waits=Times(), now=FRIDAY)


def warns(desk: Desk, warnings: list[dict[str, object]]) -> None:
    """Give every policy those warnings."""
    for version in PolicyVersion.objects.all():
        version.spec["warnings"] = warnings
        version.save()
    promises.cache_clear()


@pytest.fixture(autouse=True)
def _forget_policies() -> object:
    yield
    promises.cache_clear()


def test_half_time_goes_to_the_assignee_alone(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    assign.assign(ticket.pk, to=desk.ines.pk, by=desk.camille, now=FRIDAY + MINUTE)
    run(FRIDAY + MINUTE)
    run(FRIDAY + 12 * HOUR)

    assert told(Alert.objects.get(threshold="limit:50")) == ["Inès app 1"]
    assert Alert.objects.get(threshold="limit:50").to == ["assignee"]


def test_without_an_assignee_the_team_hears(desk: Desk) -> None:
    assert told(half_time(desk)) == ["Inès app 1"]


def test_readers_and_people_of_other_teams_hear_nothing(desk: Desk) -> None:
    Team.objects.get(name="Support").members.add(desk.noah)

    assert told(half_time(desk)) == ["Inès app 1"]


def test_a_team_is_its_leaders_too(desk: Desk, leader: Person) -> None:
    assert told(half_time(desk)) == ["Inès app 1", "Lukas app 1"]


def test_an_empty_team_leaves_it_to_those_in_charge(desk: Desk) -> None:
    Team.objects.get(name="Support").members.clear()

    assert told(half_time(desk)) == ["Camille app 1"]


def test_somebody_who_left_hears_nothing(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    assign.assign(ticket.pk, to=desk.outsider.pk, by=desk.camille, now=FRIDAY + MINUTE)
    Person.objects.filter(pk=desk.outsider.pk).update(is_active=False)
    run(FRIDAY + MINUTE)
    run(FRIDAY + 12 * HOUR)

    assert told(Alert.objects.get(threshold="limit:50")) == ["Inès app 1"]


def test_two_hours_before_the_limit_the_supervisor_hears_too(desk: Desk, leader: Person) -> None:
    desk.writes(at=FRIDAY)
    record(FRIDAY + 21 * HOUR)
    planning.plan(now=FRIDAY + 21 * HOUR)
    run(FRIDAY + 22 * HOUR)

    assert told(Alert.objects.get(threshold="limit-120")) == [
        "Inès app 1",
        "Lukas app 1",
        "Lukas email 1",
    ]


def test_without_a_leader_the_administrators_supervise(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    run(FRIDAY + 21 * HOUR)
    run(FRIDAY + 22 * HOUR)

    assert told(Alert.objects.get(threshold="limit-120")) == [
        "Camille app 1",
        "Camille email 1",
        "Inès app 1",
    ]


def test_email_is_as_each_person_wants_it(desk: Desk) -> None:
    Preference.objects.create(person=desk.ines, email="all")
    Preference.objects.create(person=desk.camille, email="off")
    news(1, to=("admins",))
    planning.plan(now=FRIDAY)

    assert told() == ["Camille app 1"]
    assert told(half_time(desk)) == ["Inès app 1", "Inès email 1"]


def test_count_alerts_do_not_come_by_email_unless_asked_for(desk: Desk) -> None:
    news(1, to=("admins",))
    planning.plan(now=FRIDAY)

    assert told() == ["Camille app 1"]


def test_a_policy_may_name_endpoints_and_addresses(desk: Desk) -> None:
    hook = Endpoint.objects.create(kind="webhook", name="Hook", url="https://x", created_at=FRIDAY)
    room = Endpoint.objects.create(kind="slack", name="Room", url="https://x", created_at=FRIDAY)
    idle = Endpoint.objects.create(
        kind="webhook", name="Idle", url="https://x", created_at=FRIDAY, is_active=False
    )
    to = [f"endpoint:{e.pk}" for e in (hook, room, idle)] + ["email:duty@maison-perrin.example"]
    warns(desk, [{"of": "limit", "share": 50, "to": to}])
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + MINUTE)
    run(FRIDAY + 12 * HOUR)

    alert = Alert.objects.get(ticket=ticket, threshold="limit:50")
    assert told(alert) == ["Hook webhook 1", "Room chat 1", "duty@maison-perrin.example email 1"]


def test_where_all_that_is_named_is_switched_off_the_administrators_hear(desk: Desk) -> None:
    idle = Endpoint.objects.create(
        kind="webhook", name="Idle", url="https://x", created_at=FRIDAY, is_active=False
    )
    warns(desk, [{"of": "limit", "share": 50, "to": [f"endpoint:{idle.pk}", "endpoint:999"]}])
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + MINUTE)
    run(FRIDAY + 12 * HOUR)

    assert told(Alert.objects.get(ticket=ticket, threshold="limit:50")) == ["Camille app 1"]


def test_nobody_is_told_twice_of_one_alert(desk: Desk) -> None:
    news(1, to=("admins", "supervisor", "team", "admins"))
    planning.plan(now=FRIDAY)

    assert told() == ["Camille app 1"]


def test_planning_again_writes_nothing(desk: Desk) -> None:
    news(1)
    assert planning.plan(now=FRIDAY) == 1
    assert planning.plan(now=FRIDAY) == 0
    assert Delivery.objects.count() == 1


# folding


def test_five_at_once_are_five_deliveries(desk: Desk) -> None:
    for number in range(5):
        news(number)
    planning.plan(now=FRIDAY)

    assert told() == ["Camille app 1"] * 5


def test_six_at_once_are_one_summary(desk: Desk) -> None:
    for number in range(6):
        news(number)
    planning.plan(now=FRIDAY)

    assert told() == ["Camille app 6"]
    assert Delivery.objects.get().reason == "summary"


def test_what_waits_already_is_taken_into_the_summary(desk: Desk) -> None:
    for number in range(4):
        news(number)
    planning.plan(now=FRIDAY)
    for number in range(4, 6):
        news(number)
    planning.plan(now=FRIDAY)
    news(6)
    planning.plan(now=FRIDAY)

    assert told() == ["Camille app 7"]
    assert (
        sorted(Delivery.objects.filter(state="dropped").values_list("reason", flat=True))
        == ["folded"] * 3
    )


def test_what_was_tried_is_left_as_it_is(desk: Desk) -> None:
    """A receiver may have seen it under its id: only what never left is folded."""
    for number in range(4):
        news(number)
    planning.plan(now=FRIDAY)
    Delivery.objects.update(attempt_count=1)
    for number in range(4, 9):
        news(number)
    planning.plan(now=FRIDAY)

    assert told() == ["Camille app 1"] * 9


def test_what_fell_due_while_everything_was_down_is_one_summary(desk: Desk) -> None:
    for number in range(3):
        news(number, late=5 * MINUTE)
    planning.plan(now=FRIDAY)

    assert told() == ["Camille app 3"]


def test_after_an_outage_each_recipient_gets_one_summary(desk: Desk, leader: Person) -> None:
    """Twenty tickets missed their limit over night; nothing ran. Everybody gets one delivery."""
    for number in range(20):
        desk.writes(at=FRIDAY, thread=f"t{number}")
    run(FRIDAY + 26 * HOUR)

    assert told() == ["Inès app 20", "Lukas app 20"]


def test_what_is_late_does_not_hold_up_what_is_on_time(desk: Desk) -> None:
    news(1, late=5 * MINUTE)
    news(2, late=5 * MINUTE)
    news(3)
    planning.plan(now=FRIDAY)

    assert told() == ["Camille app 1", "Camille app 2"]
