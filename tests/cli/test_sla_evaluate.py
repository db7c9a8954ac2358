"""`comptoir sla evaluate`: timelines in, clocks out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from comptoir.cli.sla import sla

EXAMPLE: dict[str, Any] = {
    "id": "t1",
    "now": "2026-03-02T09:00:00Z",
    "calendars": {"office": {"timezone": "Europe/Paris", "hours": {"mon": [["09:00", "18:00"]]}}},
    "policy": {
        "name": "Amazon Urgent",
        "first_reply": {"target_minutes": 840, "limit_minutes": 1440},
        "next_reply": {"limit_minutes": 1440},
        "resolution": {
            "target_minutes": 2880,
            "target_calendar": "office",
            "pauses": ["waiting_on_buyer"],
        },
    },
    "events": [
        {"at": "2026-02-27T17:40:00Z", "type": "buyer_message", "id": "m1"},
        {"at": "2026-02-27T17:41:00Z", "type": "automation_message"},
        {"at": "2026-02-28T08:00:00Z", "type": "agent_reply", "id": "r1"},
    ],
}


def run(*timelines: object) -> tuple[list[dict[str, Any]], int]:
    text = "".join(t if isinstance(t, str) else json.dumps(t) + "\n" for t in timelines)
    result = CliRunner().invoke(sla, ["evaluate"], input=text)
    return [json.loads(line) for line in result.stdout.splitlines()], result.exit_code


def test_sla_evaluate_answers_the_documented_example() -> None:
    (answer,), status = run(EXAMPLE)

    assert status == 0
    assert answer == {
        "id": "t1",
        "clocks": [
            {
                "kind": "first_reply",
                "started_at": "2026-02-27T17:40:00Z",
                "target_at": "2026-02-28T07:40:00Z",
                "limit_at": "2026-02-28T17:40:00Z",
                "ended_at": "2026-02-28T08:00:00Z",
                "state": "past_target",
                "target_missed": True,
                "elapsed_seconds": 51600,
                "business_seconds": 51600,
                "explanation": [
                    'policy "Amazon Urgent" applies',
                    "buyer wrote Fri 2026-02-27 17:40 UTC",
                    "an automatic message Fri 2026-02-27 17:41 UTC does not count as an answer",
                    "14 h target on always: Sat 2026-02-28 07:40 UTC",
                    "24 h limit on always: Sat 2026-02-28 17:40 UTC",
                    "answered Sat 2026-02-28 08:00 UTC",
                    "past the target of Sat 2026-02-28 07:40 UTC by 20 min",
                ],
            },
            {
                "kind": "resolution",
                "started_at": "2026-02-27T17:40:00Z",
                "target_at": "2026-04-06T10:00:00Z",
                "limit_at": None,
                "ended_at": None,
                "state": "running",
                "target_missed": False,
                "elapsed_seconds": 228000,
                "business_seconds": 3600,
                "explanation": [
                    'policy "Amazon Urgent" applies',
                    "buyer wrote first Fri 2026-02-27 17:40 UTC; it runs until the ticket is solved",
                    "closed on office until Mon 2026-03-02 08:00 UTC",
                    "48 h target on office: Mon 2026-04-06 10:00 UTC",
                ],
            },
        ],
        "messages": [
            {
                "id": "m1",
                "at": "2026-02-27T17:40:00Z",
                "answered_at": "2026-02-28T08:00:00Z",
                "response_seconds": 51600,
                "within_limit": True,
            }
        ],
        "oldest_unanswered_at": None,
        "next_deadline_at": "2026-04-06T10:00:00Z",
    }


def test_sla_evaluate_takes_every_event_type() -> None:
    at = "2026-03-02T08:00:00Z"
    events = [
        {"type": "buyer_message", "id": "m1"},
        {"type": "agent_reply", "id": "r1", "to": "both", "holding": False, "seen_elsewhere": True},
        {"type": "automation_message"},
        {"type": "marketplace_message", "id": "q1", "asks_us": True},
        {"type": "note"},
        {"type": "reply_refused", "reply": "r1"},
        {"type": "no_response_needed", "messages": ["m1"], "confirmed_outside": False},
        {"type": "no_response_needed"},
        {"type": "undo_no_response_needed"},
        {"type": "status", "to": "waiting_internally"},
        {"type": "policy_applied", "policy": "Amazon Urgent"},
        {"type": "return_requested"},
        {"type": "return_decided"},
        {"type": "case_opened", "id": "c1", "due_at": "2026-03-04T08:00:00+01:00"},
        {"type": "case_answered", "id": "c1"},
        {"type": "promise", "due_at": "2026-03-02T17:00:00Z"},
        {"type": "promise_kept"},
    ]
    policies = {"Amazon Urgent": EXAMPLE["policy"]}

    (answer,), status = run(
        {
            "id": "t2",
            "now": EXAMPLE["now"],
            "calendars": EXAMPLE["calendars"],
            "policies": policies,
            "events": [{"at": at, **event} for event in events],
        }
    )

    assert status == 0
    assert sorted(clock["kind"] for clock in answer["clocks"]) == [
        "case",
        "first_reply",
        "promise",
        "resolution",
        "return_decision",
    ]


def without(field: str) -> dict[str, Any]:
    return {name: value for name, value in EXAMPLE.items() if name != field}


def with_event(**event: Any) -> dict[str, Any]:
    return {**EXAMPLE, "events": [{"at": "2026-03-02T08:00:00Z", **event}]}


def with_rule(**rule: Any) -> dict[str, Any]:
    return {**EXAMPLE, "policy": {"first_reply": rule}}


@pytest.mark.parametrize(
    ("timeline", "said"),
    [
        (without("now"), 'no "now"'),
        (without("events"), 'no "events"'),
        (without("policy"), 'no "policy"'),
        ({**EXAMPLE, "now": "2026-03-02T09:00:00"}, "has no offset from UTC"),
        ({**EXAMPLE, "evnts": []}, 'knows no "evnts"'),
        ({**EXAMPLE, "events": {}}, '"events" must be a list'),
        ({**EXAMPLE, "policies": {}, "policy": None}, 'no "policy"'),
        ({**EXAMPLE, "policies": {"a": {}}}, "not both"),
        ({**EXAMPLE, "policy": "Amazon"}, "a policy must be an object"),
        ({**without("policy"), "policies": {"a": {}, "b": {}}}, "no event says which applies"),
        ({**without("calendars")}, 'no calendar "office"; known are always'),
        (
            {**EXAMPLE, "calendars": {"office": {"timezone": "Mars"}}},
            'calendar "office": there is no',
        ),
        ({**EXAMPLE, "policy": {"first_replay": {}}}, 'knows no "first_replay"'),
        (
            with_event(type="buyer_mesage", id="m1"),
            'event 1: there is no event type "buyer_mesage"',
        ),
        (with_event(type="buyer_message"), 'event "buyer_message" needs "id"'),
        (with_event(type="buyer_message", id="m1", text="hello"), 'knows no "text"'),
        (
            with_event(type="agent_reply", to="everybody"),
            '"to" must be one of buyer, operator, both',
        ),
        (with_event(type="agent_reply", holding="yes"), '"holding" must be true or false'),
        (with_event(type="status", to="closed"), '"to" must be one of open, waiting_on_buyer'),
        (with_event(type="status"), 'event "status" needs "to"'),
        (with_event(type="promise"), 'event "promise" needs "due_at"'),
        (with_event(type="reply_refused", reply="r9"), 'reply "r9", which is not among the events'),
        (
            with_event(type="no_response_needed", messages=["m9"]),
            'message "m9", which is not among',
        ),
        (
            with_event(type="policy_applied", policy="eBay"),
            'no policy "eBay"; known are Amazon Urgent',
        ),
        (with_rule(target_minutes=2000, limit_minutes=1440), "the target is later than the limit"),
        (with_rule(limit_minutes=-5), 'first_reply: "limit_minutes" must not be negative'),
        (with_rule(limit_minutes="1440"), '"limit_minutes" must be a number'),
        (with_rule(limit_model="days", limit_minutes=5), '"limit_model" must be one of hours'),
        (with_rule(limit_model="hours"), "hours needs a number of minutes"),
        (with_rule(limit_days=3), "whole_business_days"),
        (with_rule(limit_model="whole_business_days", limit_days=1.5), "a whole number of days"),
        (with_rule(limit_minutes=5, pauses=["waiting_on_buyer"]), "only resolution can pause"),
        (with_rule(limit_minute=5), 'knows no "limit_minute"'),
        (
            with_rule(limit_model="fixed_hour_after_weekend", hour=24, limit_minutes=5),
            "is not a time of day",
        ),
        (
            with_rule(limit_model="window_hours", limit_minutes=5, window=["17:00", "17:00"]),
            "equal ends",
        ),
    ],
)
def test_sla_evaluate_says_what_is_wrong_with_a_timeline(timeline: object, said: str) -> None:
    good = {**EXAMPLE, "id": "good"}

    (answer, following), status = run(timeline, good)

    assert status == 1
    assert answer["id"] == "t1"
    assert said in answer["error"]
    assert following["id"] == "good"
    assert "error" not in following


def test_sla_evaluate_null_counts_as_left_out() -> None:
    policy = {"first_reply": {"target_minutes": None, "limit_minutes": 60, "limit_calendar": None}}

    (answer,), status = run({**EXAMPLE, "calendars": None, "policies": None, "policy": policy})

    assert status == 0
    assert answer["clocks"][0]["limit_at"] == "2026-02-27T18:40:00Z"


def test_sla_evaluate_help_shows_an_example_that_holds() -> None:
    shown = CliRunner().invoke(sla, ["evaluate", "--help"]).stdout
    lines = [line.strip() for line in shown.splitlines()]
    start = next(i for i, line in enumerate(lines) if line.startswith('{"id": "t1"'))
    end = next(i for i, line in enumerate(lines) if line.startswith("all on one line"))

    (answer,), status = run(" ".join(lines[start:end]))

    assert status == 0
    said = json.dumps(answer)
    expected = " ".join(lines[end + 1 : end + 3]).removesuffix(" …").replace("  ", " ")
    assert said.startswith(expected)
