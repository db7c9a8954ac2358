"""Rule 13 of docs/sla.md: merge and split."""

from __future__ import annotations

from tests.core.clocks.timeline import (
    AMAZON,
    CALENDARS,
    applied,
    at,
    buyer,
    lines,
    marked,
    reply,
    seen,
    status,
)

from comptoir.core.clocks import evaluate
from comptoir.core.clocks.joining import merged, split
from comptoir.core.clocks.policy_specs import read_policy


def test_rule_13_merged_tickets_have_the_clocks_of_one() -> None:
    one = [buyer("Fri 09:00", "m1"), reply("Fri 12:00", "r1")]
    other = [buyer("Fri 11:00", "m2"), buyer("Fri 13:00", "m3")]

    result = evaluate(merged(one, other), AMAZON, CALENDARS, at("Fri 20:00"))

    assert lines(result) == [
        ("first_reply", "Fri 09:00", "Fri 12:00", "met"),
        ("next_reply", "Fri 13:00", None, "running"),
    ]


def test_rule_13_mark_on_all_messages_means_those_of_its_own_ticket() -> None:
    one = [buyer("Fri 09:00", "m1"), marked("Fri 12:00")]
    other = [buyer("Fri 11:00", "m2")]

    result = evaluate(merged(one, other), AMAZON, CALENDARS, at("Fri 20:00"))

    assert lines(result) == [("first_reply", "Fri 11:00", None, "running")]


def test_rule_13_split_moves_messages_with_the_replies_that_answered_them() -> None:
    told = [
        applied("Fri 08:00", "Amazon Urgent"),
        buyer("Fri 09:00", "m1"),
        reply("Fri 10:00", "r1"),
        buyer("Fri 11:00", "m2"),
        reply("Fri 12:00", "r2"),
        buyer("Fri 13:00", "m3"),
        status("Fri 14:00", "waiting_internally"),
    ]

    staying, leaving = split(told, {"m2", "m3"})

    assert lines(evaluate(staying, AMAZON, CALENDARS, at("Fri 20:00"))) == [
        ("first_reply", "Fri 09:00", "Fri 10:00", "met")
    ]
    assert lines(evaluate(leaving, AMAZON, CALENDARS, at("Fri 20:00"))) == [
        ("first_reply", "Fri 11:00", "Fri 12:00", "met"),
        ("next_reply", "Fri 13:00", None, "running"),
    ]


def test_rule_13_reply_that_answered_both_sides_is_a_fact_of_both() -> None:
    told = [buyer("Fri 09:00", "m1"), buyer("Fri 09:30", "m2"), reply("Fri 10:00", "r1")]

    sides = split(told, {"m2"})

    assert [lines(evaluate(side, AMAZON, CALENDARS, at("Fri 20:00"))) for side in sides] == [
        [("first_reply", "Fri 09:00", "Fri 10:00", "met")],
        [("first_reply", "Fri 09:30", "Fri 10:00", "met")],
    ]


def test_rule_13_policies_hold_on_both_sides_of_a_split() -> None:
    policies = {
        "v1": AMAZON,
        "v2": read_policy({"name": "v2", "first_reply": {"limit_minutes": 60}}),
    }
    told = [applied("Fri 08:00", "v2"), buyer("Fri 09:00", "m1"), buyer("Fri 09:30", "m2")]

    sides = split(told, {"m2"})
    clocks = [evaluate(side, policies, CALENDARS, at("Fri 20:00")).clocks[0] for side in sides]

    assert [clock.policy for clock in clocks] == ["v2", "v2"]


def test_rule_13_merging_what_was_split_gives_the_ticket_back() -> None:
    told = [buyer("Fri 09:00", "m1"), reply("Fri 10:00", "r1"), buyer("Fri 11:00", "m2")]

    again = merged(*split(told, {"m2"}))

    assert evaluate(again, AMAZON, CALENDARS, at("Fri 20:00")) == seen("Fri 20:00", *told)
