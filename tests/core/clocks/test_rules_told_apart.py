"""Sentences of the rules that stand beside others and are easily lost between them."""

from __future__ import annotations

import pytest
from tests.core.clocks.timeline import (
    AMAZON,
    applied,
    at,
    automation,
    buyer,
    codes,
    lines,
    marked,
    only,
    operator,
    refused,
    reply,
    said_or_none,
    seen,
    status,
    unmarked,
)

from comptoir.core.clocks import (
    AutomationMessage,
    BuyerMessage,
    CaseOpened,
    Note,
    PolicyApplied,
    PromiseMade,
    ReturnRequested,
    State,
    evaluate,
)
from comptoir.core.clocks.explain import sentences
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.core.refusals import Refusal

PAUSING = read_policy(
    {
        "resolution": {
            "target_minutes": 600,
            "limit_minutes": 6000,
            "pauses": ["waiting_on_buyer", "waiting_on_marketplace"],
        }
    }
)
LATE = read_policy(
    {"resolution": {"target_minutes": 60, "limit_minutes": 120, "pauses": ["waiting_on_buyer"]}}
)


def test_rule_01_events_of_one_moment_are_ordered_by_their_ids() -> None:
    """Two messages in one second: the clock's subject is the first by id, in any order."""
    told = [buyer("Fri 17:40", "m2"), buyer("Fri 17:40", "m1")]

    assert [only(seen("Fri 18:00", *events)).subject for events in (told, told[::-1])] == [
        "m1",
        "m1",
    ]


def test_rule_01_policy_applied_in_the_second_of_a_message_holds_for_it() -> None:
    policies = {
        "v1": read_policy({"name": "v1", "first_reply": {"limit_minutes": 60}}),
        "v2": read_policy({"name": "v2", "first_reply": {"limit_minutes": 120}}),
    }
    told = [buyer("Fri 17:40"), applied("Fri 17:00", "v1"), applied("Fri 17:40", "v2")]

    assert only(seen("Fri 17:50", *told, policy=policies)).policy == "v2"


def test_rule_02_clock_of_a_message_that_only_says_thanks_runs_like_any_other() -> None:
    """The core is told of messages, not of what software thinks of them: nothing to withhold by."""
    assert set(BuyerMessage.__dataclass_fields__) == {"at", "id", "due_at"}


def test_rule_02_operator_and_buyer_share_one_running_clock() -> None:
    result = seen("Fri 20:00", operator("Fri 17:00"), buyer("Fri 18:00"))

    assert lines(result) == [("first_reply", "Fri 17:00", None, "running")]


def test_rule_03_reply_made_outside_the_desk_stops_the_clock_and_says_so() -> None:
    clock = only(seen("Fri 20:00", buyer("Fri 17:40"), reply("Fri 18:00", seen_elsewhere=True)))

    assert (clock.state, said_or_none(clock.ended_at)) == (State.MET, "Fri 18:00")
    assert "answered_elsewhere" in codes(clock)


def test_rule_03_internal_note_does_not_stop_it() -> None:
    clock = only(seen("Fri 20:00", buyer("Fri 17:40"), Note(at("Fri 18:00"))))

    assert clock.ended_at is None


def test_rule_03_automatic_message_makes_the_next_clock_no_next_reply() -> None:
    result = seen(
        "Sat 20:00", buyer("Fri 17:40"), automation("Fri 17:41"), buyer("Fri 19:00", "m2")
    )

    assert lines(result)[0][0] == "first_reply"


def test_rule_03_automatic_message_that_counts_answers_only_what_is_not_later() -> None:
    policy = read_policy({"auto_reply_counts": True, "first_reply": {"limit_minutes": 60}})
    told = [AutomationMessage(at("Fri 17:00")), buyer("Fri 17:40")]

    assert only(seen("Fri 18:00", *told, policy=policy)).ended_at is None


def test_rule_03_automatic_message_that_counts_does_not_answer_the_operator() -> None:
    policy = read_policy({"auto_reply_counts": True, "first_reply": {"limit_minutes": 600}})
    told = [operator("Fri 17:00"), AutomationMessage(at("Fri 17:40"))]

    assert only(seen("Fri 18:00", *told, policy=policy)).ended_at is None


