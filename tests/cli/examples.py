"""Timelines for `comptoir sla evaluate` that use every event, kind and model."""

from __future__ import annotations

from typing import Any

WEEK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {"timezone": "Europe/Paris", "hours": {day: [["09:00", "18:00"]] for day in WEEK}}

SIMPLE: dict[str, Any] = {
    "id": "simple",
    "now": "2026-03-02T09:00:00Z",
    "calendars": {"office": OFFICE},
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

EVERY_MODEL: dict[str, Any] = {
    **SIMPLE,
    "id": "models",
    "policy": {
        "name": "All",
        "first_reply": {
            "target_model": "window_hours",
            "target_minutes": 240,
            "target_calendar": "office",
            "window": ["09:00", "17:00"],
            "limit_model": "working_day_hours",
            "limit_minutes": 2880,
            "limit_calendar": "office",
        },
        "next_reply": {"limit_model": "send_window", "limit_minutes": 1440, "target_minutes": 60},
        "resolution": {
            "target_model": "whole_business_days",
            "target_days": 3,
            "target_calendar": "office",
            "limit_model": "mean",
            "limit_minutes": 2880,
        },
        "return_decision": {
            "limit_model": "fixed_hour_after_weekend",
            "limit_minutes": 1440,
            "limit_calendar": "office",
            "hour": "12:00",
        },
        "case": {"limit_model": "given", "limit_minutes": 4320},
        "measured": "first_answer",
        "auto_reply_counts": True,
        "mark_needs_confirmation": False,
        "limit_confirmed": False,
    },
    "events": [
        {"at": "2026-02-27T17:40:00Z", "type": "buyer_message", "id": "m1"},
        {"at": "2026-02-27T17:50:00Z", "type": "marketplace_message", "id": "q1", "asks_us": True},
        {"at": "2026-02-27T18:00:00Z", "type": "agent_reply", "id": "r1", "to": "both"},
        {"at": "2026-02-27T19:00:00Z", "type": "reply_refused", "reply": "r1"},
        {"at": "2026-02-27T20:00:00Z", "type": "no_response_needed", "messages": ["m1"]},
        {"at": "2026-02-27T21:00:00Z", "type": "undo_no_response_needed"},
        {"at": "2026-02-27T21:30:00Z", "type": "status", "to": "waiting_on_buyer"},
        {"at": "2026-02-28T07:00:00Z", "type": "return_requested", "id": "b1"},
        {"at": "2026-02-28T08:00:00Z", "type": "return_decided"},
        {"at": "2026-02-28T08:00:00Z", "type": "case_opened", "id": "c1", "due_at": "2026-03-04T08:00:00Z"},
        {"at": "2026-02-28T09:00:00Z", "type": "case_answered", "id": "c1"},
        {"at": "2026-02-28T10:00:00Z", "type": "promise", "due_at": "2026-03-01T08:00:00Z"},
        {"at": "2026-02-28T11:00:00Z", "type": "promise_kept"},
        {"at": "2026-02-28T12:00:00Z", "type": "note"},
    ],
}  # fmt: skip

TWO_POLICIES: dict[str, Any] = {
    "id": "two",
    "now": "2026-03-02T09:00:00Z",
    "calendars": {"office": OFFICE},
    "policies": {
        "usual": {"first_reply": {"target_minutes": 840, "limit_minutes": 1440}},
        "risk": {
            "first_reply": {
                "target_minutes": 30,
                "target_calendar": "office",
                "target_from": "policy_applied",
                "limit_minutes": 1440,
            }
        },
    },
    "events": [
        {"at": "2026-03-02T07:40:00Z", "type": "policy_applied", "policy": "usual"},
        {"at": "2026-03-02T07:40:00Z", "type": "buyer_message", "id": "m1"},
        {"at": "2026-03-02T08:30:00Z", "type": "policy_applied", "policy": "risk"},
    ],
}

TIMELINES = [SIMPLE, EVERY_MODEL, TWO_POLICIES]
