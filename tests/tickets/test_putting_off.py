"""Snooze, waiting for ourselves, following and mentioning: what each does, and what a merge keeps."""

from datetime import timedelta

import pytest
from tests.tickets.conftest import FRIDAY, Desk, person

from comptoir.inbox import snoozes
from comptoir.merchant.models import Role
from comptoir.tickets.actions import follow, join, mention, note, snooze, solve, wait
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Fact, Follow, Mention, Ticket
from comptoir.tickets.verifying import differences

HOUR = timedelta(hours=1)
LATER = FRIDAY + 2 * HOUR


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.facts.order_by("id").values_list("kind", flat=True))


def put_off(desk: Desk, ticket: Ticket, hours: float = 3, reason: str = "") -> None:
    snooze.snooze(ticket.pk, until=LATER + hours * HOUR, reason=reason, by=desk.ines, now=LATER)


def test_snoozed_ticket_stands_in_no_queue_and_its_clocks_run_on(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    before = fresh(ticket)

    put_off(desk, ticket, reason="The carrier calls back")

    after = fresh(ticket)
    assert (after.queue_tier, after.queue_at) == (None, None)
    assert (after.limit_at, after.oldest_unanswered_at) == (before.limit_at, FRIDAY)
    assert after.clocks.filter(ended_at__isnull=True).count() == before.clocks.count()
    assert list(differences(now=LATER)) == []


def test_snooze_past_the_limit_is_refused_and_says_the_moment_before(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    limit = fresh(ticket).limit_at
    assert limit is not None

    with pytest.raises(Refused) as refused:
        snooze.snooze(ticket.pk, until=limit, by=desk.ines, now=LATER)

    assert refused.value.code == "snooze_past_limit"
    assert refused.value.values == {"limit_at": limit, "before": limit - snooze.BEFORE_LIMIT}
    assert fresh(ticket).snoozed_until_at is None


def test_snooze_into_the_past_is_refused(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    with pytest.raises(Refused, match="snooze_in_past"):
        snooze.snooze(ticket.pk, until=LATER, by=desk.ines, now=LATER)


def test_snoozed_ticket_comes_back_at_its_time_into_its_place(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    place = (fresh(ticket).queue_tier, fresh(ticket).queue_at)
    put_off(desk, ticket)

    assert snoozes.wake_due(now=LATER + 2 * HOUR) == 0
    assert snoozes.wake_due(now=LATER + 3 * HOUR) == 1

    assert (fresh(ticket).queue_tier, fresh(ticket).queue_at) == place
    fact = ticket.facts.get(kind="woken")
    assert fact.data == {"because": "time", "of": desk.ines.pk}
    assert snoozes.wake_due(now=LATER + 3 * HOUR) == 0


def test_nothing_waits_on_a_buyer_who_waits_for_us(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    with pytest.raises(Refused, match="buyer_waits"):
        wait.wait(ticket.pk, on="buyer", by=desk.ines, now=LATER)

    assert fresh(ticket).status == "open"


def test_snoozed_ticket_that_waits_on_others_is_open_when_its_time_comes(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    wait.wait(ticket.pk, on="marketplace", by=desk.ines, now=LATER)
    put_off(desk, ticket)

    snoozes.wake_due(now=LATER + 3 * HOUR)

    assert (fresh(ticket).status, fresh(ticket).queue_tier is not None) == ("open", True)


def test_snoozed_ticket_comes_back_at_once_when_the_buyer_writes(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    put_off(desk, ticket)

    desk.writes("Hello?", at=LATER + HOUR)

    assert fresh(ticket).snoozed_until_at is None
    assert fresh(ticket).queue_tier is not None
    assert ticket.facts.get(kind="woken").data["because"] == "buyer"
    assert list(differences(now=LATER + HOUR)) == []


def test_snoozed_ticket_sleeps_on_when_a_machine_writes(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    put_off(desk, ticket)

    desk.writes(
        "I am away.", at=LATER + HOUR, author="automation", kind="auto_reply",
        facts=(("automation_message", {}),),
    )  # fmt: skip

    assert fresh(ticket).snoozed_until_at == LATER + 3 * HOUR
    assert fresh(ticket).queue_tier is None


def test_snoozed_ticket_comes_back_before_a_limit_that_moved(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    put_off(desk, ticket, hours=20)
    Ticket.objects.filter(pk=ticket.pk).update(limit_at=LATER + 5 * HOUR)

    assert snoozes.wake_due(now=LATER + 4 * HOUR) == 0
    assert snoozes.wake_due(now=LATER + 4.6 * HOUR) == 1
    assert ticket.facts.get(kind="woken").data["because"] == "limit"


def test_colleague_wakes_it(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    put_off(desk, ticket)

    snooze.wake(ticket.pk, by=desk.camille, now=LATER + HOUR)

    assert fresh(ticket).queue_tier is not None
    with pytest.raises(Refused, match="not_snoozed"):
        snooze.wake(ticket.pk, by=desk.camille, now=LATER + HOUR)


def test_waiting_for_ourselves_comes_back_the_next_working_day_or_before_the_limit(
    desk: Desk,
) -> None:
    ticket = desk.writes(at=FRIDAY)
    limit = fresh(ticket).limit_at
    assert limit is not None
    calm = desk.writes(at=FRIDAY, channel=desk.shop, thread="t2")

    assert wait.wait(ticket.pk, on="internally", by=desk.ines, now=LATER) == (
        limit - snooze.BEFORE_LIMIT
    )
    at = wait.wait(calm.pk, on="internally", by=desk.ines, now=LATER)

    assert fresh(ticket).queue_tier is None
    assert at is not None
    assert at >= LATER + 24 * HOUR
    assert list(differences(now=LATER)) == []


def test_solving_a_snoozed_ticket_leaves_nothing_to_come_back(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    put_off(desk, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(oldest_unanswered_at=None)

    solve.solve(ticket.pk, by=desk.ines, now=LATER)

    assert fresh(ticket).snoozed_until_at is None


def test_following_twice_follows_once(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    follow.follow(ticket.pk, by=desk.ines, now=LATER)
    follow.follow(ticket.pk, by=desk.ines, now=LATER)
    assert Follow.objects.get().person == desk.ines

    follow.unfollow(ticket.pk, by=desk.ines, now=LATER)
    assert not Follow.objects.exists()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Camille Perrin can you look?", ["camille"]),
        ("can you look, @camille?", ["camille"]),
        ("write to info@Camille.example", []),
        ("@Noah and @CAMILLE PERRIN", ["camille", "noah"]),
        ("@Ines Moreau", []),
        ("@Nobody", []),
    ],
)
def test_note_names_colleagues(desk: Desk, text: str, named: list[str]) -> None:
    ticket = desk.writes(at=FRIDAY)

    note.add(ticket.pk, text, by=desk.ines, now=LATER)

    people = Mention.objects.order_by("person__name").values_list("person__name", flat=True)
    assert [name.split()[0].lower() for name in people] == named


def test_first_name_that_two_have_names_nobody(desk: Desk) -> None:
    other = person("Camille-Anne Roy", Role.ADMIN)
    other.name = "Camille Roy"
    people = [desk.camille, other]

    assert mention.named_in("@camille", people) == []
    assert mention.named_in("@Camille Roy", people) == [other]


def test_who_may_not_see_the_ticket_is_not_told_and_the_writer_hears_it(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    note.add(ticket.pk, f"@{desk.outsider.name}", by=desk.ines, now=LATER)

    assert not Mention.objects.exists()
    assert mention.named(f"@{desk.outsider.name}", ticket, by=desk.ines).unseeing == (
        desk.outsider,
    )


def test_merge_and_its_undo_keep_followers_mentions_and_what_was_put_off(desk: Desk) -> None:
    kept = desk.writes(at=FRIDAY)
    gone = desk.writes("Again!", at=FRIDAY + HOUR, thread="t2")
    follow.follow(gone.pk, by=desk.camille, now=LATER)
    note.add(gone.pk, "@camille please", by=desk.ines, now=LATER)
    put_off(desk, gone, reason="later")

    joining = join.merge(gone.pk, kept.pk, by=desk.ines, now=LATER)

    assert Follow.objects.get().ticket_id == kept.pk
    assert Mention.objects.get().message.ticket_id == kept.pk
    assert fresh(kept).snoozed_until_at is None, "only one of them was put off"
    assert fresh(gone).snoozed_until_at is None

    join.undo(joining.pk, by=desk.ines, now=LATER + HOUR)

    assert Follow.objects.get().ticket_id == gone.pk
    assert Mention.objects.get().message.ticket_id == gone.pk
    assert (fresh(gone).snoozed_until_at, fresh(gone).snooze_reason) == (LATER + 3 * HOUR, "later")
    assert list(differences(now=LATER + HOUR)) == []


def test_fact_of_putting_off_is_written_for_people(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    put_off(desk, ticket, reason="The carrier calls back")

    fact = Fact.objects.get(ticket=ticket, kind="snoozed")
    assert fact.data["reason"] == "The carrier calls back"
    assert "woken" not in kinds(ticket)