def test_rule_03_refusal_gives_back_the_kind_too() -> None:
    """A refused reply was none: the next clock is still that of a first reply."""
    told = [buyer("Fri 09:00"), reply("Fri 10:00"), refused("Fri 11:00"), buyer("Fri 12:00", "m2")]

    assert lines(seen("Fri 13:00", *told)) == [("first_reply", "Fri 09:00", None, "running")]


def test_rule_04_mark_with_a_reason_on_one_message_leaves_the_others() -> None:
    result = seen(
        "Fri 20:00", buyer("Fri 09:00"), buyer("Fri 10:00", "m2"), marked("Fri 11:00", "m1")
    )

    assert lines(result) == [("first_reply", "Fri 10:00", None, "running")]


def test_rule_04_unconfirmed_mark_can_be_undone_and_the_target_is_back() -> None:
    told = [buyer("Fri 09:00"), marked("Fri 10:00", confirmed=False)]

    without = only(seen("Fri 12:00", *told))
    again = only(seen("Fri 12:00", *told, unmarked("Fri 11:00")))

    assert (without.target_at, said_or_none(again.target_at)) == (None, "Fri 23:00")
    assert without.limit_at == again.limit_at


@pytest.mark.parametrize("wait", ["waiting_on_buyer", "waiting_on_marketplace"])
def test_rule_05_resolution_pauses_while_it_waits_on_buyer_or_mediator(wait: str) -> None:
    clock = only(
        seen("Fri 20:00", buyer("Fri 09:00"), status("Fri 10:00", wait), policy=PAUSING),
        "resolution",
    )

    assert (clock.state, clock.target_at) == (State.PAUSED, None)
    assert clock.business_seconds == 3600


def test_rule_05_question_of_the_mediator_ends_the_pause() -> None:
    told = [
        buyer("Fri 09:00"),
        status("Fri 10:00", "waiting_on_marketplace"),
        operator("Fri 12:00"),
    ]

    clock = only(seen("Fri 13:00", *told, policy=PAUSING), "resolution")

    assert (clock.state, said_or_none(clock.target_at)) == (State.RUNNING, "Fri 21:00")


def test_rule_05_other_clocks_never_pause() -> None:
    """Waiting on the buyer with an unanswered message: the reply clock runs on."""
    clock = only(seen("Fri 20:00", buyer("Fri 09:00"), status("Fri 10:00", "waiting_on_buyer")))

    assert clock.state is State.RUNNING
    with pytest.raises(Refusal, match="only resolution can pause"):
        read_policy({"case": {"limit_minutes": 60, "pauses": ["waiting_on_buyer"]}})


def test_rule_06_without_target_business_time_is_still_counted_on_the_targets_calendar() -> None:
    policy = read_policy({"first_reply": {"limit_minutes": 14400, "target_calendar": "office"}})

    clock = only(seen("Mon+1 09:00", buyer("Fri 16:00"), policy=policy))

    assert (clock.business_seconds, clock.elapsed_seconds) == (2 * 3600, 65 * 3600)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("Fri 09:30", State.PAUSED),
        ("Fri 10:30", State.PAUSED),
        ("Fri 11:00", State.PAUSED),
        ("Fri 11:01", State.BREACHED),
    ],
)
def test_rule_11_breached_goes_before_paused(now: str, state: State) -> None:
    """The target stands still, the marketplace's limit does not."""
    told = [buyer("Fri 09:00"), status("Fri 09:15", "waiting_on_buyer")]

    assert only(seen(now, *told, policy=LATE), "resolution").state is state


def test_rule_11_past_target_goes_before_paused() -> None:
    told = [buyer("Fri 09:00"), status("Fri 10:30", "waiting_on_buyer")]

    assert only(seen("Fri 10:45", *told, policy=LATE), "resolution").state is State.PAST_TARGET


def test_rule_11_breached_goes_before_past_target() -> None:
    clock = only(seen("Mon+1 09:00", buyer("Fri 17:40")))

    assert (clock.state, clock.target_missed) == (State.BREACHED, True)


