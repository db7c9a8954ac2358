"""Rules 1 to 3 of docs/sla.md: time, start, stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.core.clocks.timeline import (
    AMAZON,
    automation,
    buyer,
    codes,
    lines,
    marked,
    only,
    operator,
    refused,
    reply,
    said,
    said_or_none,
    seen,
)

from comptoir.core.clocks import AgentReply, BuyerMessage, evaluate

# Rule 1: time is the marketplace's time


def test_rule_01_events_in_any_order_give_the_same_answer() -> None:
    told = [buyer("Fri 17:40"), reply("Sat 08:00"), buyer("Sat 09:00", "m2")]

    assert seen("Sun 12:00", *told) == seen("Sun 12:00", *reversed(told))


def test_rule_01_late_arriving_message_changes_the_answer() -> None:
    """An earlier message that is polled later moves the start back."""
    before = seen("Sat 12:00", buyer("Fri 17:40", "m2"))
    after = seen("Sat 12:00", buyer("Fri 17:40", "m2"), buyer("Fri 09:00", "m1"))

    assert said(only(before).started_at) == "Fri 17:40"
    assert said(only(after).started_at) == "Fri 09:00"


def test_rule_01_message_and_reply_of_one_moment_count_message_first() -> None:
    result = seen("Sat 12:00", reply("Fri 17:40", "a"), buyer("Fri 17:40", "z"))

    assert lines(result) == [("first_reply", "Fri 17:40", "Fri 17:40", "met")]


def test_rule_01_what_lies_after_now_has_not_happened_yet() -> None:
    result = seen("Fri 20:00", buyer("Fri 17:40"), reply("Sat 08:00"))

    assert lines(result) == [("first_reply", "Fri 17:40", None, "running")]


def test_rule_01_moments_of_any_zone_are_compared_as_moments() -> None:
    """Between these two wall clocks of Paris lie 23 hours, because one hour is skipped."""
    paris = ZoneInfo("Europe/Paris")
    asked = BuyerMessage(datetime(2026, 3, 28, 20, tzinfo=paris), "m1")
    answered = AgentReply(datetime(2026, 3, 29, 20, tzinfo=paris), "r1")

    result = evaluate([asked, answered], AMAZON, {}, datetime(2026, 3, 30, tzinfo=paris))

    assert result.messages[0].response == timedelta(hours=23)
    assert only(result).elapsed == timedelta(hours=23)


def test_rule_01_same_message_twice_is_one_message() -> None:
    result = seen("Fri 20:00", buyer("Fri 17:40"), buyer("Fri 17:40"), buyer("Fri 18:00"))

    assert [message.id for message in result.messages] == ["m1"]
    assert lines(result) == [("first_reply", "Fri 17:40", None, "running")]


# Rule 2: start


def test_rule_02_every_buyer_message_starts_a_clock_unless_one_runs() -> None:
    result = seen(
        "Sun 12:00",
        buyer("Fri 17:40", "m1"),
        buyer("Fri 18:00", "m2"),
        reply("Fri 19:00"),
        buyer("Sat 10:00", "m3"),
    )

    assert lines(result) == [
        ("first_reply", "Fri 17:40", "Fri 19:00", "met"),
        ("next_reply", "Sat 10:00", None, "breached"),
    ]


def test_rule_02_clock_counts_from_the_oldest_unanswered_message() -> None:
    result = seen("Fri 20:00", buyer("Fri 17:40", "m1"), buyer("Fri 19:00", "m2"))

    assert said_or_none(result.oldest_unanswered_at) == "Fri 17:40"
    assert said_or_none(only(result).limit_at) == "Sat 17:40"
    assert "counts_from_oldest" in codes(only(result))


def test_rule_02_operator_question_starts_a_clock_and_a_notice_does_not() -> None:
    notice = seen("Fri 20:00", operator("Fri 17:40", asks=False))
    question = seen("Fri 20:00", operator("Fri 17:40"))

    assert lines(notice) == []
    assert lines(question) == [("first_reply", "Fri 17:40", None, "running")]


def test_rule_02_operator_question_is_answered_by_a_message_to_the_operator() -> None:
    result = seen(
        "Sat 20:00",
        operator("Fri 17:40", "q1"),
        reply("Fri 18:00", to="operator"),
        operator("Sat 10:00", "q2"),
    )

    assert lines(result) == [
        ("first_reply", "Fri 17:40", "Fri 18:00", "met"),
        ("next_reply", "Sat 10:00", None, "running"),
    ]


def test_rule_02_kind_stays_first_reply_until_a_substantive_reply() -> None:
    """Neither an automatic message nor a holding reply makes the next clock a next_reply."""
    result = seen(
        "Sat 20:00",
        buyer("Fri 17:40", "m1"),
        automation("Fri 17:41"),
        reply("Fri 18:00", holding=True),
        marked("Fri 19:00"),
        buyer("Sat 10:00", "m2"),
    )

    assert [clock.kind.value for clock in result.clocks] == ["first_reply", "first_reply"]


def test_rule_02_every_message_keeps_its_own_response_time() -> None:
    result = seen(
        "Sun+1 12:00",
        buyer("Fri 12:00", "m1"),
        buyer("Sat 10:00", "m2"),
        reply("Sat 14:00"),
    )

    assert [(m.id, m.response_seconds, m.within_limit) for m in result.messages] == [
        ("m1", 26 * 3600, False),
        ("m2", 4 * 3600, True),
    ]


def test_rule_02_unanswered_message_is_undecided_until_its_limit() -> None:
    before = seen("Sat 17:40", buyer("Fri 17:40"))
    after = seen("Sat 17:40:01", buyer("Fri 17:40"))

    assert before.messages[0].within_limit is None
    assert after.messages[0].within_limit is False


# Rule 3: stop


def test_rule_03_human_reply_stops_the_clock() -> None:
    result = seen("Sun 12:00", buyer("Fri 17:40"), reply("Sat 08:00"))

    assert lines(result) == [("first_reply", "Fri 17:40", "Sat 08:00", "past_target")]
    assert result.oldest_unanswered_at is None


def test_rule_03_automatic_message_never_stops_it() -> None:
    result = seen("Sat 08:00", buyer("Fri 17:40"), automation("Fri 17:41"))

    assert lines(result) == [("first_reply", "Fri 17:40", None, "past_target")]
    assert "automation_ignored" in codes(only(result))


def test_rule_03_automatic_message_counts_where_the_rulebook_says_so() -> None:
    etsy = replace(AMAZON, name="Etsy", auto_reply_counts=True)

    result = seen("Sat 08:00", buyer("Fri 17:40"), automation("Fri 17:41"), policy=etsy)

    assert lines(result) == [("first_reply", "Fri 17:40", "Fri 17:41", "met")]


def test_rule_03_holding_reply_does_not_stop_it() -> None:
    result = seen("Sat 07:00", buyer("Fri 17:40"), reply("Fri 18:00", holding=True))

    assert lines(result) == [("first_reply", "Fri 17:40", None, "running")]


def test_rule_03_message_to_the_operator_only_does_not_stop_it() -> None:
    result = seen("Sat 07:00", buyer("Fri 17:40"), reply("Fri 18:00", to="operator"))

    assert lines(result) == [("first_reply", "Fri 17:40", None, "running")]


def test_rule_03_message_to_both_answers_buyer_and_operator() -> None:
    result = seen(
        "Sat 07:00", buyer("Fri 17:40"), operator("Fri 17:50"), reply("Fri 18:00", to="both")
    )

    assert lines(result) == [("first_reply", "Fri 17:40", "Fri 18:00", "met")]
    assert [said_or_none(message.answered_at) for message in result.messages] == ["Fri 18:00"] * 2


def test_rule_03_reply_to_one_side_leaves_the_other_waiting() -> None:
    """The buyer is answered; the operator's question goes on from its own time."""
    result = seen("Sat 07:00", buyer("Fri 17:40"), operator("Fri 17:50"), reply("Fri 18:00"))

    assert lines(result) == [
        ("first_reply", "Fri 17:40", "Fri 18:00", "met"),
        ("next_reply", "Fri 17:50", None, "running"),
    ]
    assert said_or_none(result.oldest_unanswered_at) == "Fri 17:50"


