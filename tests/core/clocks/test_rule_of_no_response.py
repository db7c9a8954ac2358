"""Rule 4 of docs/sla.md: no response needed."""

from __future__ import annotations

from dataclasses import replace

from tests.core.clocks.timeline import (
    AMAZON,
    at,
    buyer,
    codes,
    lines,
    marked,
    only,
    reply,
    said_or_none,
    seen,
    status,
    unmarked,
)

from comptoir.core.clocks import State
from comptoir.core.clocks.policy_specs import read_policy


def test_rule_04_mark_takes_all_unanswered_messages_out() -> None:
    result = seen(
        "Sun 12:00", buyer("Fri 17:40", "m1"), buyer("Fri 18:00", "m2"), marked("Fri 19:00")
    )

    assert lines(result) == [("first_reply", "Fri 17:40", "Fri 19:00", "cancelled")]
    assert result.oldest_unanswered_at is None
    assert result.next_deadline_at is None
    assert [message.is_taken_out for message in result.messages] == [True, True]
    assert [message.within_limit for message in result.messages] == [None, None]


def test_rule_04_clock_is_computed_without_the_marked_message() -> None:
    result = seen(
        "Sat 07:00", buyer("Fri 17:40", "m1"), buyer("Fri 18:00", "m2"), marked("Fri 19:00", "m1")
    )

    assert lines(result) == [("first_reply", "Fri 18:00", None, "running")]
    assert said_or_none(only(result).limit_at) == "Sat 18:00"


def test_rule_04_unconfirmed_mark_cancels_the_target_and_the_limit_runs_on() -> None:
    told = [buyer("Fri 17:40"), marked("Fri 19:00", confirmed=False)]

    before = only(seen("Sat 17:40", *told))
    after = only(seen("Sat 17:41", *told))

    assert (before.target_at, said_or_none(before.limit_at)) == (None, "Sat 17:40")
    assert (before.state, after.state) == (State.RUNNING, State.BREACHED)
    assert "marked_here_only" in codes(before)


def test_rule_04_confirming_outside_ends_it() -> None:
    result = seen(
        "Sat 12:00",
        buyer("Fri 17:40"),
        marked("Fri 19:00", confirmed=False),
        marked("Fri 20:00", "m1"),
    )

    assert lines(result) == [("first_reply", "Fri 17:40", "Fri 20:00", "cancelled")]


def test_rule_04_mark_needs_no_confirmation_where_the_channel_has_none() -> None:
    shop = replace(AMAZON, mark_needs_confirmation=False)

    result = seen(
        "Sat 12:00", buyer("Fri 17:40"), marked("Fri 19:00", confirmed=False), policy=shop
    )

    assert lines(result) == [("first_reply", "Fri 17:40", "Fri 19:00", "cancelled")]


def test_rule_04_target_counts_from_the_oldest_message_not_marked_here() -> None:
    result = only(
        seen(
            "Fri 21:00",
            buyer("Fri 17:40", "m1"),
            marked("Fri 18:00", "m1", confirmed=False),
            buyer("Fri 20:00", "m2"),
        )
    )

    assert (said_or_none(result.target_at), said_or_none(result.limit_at)) == (
        "Sat 10:00",
        "Sat 17:40",
    )


def test_rule_04_later_message_starts_a_new_clock() -> None:
    result = seen(
        "Sat 12:00", buyer("Fri 17:40", "m1"), marked("Fri 19:00"), buyer("Sat 10:00", "m2")
    )

    assert lines(result) == [
        ("first_reply", "Fri 17:40", "Fri 19:00", "cancelled"),
        ("first_reply", "Sat 10:00", None, "running"),
    ]


def test_rule_04_undone_mark_leaves_no_trace() -> None:
    told = [buyer("Fri 17:40"), marked("Fri 19:00"), unmarked("Fri 20:00")]

    assert seen("Sat 12:00", *told) == seen("Sat 12:00", buyer("Fri 17:40"))


def test_rule_04_mark_on_an_answered_message_takes_it_out_too() -> None:
    result = seen("Sun 12:00", buyer("Fri 17:40"), reply("Sat 20:00"), marked("Sun 09:00", "m1"))

    assert lines(result) == [("first_reply", "Fri 17:40", "Sat 20:00", "cancelled")]
    assert result.messages[0].within_limit is None


def test_rule_04_reply_after_the_mark_is_no_answer_to_the_marked_message() -> None:
    result = seen("Sun 12:00", buyer("Fri 17:40"), marked("Fri 18:00"), reply("Sat 20:00"))

    assert result.messages[0].answered_at is None


def test_rule_04_marked_thanks_does_not_reopen_a_solved_ticket() -> None:
    told = [
        buyer("Fri 17:40"),
        reply("Fri 18:00"),
        status("Fri 18:00", "solved"),
        buyer("Sat 09:00", "m2"),
    ]
    policy = read_policy({"resolution": {"target_minutes": 2880}})

    waiting = only(seen("Sat 12:00", *told, policy=policy), "resolution")
    thanked = only(seen("Sat 12:00", *told, marked("Sat 10:00"), policy=policy), "resolution")

    assert waiting.ended_at is None
    assert thanked.ended_at == at("Fri 18:00")


def test_rule_04_message_that_arrives_after_its_mark_is_taken_out_as_it_comes() -> None:
    """Its date gave way to a later one: the mark still names it."""
    policy = read_policy({"resolution": {"target_minutes": 2880}})

    result = seen("Sat 12:00", marked("Fri 18:00", "m1"), buyer("Fri 19:00"), policy=policy)

    assert lines(result) == [
        ("first_reply", "Fri 19:00", "Fri 19:00", "cancelled"),
        ("resolution", "Fri 19:00", "Fri 19:00", "cancelled"),
    ]