def test_rule_11_cancelled_goes_before_past_target() -> None:
    clock = only(seen("Sat 12:00", buyer("Fri 17:40"), marked("Sat 11:00")))

    assert clock.state is State.CANCELLED


def test_rule_12_each_step_names_its_event_or_its_rule() -> None:
    told = [buyer("Fri 17:40"), automation("Fri 17:41"), reply("Sat 08:00")]

    clock = only(seen("Sun 09:00", *told))

    assert [(step.code, step.at and said_or_none(step.at)) for step in clock.explanation] == [
        ("policy_applies", None),
        ("buyer_wrote", "Fri 17:40"),
        ("automation_ignored", "Fri 17:41"),
        ("target_hours", "Sat 07:40"),
        ("limit_hours", "Sat 17:40"),
        ("answered", "Sat 08:00"),
        ("past_target", "Sat 07:40"),
    ]


def test_rule_12_every_kind_of_clock_explains_itself() -> None:
    policy = read_policy(
        {
            "name": "All",
            "first_reply": {"limit_minutes": 60},
            "resolution": {"target_minutes": 60},
            "return_decision": {"limit_minutes": 60},
            "case": {"limit_minutes": 60},
        }
    )
    events = [
        buyer("Fri 09:00"),
        ReturnRequested(at("Fri 09:01"), "b1"),
        CaseOpened(at("Fri 09:02"), "c1"),
        PromiseMade(at("Fri 09:03"), at("Fri 12:00"), "p1"),
    ]
    found = evaluate(events, policy, {}, at("Fri 09:30")).clocks

    assert len({clock.kind for clock in found}) == 5
    for clock in found:
        said = sentences(clock.explanation)
        assert said[0] == 'policy "All" applies'
        assert len(said) >= 3


def test_words_a_limit_is_assumed_where_nobody_is_sure_and_confirmed_otherwise() -> None:
    assumed = read_policy(
        {"limit_confirmed": False, "first_reply": {"limit_minutes": 60}, "case": {"limit_minutes": 60, "limit_confirmed": True}}
    )  # fmt: skip
    events = [buyer("Fri 09:00"), CaseOpened(at("Fri 09:02"), "c1")]

    found = {
        clock.kind.value: clock for clock in evaluate(events, assumed, {}, at("Fri 09:30")).clocks
    }

    assert found["first_reply"].limit_confirmed is False
    assert found["case"].limit_confirmed is True
    assert AMAZON.rules["first_reply"].limit_confirmed is True  # type: ignore[index]


def test_rule_03_reply_refused_again_after_it_was_sent_again_does_not_stand() -> None:
    told = [buyer("Fri 09:00"), reply("Fri 10:00"), refused("Fri 11:00")]
    again = [reply("Fri 12:00"), refused("Fri 13:00")]

    assert only(seen("Fri 14:00", *told, *again)).ended_at is None


def test_rule_04_mark_set_twice_counts_from_the_first_time() -> None:
    told = [buyer("Fri 09:00"), marked("Fri 10:00", confirmed=False)]
    again = marked("Fri 11:00", "m1", confirmed=False)

    (step,) = (
        step
        for step in only(seen("Fri 12:00", *told, again)).explanation
        if step.code == "marked_here_only"
    )

    assert step.at == at("Fri 10:00")


def test_rule_04_mark_confirmed_twice_ended_the_clock_the_first_time() -> None:
    told = [buyer("Fri 09:00"), marked("Fri 10:00", "m1"), marked("Fri 12:00", "m1")]

    assert said_or_none(only(seen("Fri 13:00", *told)).ended_at) == "Fri 10:00"


def test_rule_11_ended_clock_falls_due_no_more() -> None:
    result = seen("Fri 19:00", buyer("Fri 17:40"), reply("Fri 18:00"))

    assert (only(result).next_at, result.next_deadline_at) == (None, None)


def test_rule_01_messages_come_before_other_events_of_their_moment() -> None:
    """Solved in the very second of the buyer's last word: solved, not open again."""
    told = [status("Fri 10:00", "solved"), buyer("Fri 09:00"), buyer("Fri 10:00", "m2")]

    clock = only(seen("Fri 12:00", *told, policy=PAUSING), "resolution")

    assert said_or_none(clock.ended_at) == "Fri 10:00"