def test_rule_03_reply_answers_only_what_is_not_later_than_itself() -> None:
    """A reply made in the portal did not know the later message: the ticket stays open."""
    result = seen(
        "Sat 07:00",
        buyer("Fri 17:40", "m1"),
        buyer("Fri 18:30", "m2"),
        reply("Fri 18:00", seen_elsewhere=True),
    )

    assert lines(result) == [
        ("first_reply", "Fri 17:40", "Fri 18:00", "met"),
        ("next_reply", "Fri 18:30", None, "running"),
    ]
    assert "answered_elsewhere" in codes(result.clocks[0])


def test_rule_03_refusal_takes_the_stop_back() -> None:
    told = [buyer("Fri 17:40"), reply("Fri 18:00")]

    accepted = seen("Fri 19:00", *told)
    bounced = seen("Fri 21:00", *told, refused("Fri 20:00"))

    assert lines(accepted) == [("first_reply", "Fri 17:40", "Fri 18:00", "met")]
    assert lines(bounced) == [("first_reply", "Fri 17:40", None, "running")]
    assert said_or_none(only(bounced).limit_at) == "Sat 17:40"
    assert "reply_refused" in codes(only(bounced))


def test_rule_03_reply_sent_again_after_a_refusal_stands() -> None:
    result = seen(
        "Sat 12:00",
        buyer("Fri 17:40"),
        reply("Fri 18:00"),
        refused("Fri 20:00"),
        reply("Fri 21:00"),
    )

    assert lines(result) == [("first_reply", "Fri 17:40", "Fri 21:00", "met")]


