"""*Next* between colleagues: nobody gets what another has, preferences stay small, skips hold."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from tests.tickets.conftest import FRIDAY, Desk, desk, person

from comptoir.inbox import dealing, presence
from comptoir.merchant.models import Person, Role, Team
from comptoir.merchant.rights import rights_of
from comptoir.tickets.actions import assign, skip
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Presence, Ticket

__all__ = ["desk"]

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def deal(who: Person, *, besides: int = 0, after: timedelta = timedelta()) -> int | None:
    return dealing.deal(rights_of(who), besides=besides, now=FRIDAY + 4 * HOUR + after)


@pytest.fixture
def three(desk: Desk) -> list[int]:
    return [
        desk.writes(f"m{n}", at=FRIDAY + n * HOUR, thread=f"t{n}", language="fr").pk
        for n in range(3)
    ]


def test_each_gets_the_first_that_nobody_has(desk: Desk, three: list[int]) -> None:
    assert [deal(desk.ines), deal(desk.camille)] == three[:2]
    assert deal(desk.ines) == three[0], "asked again, one keeps what one has"


def test_ticket_a_colleague_has_open_is_left_alone(desk: Desk, three: list[int]) -> None:
    at = FRIDAY + 4 * HOUR
    presence.come(three[0], rights_of(desk.camille), writing=False, now=at)

    assert deal(desk.ines) == three[1]
    assert deal(desk.ines, after=presence.FRESH_FOR + SECOND) == three[0]


def test_lease_ends_after_five_idle_minutes_and_lasts_while_the_page_is_used(
    desk: Desk, three: list[int]
) -> None:
    deal(desk.ines)
    beat = FRIDAY + 4 * HOUR + timedelta(minutes=4)
    presence.come(three[0], rights_of(desk.ines), writing=True, now=beat)

    assert deal(desk.camille, after=timedelta(minutes=8)) == three[1]
    assert deal(desk.camille, besides=three[1], after=timedelta(minutes=9, seconds=1)) == three[0]


def test_lease_ends_with_the_next_ticket(desk: Desk, three: list[int]) -> None:
    deal(desk.ines)
    assert deal(desk.ines, besides=three[0]) == three[1]

    assert deal(desk.camille) == three[0]


def test_own_ticket_comes_first_but_never_before_a_claim(desk: Desk, three: list[int]) -> None:
    assign.take(three[2], by=desk.ines, now=FRIDAY + 3 * HOUR)
    assert deal(desk.ines) == three[2]

    claim = desk.writes("claim", at=FRIDAY + 3 * HOUR, thread="c", tier=0, kind="claim",
                        author="marketplace", facts=(("case_opened", {}),))  # fmt: skip
    assert deal(desk.ines) == claim.pk


def test_language_one_speaks_comes_before_one_that_one_does_not(
    desk: Desk, three: list[int]
) -> None:
    Ticket.objects.filter(pk=three[0]).update(language="de")
    Person.objects.filter(pk=desk.ines.pk).update(speaks=["fr"])

    assert deal(desk.ines) == three[1]
    Ticket.objects.filter(pk__in=three[1:]).delete()
    assert deal(desk.ines) == three[0], "better in another language than not at all"


def test_skipped_ticket_comes_back_later_and_to_others_at_once(
    desk: Desk, three: list[int]
) -> None:
    deal(desk.ines)
    at = FRIDAY + 4 * HOUR
    skip.skip(three[0], reason="knowledge", by=desk.ines, now=at)

    assert deal(desk.ines) == three[1]
    assert deal(desk.camille) == three[0]
    Presence.objects.all().delete()
    assert deal(desk.ines, after=skip.AGAIN_AFTER) == three[0]


def test_ticket_one_went_on_from_comes_after_the_others_and_to_colleagues_at_once(
    desk: Desk, three: list[int]
) -> None:
    now = FRIDAY + 4 * HOUR
    rights = rights_of(desk.ines)

    assert dealing.deal(rights, besides=three[1], passed=[three[0]], now=now) == three[2]
    assert dealing.deal(rights, besides=three[1], passed=[three[0], three[2]], now=now) == three[0]
    Presence.objects.all().delete()
    assert deal(desk.camille) == three[0]


def test_claim_that_was_passed_over_is_dealt_next_all_the_same(
    desk: Desk, three: list[int]
) -> None:
    claim = desk.writes("claim", at=FRIDAY + 3 * HOUR, thread="c", tier=0, kind="claim",
                        author="marketplace", facts=(("case_opened", {}),))  # fmt: skip
    rights, now = rights_of(desk.ines), FRIDAY + 4 * HOUR

    assert dealing.deal(rights, besides=three[0], passed=[claim.pk], now=now) == claim.pk
    assert dealing.deal(rights, besides=claim.pk, passed=[claim.pk], now=now) == three[0]


def test_what_is_about_to_be_lost_is_not_put_behind_others(desk: Desk, three: list[int]) -> None:
    limit_at = Ticket.objects.get(pk=three[0]).limit_at
    assert limit_at is not None
    rights, passed = rights_of(desk.ines), [three[0]]
    early, late = limit_at - 2 * HOUR, limit_at - dealing.PRESSING + SECOND

    assert dealing.deal(rights, passed=passed, now=early) == three[1]
    assert dealing.deal(rights, passed=passed, now=late) == three[0]


@pytest.mark.parametrize(("reason", "text"), [("", ""), ("tired", ""), ("other", "  ")])
def test_skip_without_a_reason_is_refused(
    desk: Desk, three: list[int], reason: str, text: str
) -> None:
    with pytest.raises(Refused, match="skip_reason_missing"):
        skip.skip(three[0], reason=reason, text=text, by=desk.ines, now=FRIDAY)


def test_ticket_of_a_team_is_dealt_to_its_members_until_its_limit_is_near(
    desk: Desk, three: list[int]
) -> None:
    returns = Team.objects.create(name="Returns")
    returns.channels.set([desk.amazon])
    member = person("Rosa Keller", Role.AGENT, returns)
    assign.give_to_team(three[0], team_id=returns.pk, by=desk.ines, now=FRIDAY)

    assert deal(desk.ines) == three[1]
    assert deal(member) == three[0]
    Presence.objects.all().delete()
    assert deal(desk.ines, after=18.5 * HOUR) == three[0]


def test_team_without_the_channel_cannot_be_given_it(desk: Desk, three: list[int]) -> None:
    team = Team.objects.create(name="Elsewhere")

    with pytest.raises(Refused, match="no_such_team"):
        assign.give_to_team(three[0], team_id=team.pk, by=desk.ines, now=FRIDAY)


def test_nothing_left_gives_nothing(desk: Desk) -> None:
    assert deal(desk.ines) is None


def test_who_left_is_gone_for_others(desk: Desk, three: list[int]) -> None:
    at, rights = FRIDAY, rights_of(desk.ines)
    presence.come(three[0], rights, writing=True, now=at)
    assert [(h.name, h.is_writing) for h in presence.who_is_on(three[0], besides=0, now=at)] == [
        ("Inès Moreau", True)
    ]
    assert list(presence.everywhere(rights_of(desk.camille), now=at)) == [three[0]]
    assert presence.everywhere(rights, now=at) == {}

    presence.leave(three[0], rights, now=at)

    assert presence.who_is_on(three[0], besides=0, now=at) == []


def test_browser_that_died_is_pruned_and_a_lease_outlasts_it(desk: Desk, three: list[int]) -> None:
    deal(desk.ines)
    presence.come(three[1], rights_of(desk.camille), writing=False, now=FRIDAY + 4 * HOUR)

    assert presence.prune(now=FRIDAY + 4 * HOUR + timedelta(minutes=1)) == 1
    assert Presence.objects.get().person == desk.ines
    assert presence.prune(now=FRIDAY + 4 * HOUR + timedelta(minutes=6)) == 1


@pytest.fixture
def many(transactional_db: None, request: pytest.FixtureRequest) -> Desk:
    found: Desk = request.getfixturevalue("desk")
    return found


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_never_get_the_same(many: Desk) -> None:
    team = Team.objects.get(name="Support")
    people = [person(f"Agent{n} X", Role.AGENT, team) for n in range(8)]
    for n in range(8):
        many.writes(f"m{n}", at=FRIDAY, thread=f"t{n}")
    dealt: list[int | None] = []
    start = threading.Barrier(8)

    def ask(who: Person) -> None:
        start.wait()
        dealt.append(deal(who))
        connections.close_all()

    threads = [threading.Thread(target=ask, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert None not in dealt
    assert len(set(dealt)) == 8