def test_rule_04_resolution_target_counts_from_the_first_message_not_marked_here() -> None:
    told = [
        buyer("Fri 09:00"),
        marked("Fri 10:00", "m1", confirmed=False),
        buyer("Fri 11:00", "m2"),
    ]

    clock = only(seen("Fri 12:00", *told, policy=PAUSING), "resolution")

    assert (said_or_none(clock.started_at), said_or_none(clock.target_at)) == (
        "Fri 09:00",
        "Fri 21:00",
    )


def test_rule_05_word_of_the_operator_does_not_reopen_a_solved_ticket() -> None:
    told = [buyer("Fri 09:00"), status("Fri 10:00", "solved"), operator("Fri 11:00")]

    clock = only(seen("Fri 12:00", *told, policy=PAUSING), "resolution")

    assert said_or_none(clock.ended_at) == "Fri 10:00"


def test_rule_09_resolution_target_for_a_risk_counts_from_when_it_was_seen() -> None:
    calm = {"resolution": {"target_minutes": 600}}
    risk = {"resolution": {"target_minutes": 60, "target_from": "policy_applied"}}
    policies = {
        "calm": read_policy({"name": "calm", **calm}),
        "risk": read_policy({"name": "risk", **risk}),
    }
    told = [applied("Fri 08:00", "calm"), buyer("Fri 09:00"), applied("Fri 12:00", "risk")]

    clock = only(seen("Fri 12:30", *told, policy=policies), "resolution")

    assert said_or_none(clock.target_at) == "Fri 13:00"


def test_rule_09_risk_that_was_seen_before_the_policy_came_counts_from_then() -> None:
    """A new version of the policy, or a merge, brings no new minutes."""
    risk = {"first_reply": {"target_minutes": 60, "target_from": "policy_applied"}}
    policies = {
        "calm": read_policy({"name": "calm"}),
        "risk": read_policy({"name": "risk", **risk}),
    }
    merged = PolicyApplied(at("Fri 14:00"), "risk", seen_at=at("Fri 12:00"))

    clock = only(
        seen("Fri 14:30", applied("Fri 08:00", "calm"), buyer("Fri 09:00"), merged, policy=policies)
    )

    assert said_or_none(clock.target_at) == "Fri 13:00"


def test_the_earliest_day_that_the_channel_names_counts() -> None:
    policy = read_policy({"first_reply": {"limit_model": "given"}})
    told = [
        BuyerMessage(at("Fri 09:00"), "m1", due_at=at("Mon+1 09:00")),
        BuyerMessage(at("Fri 10:00"), "m2", due_at=at("Sun 09:00")),
    ]

    assert said_or_none(only(seen("Fri 12:00", *told, policy=policy)).limit_at) == "Sun 09:00"


ASSUMED_CASE = read_policy({"limit_confirmed": False, "case": {"limit_minutes": 60}})


def test_day_that_the_channel_names_is_confirmed_though_the_rule_is_assumed() -> None:
    told = CaseOpened(at("Fri 09:00"), "c1", due_at=at("Sun 09:00"))

    clock = only(seen("Fri 12:00", told, policy=ASSUMED_CASE))

    assert clock.limit_confirmed is True
    assert "limit_assumed" not in codes(clock)


def test_day_that_the_channel_names_for_a_message_is_not_said_to_be_assumed() -> None:
    policy = read_policy({"limit_confirmed": False, "first_reply": {"limit_model": "given"}})
    told = BuyerMessage(at("Fri 09:00"), "m1", due_at=at("Sun 09:00"))

    clock = only(seen("Fri 12:00", told, policy=policy))

    assert clock.limit_confirmed is True
    assert "limit_assumed" not in codes(clock)


def test_newly_named_day_of_a_case_takes_the_place_of_the_old_one() -> None:
    told = [
        CaseOpened(at("Fri 09:00"), "c1", due_at=at("Sun 09:00")),
        CaseOpened(at("Fri 10:00"), "c1", due_at=at("Sat 09:00")),
    ]

    assert said_or_none(only(seen("Fri 12:00", *told, policy=ASSUMED_CASE)).limit_at) == "Sat 09:00"