def test_rule_03_refused_reply_told_twice_stays_refused() -> None:
    """The bounce carries an earlier date than the reply, which the channel reports twice."""
    told = [buyer("Fri 17:40"), reply("Fri 18:00"), reply("Fri 18:00"), refused("Fri 17:59")]

    assert only(seen("Fri 19:00", *told)).state == "running"


def test_rule_03_bounce_dated_before_its_reply_still_means_it() -> None:
    result = seen("Sat 07:00", buyer("Fri 17:40"), reply("Fri 18:00"), refused("Fri 17:59"))

    assert lines(result) == [("first_reply", "Fri 17:40", None, "running")]


def test_rule_03_reply_reported_twice_answers_once() -> None:
    """The copy that the mailbox shows later does not answer what came in between."""
    result = seen(
        "Sat 07:00",
        buyer("Fri 17:40", "m1"),
        reply("Fri 18:00", "r1"),
        buyer("Fri 18:30", "m2"),
        reply("Fri 19:00", "r1"),
    )

    assert lines(result)[1] == ("next_reply", "Fri 18:30", None, "running")


def test_rule_02_agent_who_wrote_first_makes_the_buyers_answer_a_next_reply() -> None:
    result = seen("Fri 20:00", reply("Fri 09:00"), buyer("Fri 17:40"))

    assert lines(result) == [("next_reply", "Fri 17:40", None, "running")]


def test_rule_03_answer_to_the_operator_leaves_the_older_buyer_message_waiting() -> None:
    """One clock goes on from the buyer's message; the question has its own answer."""
    result = seen(
        "Fri 20:00", buyer("Fri 17:00"), operator("Fri 17:40"), reply("Fri 18:00", to="operator")
    )

    assert lines(result) == [("first_reply", "Fri 17:00", None, "running")]
    assert [(m.id, said_or_none(m.answered_at), m.within_limit) for m in result.messages] == [
        ("m1", None, None),
        ("q1", "Fri 18:00", True),
    ]
