"""Rules of assignment: whom they choose, when nobody is there, and fairness under pressure."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections
from tests.tickets.conftest import FRIDAY, Desk, desk, person

from comptoir.inbox.assigning import giving, rules
from comptoir.merchant.duty import read_duty
from comptoir.merchant.models import Absence, AssignmentRule, Person, Role, Team
from comptoir.tickets.actions import assign
from comptoir.tickets.models import Ticket
from comptoir.tickets.verifying import differences

__all__ = ["desk"]

HOUR = timedelta(hours=1)
NOON = FRIDAY - 5 * HOUR
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
MONDAYS = {"mon": [["09:00", "17:00"]]}


@pytest.fixture
def team(desk: Desk) -> Team:
    team = Team.objects.get(name="Support")
    person("Rosa Keller", Role.AGENT, team)
    Person.objects.all().update(working_hours=ALWAYS)
    return team


def rule(how: str, **fields: object) -> AssignmentRule:
    made: AssignmentRule = AssignmentRule.objects.create(
        name=how, how=how, changed_at=FRIDAY, **fields
    )
    return made


def holder(ticket: Ticket) -> str:
    assignee = Ticket.objects.select_related("assignee").get(pk=ticket.pk).assignee
    return assignee.name.split()[0] if assignee else ""


def test_ticket_that_comes_in_goes_by_turns_to_who_is_on_duty(desk: Desk, team: Team) -> None:
    rule("turns", team=team)
    tickets = [desk.writes(at=NOON, thread=f"t{n}") for n in range(4)]

    giving.step(now=NOON + HOUR)

    assert [holder(ticket) for ticket in tickets] in (
        ["Inès", "Rosa", "Inès", "Rosa"],
        ["Rosa", "Inès", "Rosa", "Inès"],
    )
    fact = tickets[0].facts.get(kind="assigned")
    assert fact.data["name"] == "turns"
    assert list(differences(now=NOON + HOUR)) == []


def test_first_rule_whose_conditions_hold_decides(desk: Desk, team: Team) -> None:
    rule("turns", team=team, position=2)
    rule("person", person=desk.camille, position=1, conditions={"marketplace": ["shopify"]})
    rule("person", person=desk.noah, position=0, is_active=False)
    shop = desk.writes(at=NOON, channel=desk.shop, thread="a")
    amazon = desk.writes(at=NOON, thread="b")

    giving.step(now=NOON + HOUR)

    assert holder(shop) == "Camille"
    assert holder(amazon) in ("Inès", "Rosa")


def test_least_gives_to_who_has_fewest_and_never_past_the_capacity(desk: Desk, team: Team) -> None:
    rule("least", team=team)
    Person.objects.filter(name="Rosa Keller").update(capacity=1)
    mine = desk.writes(at=NOON, thread="mine")
    assign.take(mine.pk, by=desk.ines, now=NOON)
    tickets = [desk.writes(at=NOON, thread=f"t{n}") for n in range(2)]

    giving.step(now=NOON + HOUR)

    assert [holder(ticket) for ticket in tickets] == ["Rosa", "Inès"]


def test_who_speaks_the_language_comes_first_but_nobody_waits_for_it(
    desk: Desk, team: Team
) -> None:
    rule("turns", team=team)
    Person.objects.filter(name="Rosa Keller").update(speaks=["de"])
    Person.objects.filter(pk=desk.ines.pk).update(speaks=["fr"])
    german = [desk.writes(at=NOON, thread=f"d{n}", language="de") for n in range(2)]
    polish = desk.writes(at=NOON, thread="p", language="pl")

    giving.step(now=NOON + HOUR)

    assert [holder(ticket) for ticket in german] == ["Rosa", "Rosa"]
    assert holder(polish) != ""


@pytest.mark.parametrize("why", ["off duty", "away", "left", "no right"])
def test_nobody_who_is_there_leaves_it_in_the_queue_and_says_so_once(
    desk: Desk, team: Team, why: str
) -> None:
    rule("person", person=desk.ines)
    if why == "off duty":
        Person.objects.filter(pk=desk.ines.pk).update(working_hours=MONDAYS)
    elif why == "away":
        day = NOON.date()
        Absence.objects.create(person=desk.ines, first_on=day, last_on=day)
    elif why == "left":
        Person.objects.filter(pk=desk.ines.pk).update(is_active=False)
    else:
        desk.ines.teams.clear()
    ticket = desk.writes(at=NOON)

    giving.step(now=NOON + HOUR)
    giving.step(now=NOON + HOUR)

    assert holder(ticket) == ""
    assert ticket.facts.filter(kind="assignment_failed").count() == 1
    assert Ticket.objects.get(pk=ticket.pk).queue_tier is not None


def test_rule_can_give_to_a_team_alone(desk: Desk, team: Team) -> None:
    rule("team", team=team)
    ticket = desk.writes(at=NOON)

    giving.step(now=NOON + HOUR)

    after = Ticket.objects.get(pk=ticket.pk)
    assert (after.team_id, after.assignee_id) == (team.pk, None)


def test_what_somebody_has_or_gave_back_is_left_alone(desk: Desk, team: Team) -> None:
    ticket = desk.writes(at=NOON)
    assign.take(ticket.pk, by=desk.camille, now=NOON)
    back = desk.writes(at=NOON, thread="t2")
    assign.take(back.pk, by=desk.camille, now=NOON)
    assign.assign(back.pk, to=None, by=desk.camille, now=NOON)
    rule("turns", team=team)

    giving.step(now=NOON + HOUR)

    assert (holder(ticket), holder(back)) == ("Camille", "")


@pytest.mark.parametrize(("stand_in", "expected"), [(False, ""), (True, "Camille")])
def test_ticket_of_who_is_away_goes_on_when_the_buyer_answers(
    desk: Desk, team: Team, stand_in: bool, expected: str
) -> None:
    ticket = desk.writes(at=NOON)
    assign.take(ticket.pk, by=desk.ines, now=NOON)
    Absence.objects.create(
        person=desk.ines, first_on=NOON.date(), last_on=date(2026, 3, 9),
        stand_in=desk.camille if stand_in else None,
    )  # fmt: skip
    desk.writes("Hello?", at=NOON + HOUR)

    giving.step(now=NOON + HOUR)

    assert holder(ticket) == expected
    assert ticket.facts.filter(kind="assigned").last().data["away"] == desk.ines.pk  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_turns_are_fair_when_many_come_at_once(
    transactional_db: None, request: pytest.FixtureRequest
) -> None:
    desk: Desk = request.getfixturevalue("desk")
    team: Team = request.getfixturevalue("team")
    rule("turns", team=team)
    tickets = [desk.writes(at=NOON, thread=f"t{n}") for n in range(8)]
    listed, duty = rules.active_rules(), read_duty(now=NOON)
    start = threading.Barrier(8)

    def give(number: int) -> None:
        start.wait()
        giving.apply(number, listed, duty, now=NOON)
        connections.close_all()

    threads = [threading.Thread(target=give, args=(ticket.pk,)) for ticket in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    held = [holder(ticket) for ticket in tickets]
    assert (held.count("Inès"), held.count("Rosa")) == (4, 4)


def test_tickets_that_no_rule_wants_do_not_stand_before_those_that_one_does(
    desk: Desk, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many came at once: a mailbox that is connected brings hundreds."""
    monkeypatch.setattr(giving, "BATCH", 2)
    rule("person", person=desk.ines, conditions={"marketplace": ["shopify"]})
    for number in range(5):
        desk.writes(at=NOON, thread=f"other{number}")
    wanted = desk.writes(at=NOON + timedelta(minutes=1), thread="wanted", channel=desk.shop)

    giving.step(now=NOON + HOUR)

    assert holder(wanted) == "Inès"


def test_ticket_that_no_rule_wants_is_looked_at_once(
    desk: Desk, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule("person", person=desk.ines, conditions={"marketplace": ["shopify"]})
    ticket = desk.writes(at=NOON)
    looked: list[int] = []
    real = giving.apply

    def counted(ticket_id: int, *rest: object, **named: object) -> bool:
        looked.append(ticket_id)
        return real(ticket_id, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(giving, "apply", counted)
    for second in range(5):
        giving.step(now=NOON + HOUR + timedelta(seconds=second))

    assert looked == [ticket.pk]
