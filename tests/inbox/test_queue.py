"""The queue: its order, its pages, its rights."""

from datetime import timedelta

from tests.tickets.conftest import FRIDAY, Desk, desk

from comptoir.inbox import deadlines, queue
from comptoir.inbox.filter_sql import Moment
from comptoir.merchant.actions import people
from comptoir.merchant.rights import Rights, rights_of
from comptoir.tickets.actions import assign, solve

__all__ = ["desk"]

HOUR = timedelta(hours=1)
NOW = Moment(FRIDAY)


def gists(rights: Rights, view: queue.View = "queue") -> list[str]:
    return [row.gist for row in queue.page(rights, queue.ask(view), moment=NOW).rows]


def test_claims_come_first_then_what_can_be_saved_then_what_is_lost(desk: Desk) -> None:
    desk.writes("late", at=FRIDAY - 30 * HOUR, thread="a")
    desk.writes("soon", at=FRIDAY - 10 * HOUR, thread="b")
    desk.writes("later", at=FRIDAY, thread="c")
    desk.writes("claim", at=FRIDAY, thread="d", tier=0, kind="claim", author="marketplace",
                facts=(("case_opened", {}),))  # fmt: skip
    deadlines.fire_due(now=FRIDAY + HOUR)

    assert gists(rights_of(desk.camille)) == ["claim", "soon", "later", "late"]


def test_each_sees_the_channels_of_their_teams_and_what_was_given_to_them(desk: Desk) -> None:
    desk.writes("amazon", thread="a")
    ebay = desk.writes("ebay", thread="b", channel=desk.ebay)

    assert gists(rights_of(desk.ines)) == ["amazon"]
    assert sorted(gists(rights_of(desk.noah))) == ["amazon", "ebay"]
    assert gists(rights_of(desk.outsider)) == []

    assign.assign(ebay.pk, to=desk.ines.pk, by=desk.camille, now=FRIDAY)
    assert sorted(gists(rights_of(desk.ines))) == ["amazon", "ebay"]
    assert gists(rights_of(desk.ines), "mine") == ["ebay"]
    assert gists(rights_of(desk.ines), "unassigned") == ["amazon"]


def test_pages_follow_each_other_without_gap_or_repetition(desk: Desk) -> None:
    for number in range(7):
        desk.writes(f"m{number}", at=FRIDAY + number * HOUR, thread=f"t{number}")
    rights = rights_of(desk.camille)

    first = queue.page(rights, moment=NOW, size=3)
    second = queue.page(rights, moment=NOW, size=3, after=first.next_after)
    third = queue.page(rights, moment=NOW, size=3, after=second.next_after)

    seen = [row.gist for page in (first, second, third) for row in page.rows]
    assert seen == [f"m{number}" for number in range(7)]
    assert third.next_after is None
    assert len(queue.page(rights, moment=NOW, after="nonsense").rows) == 7


def test_counts_are_those_of_the_views_and_channels(desk: Desk) -> None:
    desk.writes("a", thread="a")
    desk.writes("b", thread="b", channel=desk.shop)
    solved = desk.writes("n", thread="c", author="marketplace", kind="notification",
                         facts=(("marketplace_message", {"asks_us": False}),))  # fmt: skip
    counts = queue.counts(rights_of(desk.camille), now=FRIDAY)

    assert (counts["queue"], counts["unassigned"], counts["claims"]) == (2, 2, 0)
    assert counts[f"channel:{desk.amazon.pk}"] == 1
    assert solved.status == "solved"


def test_following_skips_what_somebody_else_took(desk: Desk) -> None:
    first = desk.writes("a", at=FRIDAY, thread="a")
    second = desk.writes("b", at=FRIDAY + HOUR, thread="b")
    third = desk.writes("c", at=FRIDAY + 2 * HOUR, thread="c")
    assign.take(second.pk, by=desk.camille, now=FRIDAY)

    assert queue.following(rights_of(desk.ines), first.pk) == third.pk
    assert queue.following(rights_of(desk.outsider), first.pk) is None


def test_reopened_and_solved_tickets_stand_in_their_views(desk: Desk) -> None:
    ticket = desk.writes("n", author="marketplace", kind="notification",
                         facts=(("marketplace_message", {"asks_us": False}),))  # fmt: skip
    rights = rights_of(desk.camille)
    assert gists(rights, "solved") == ["n"]

    solve.reopen(ticket.pk, by=desk.camille, now=FRIDAY)
    assert gists(rights, "solved") == []


def test_ticket_of_somebody_who_left_is_dealt_to_others(desk: Desk) -> None:
    ticket = desk.writes("whose?")
    assign.assign(ticket.pk, to=desk.ines.pk, by=desk.camille, now=FRIDAY)
    assert queue.following(rights_of(desk.camille), 0) is None

    people.deactivate(desk.ines.pk, by=desk.camille, now=FRIDAY)

    assert queue.following(rights_of(desk.camille), 0) == ticket.pk
