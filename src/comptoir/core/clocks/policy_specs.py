"""Policies as they are written down: JSON objects in the words of `docs/sla.md`.

{"name": "Amazon Urgent",
 "first_reply": {"target_minutes": 840, "limit_minutes": 1440},
 "resolution": {"target_minutes": 2880, "target_calendar": "office",
                "pauses": ["waiting_on_buyer"]}}
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from comptoir.core.calendars import Shift
from comptoir.core.calendars.spec import WEEKDAYS, read_clock_time, read_shift
from comptoir.core.clocks.events import Status
from comptoir.core.clocks.policies import (
    ALWAYS_NAME,
    Deadline,
    Kind,
    Measured,
    Model,
    Policy,
    Rule,
)
from comptoir.core.refusals import Refusal
from comptoir.core.specs import (
    Spec,
    read_choice,
    read_days,
    read_flag,
    read_list,
    read_minutes,
    read_object,
    read_text,
)

SIDES = ("target", "limit")
PARTS = ("minutes", "days", "calendar", "model", "window", "hour")
RULE_FIELDS = (
    *(f"{side}_{part}" for side in SIDES for part in PARTS),
    "window",
    "hour",
    "target_from",
    "limit_confirmed",
    "pauses",
)
POLICY_FIELDS = (
    "name",
    *Kind,
    "auto_reply_counts",
    "measured",
    "mark_needs_confirmation",
    "limit_confirmed",
)


def read_policy(spec: object) -> Policy:
    """Read a policy. Raises `Refusal`; a field that is null counts as left out."""
    given = _present(read_object(spec, "a policy", known=POLICY_FIELDS))
    is_confirmed = read_flag(given.get("limit_confirmed", True), "limit_confirmed")
    rules: dict[Kind, Rule] = {}
    for kind in Kind:
        if kind.value in given:
            try:
                rules[kind] = _rule(given[kind.value], kind.value, is_confirmed=is_confirmed)
            except Refusal as refusal:
                raise Refusal("{kind}: {problem}", kind=kind.value, problem=refusal) from None
    return Policy(
        name=read_text(given.get("name", "policy"), "name"),
        rules=rules,
        auto_reply_counts=read_flag(given.get("auto_reply_counts", False), "auto_reply_counts"),
        measured=read_choice(given.get("measured", Measured.EVERY_MESSAGE), "measured", Measured),
        mark_needs_confirmation=read_flag(
            given.get("mark_needs_confirmation", True), "mark_needs_confirmation"
        ),
    )


def _present(spec: Spec) -> dict[str, Any]:
    return {name: value for name, value in spec.items() if value is not None}


def _rule(spec: object, kind: str, *, is_confirmed: bool) -> Rule:
    given = _present(read_object(spec, f'"{kind}"', known=RULE_FIELDS))
    pauses = read_list(
        given.get("pauses", []), "pauses", lambda value, name: read_choice(value, name, Status)
    )
    target_from = given.get("target_from", "start")
    if target_from not in ("start", "policy_applied"):
        raise Refusal('"target_from" must be "start" or "policy_applied"')
    return Rule(
        target=_deadline(given, "target", from_policy=target_from == "policy_applied"),
        limit=_deadline(given, "limit"),
        calendar=read_text(given.get("target_calendar", ALWAYS_NAME), "target_calendar"),
        limit_confirmed=read_flag(given.get("limit_confirmed", is_confirmed), "limit_confirmed"),
        pauses=frozenset(pauses),
    )


def _deadline(given: dict[str, Any], side: str, *, from_policy: bool = False) -> Deadline | None:
    """Read one side; None if it promises nothing."""
    if not {f"{side}_minutes", f"{side}_days", f"{side}_model"} & given.keys():
        return None
    length: timedelta | None = None
    days: int | None = None
    if f"{side}_minutes" in given:
        length = read_minutes(given[f"{side}_minutes"], f"{side}_minutes")
    if f"{side}_days" in given:
        days = read_days(given[f"{side}_days"], f"{side}_days")
    model = read_choice(given.get(f"{side}_model", Model.HOURS), f"{side}_model", Model)
    if days is not None and model is not Model.WHOLE_BUSINESS_DAYS:
        raise Refusal(
            '"{side}_days" goes with "{side}_model": "whole_business_days"; write minutes instead',
            side=side,
        )
    window, window_days = _window(given.get(f"{side}_window", given.get("window")))
    return Deadline(
        model=model,
        length=length,
        days=days,
        calendar=read_text(given.get(f"{side}_calendar", ALWAYS_NAME), f"{side}_calendar"),
        window=window,
        window_days=window_days,
        hour=_hour(given.get(f"{side}_hour", given.get("hour", "12:00"))),
        from_policy=from_policy,
    )


def _window(value: object) -> tuple[Shift | None, tuple[int, ...] | None]:
    """Read ["09:00", "17:00"] or {"start": "09:00", "end": "17:00", "days": ["mon", …]}."""
    if value is None:
        return None, None
    if isinstance(value, list | tuple):
        return read_shift(value), None
    given = _present(read_object(value, '"window"', known=("start", "end", "days")))
    days = read_list(given["days"], "days", read_text) if "days" in given else None
    if days is not None and not set(days) <= set(WEEKDAYS):
        raise Refusal('"days" of a window are some of {known}', known=", ".join(WEEKDAYS))
    numbers = None if days is None else tuple(sorted(WEEKDAYS.index(day) for day in set(days)))
    return read_shift([given.get("start"), given.get("end")]), numbers


def _hour(value: object) -> int:
    """Read 12 or "12:00" as minutes after midnight."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 23:
        return value * 60
    minutes = read_clock_time(value)
    if minutes == 1440:
        raise Refusal('"hour" is a time of day from "00:00" to "23:59"')
    return minutes
