"""The order in which events arrived never matters, and a few things hold of any timeline."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.clocks.timeline import CALENDARS, FIRST_MONDAY

from comptoir.core.clocks import (
    AgentReply,
    AutomationMessage,
    BuyerMessage,
    CaseAnswered,
    CaseOpened,
    Event,
    MarketplaceMessage,
    NoResponseNeeded,
    PolicyApplied,
    PromiseKept,
    PromiseMade,
    Recipient,
    ReplyRefused,
    ReturnDecided,
    ReturnRequested,
    State,
    Status,
    StatusChanged,
    UndoNoResponseNeeded,
    evaluate,
)
from comptoir.core.clocks.event_specs import read_event, write_event
from comptoir.core.clocks.explain import sentences
from comptoir.core.clocks.policy_specs import read_policy

POLICIES = {
    "amazon": read_policy(
        {
            "first_reply": {
                "target_minutes": 240,
                "target_calendar": "office",
                "limit_minutes": 1440,
            },
            "next_reply": {"limit_minutes": 1440},
            "resolution": {
                "target_minutes": 600,
                "pauses": ["waiting_on_buyer"],
                "limit_minutes": 4000,
            },
            "case": {"limit_model": "whole_business_days", "limit_days": 2},
        }
    ),
    "mirakl": read_policy(
        {
            "auto_reply_counts": True,
            "first_reply": {"limit_model": "mean", "limit_minutes": 600},
            "resolution": {"target_minutes": 300, "target_calendar": "office"},
        }
    ),
}

# Few distinct moments, so that events often fall together.
moments = st.integers(0, 12).map(lambda n: FIRST_MONDAY + timedelta(hours=7 * n))
ids = st.sampled_from(["1", "2", "3"])
some_ids = st.none() | st.lists(ids, max_size=2).map(tuple)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(BuyerMessage, moments, ids, st.none() | moments),
    st.builds(MarketplaceMessage, moments, ids, st.booleans()),
    st.builds(
        AgentReply,
        moments,
        ids | st.just(""),
        st.sampled_from(Recipient),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(AutomationMessage, moments, ids | st.just("")),
    st.builds(ReplyRefused, moments, ids),
    st.builds(NoResponseNeeded, moments, some_ids, st.booleans()),
    st.builds(UndoNoResponseNeeded, moments, some_ids),
    st.builds(StatusChanged, moments, st.sampled_from(Status)),
    st.builds(PolicyApplied, moments, st.sampled_from(["amazon", "mirakl"])),
    st.builds(CaseOpened, moments, ids, st.none() | moments),
    st.builds(CaseAnswered, moments, ids | st.just("")),
    st.builds(ReturnRequested, moments, ids | st.just("")),
    st.builds(ReturnDecided, moments),
    st.builds(PromiseMade, moments, moments, ids | st.just("")),
    st.builds(PromiseKept, moments, ids | st.just("")),
)
timelines = st.lists(events, max_size=12).map(
    lambda drawn: [PolicyApplied(FIRST_MONDAY, "amazon", "first"), *drawn]
)


@settings(max_examples=300, deadline=None)
@given(told=timelines, now=moments, random=st.randoms(use_true_random=False))
def test_rule_01_order_of_arrival_never_matters(told: list[Event], now, random) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    assert evaluate(shuffled, POLICIES, CALENDARS, now) == evaluate(told, POLICIES, CALENDARS, now)


@settings(max_examples=300, deadline=None)
@given(told=timelines, now=moments, data=st.data())
def test_rule_01_event_told_twice_under_its_id_never_matters(
    told: list[Event], now, data: st.DataObject
) -> None:
    with_id = [event for event in told if event.id]
    again = data.draw(st.lists(st.sampled_from(with_id), max_size=6))
    twice = data.draw(st.permutations([*told, *again]))

    assert evaluate(twice, POLICIES, CALENDARS, now) == evaluate(told, POLICIES, CALENDARS, now)


@settings(max_examples=300, deadline=None)
@given(told=timelines, now=moments)
def test_clocks_of_any_timeline_are_sound(told: list[Event], now) -> None:
    """Clocks are in order, end after they start, and states agree with their moments."""
    result = evaluate(told, POLICIES, CALENDARS, now)

    assert [c.started_at for c in result.clocks] == sorted(c.started_at for c in result.clocks)
    for clock in result.clocks:
        until = clock.ended_at or now
        assert clock.started_at <= until <= now
        assert (clock.state in (State.MET, State.CANCELLED)) <= (clock.ended_at is not None)
        assert timedelta(0) <= clock.business <= clock.elapsed <= until - clock.started_at
        if clock.next_at is not None:
            assert clock.next_at >= now
            assert clock.next_at in (clock.target_at, clock.limit_at)
        if clock.target_at is not None and clock.limit_at is not None:
            assert clock.target_at <= clock.limit_at
        assert len(sentences(clock.explanation)) == len(clock.explanation)
    replies = [c for c in result.clocks if c.kind in ("first_reply", "next_reply") and c.is_open]
    assert len(replies) <= 1
    assert [c.started_at for c in replies] == [
        at for at in [result.oldest_unanswered_at] if at is not None
    ]


@settings(max_examples=200, deadline=None)
@given(told=timelines, now=moments)
def test_state_changes_by_itself_only_after_next_at(told: list[Event], now) -> None:
    """Without new events, a clock stays as it is until `next_at`, and is judged anew after it."""
    happened = [event for event in told if event.at <= now]
    before = evaluate(happened, POLICIES, CALENDARS, now)
    for clock in before.clocks:
        if clock.next_at is None:
            continue
        later = clock.next_at + timedelta(microseconds=1)
        due = evaluate(happened, POLICIES, CALENDARS, clock.next_at).clocks
        after = evaluate(happened, POLICIES, CALENDARS, later).clocks
        index = before.clocks.index(clock)
        assert due[index].state == clock.state
        assert after[index].next_at != clock.next_at
        assert after[index].state is not clock.state or clock.limit_is_planning


@settings(max_examples=200, deadline=None)
@given(event=events)
def test_event_written_down_reads_back_the_same(event: Event) -> None:
    assert read_event(write_event(event)) == event
