"""Reasons as sentences.

`TEMPLATES` has one English sentence a code, with named places. Message catalogues are made from
it (pages translate the template, then fill it with `filled`); commands print it as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from comptoir.core.clocks.clock import Step, Value

TEMPLATES: dict[str, str] = {
    # What started it
    "policy_applies": 'policy "{policy}" applies',
    "buyer_wrote": "buyer wrote {at}",
    "operator_asked": "the marketplace asked us {at}",
    "counts_from_oldest": "{count} more came since; it counts from the oldest unanswered message",
    "resolution_started": "buyer wrote first {at}; it runs until the ticket is solved",
    "return_decision_started": "buyer asked to return {at}",
    "case_started": "the marketplace opened a case {at}; a reply to the buyer does not answer it",
    "promise_started": "an agent promised {at} to come back",
    # What did not count
    "automation_ignored": "an automatic message {at} does not count as an answer",
    "holding_ignored": "a holding reply {at} does not count as an answer",
    "operator_only": "a message {at} went to the operator only, not to the buyer",
    "reply_refused": "the reply of {sent_at} was refused {at} and does not count",
    # The target
    "closed_until": "closed on {calendar} until {opens_at}",
    "target_from_risk": "the target counts from {at}, when the risk was seen",
    "target_hours": "{amount} target on {calendar}: {due_at}",
    "target_working_day_hours": "{amount} target on working days of {calendar}: {due_at}",
    "target_window_hours": "{amount} target within the daily window of {calendar}: {due_at}",
    "target_whole_business_days": "target after {amount} business days of {calendar}: {due_at}",
    "target_fixed_hour_after_weekend": "target, at a fixed hour after a week-end: {due_at}",
    "target_send_window": "{amount} target from the latest message: {due_at}",
    "target_mean": "{amount} target to hold the mean: {due_at}",
    "target_given": "target on the day named: {due_at}",
    "target_after_limit": (
        "{amount} target on {calendar} would be {due_at}; the limit {limit_at} comes first"
    ),
    "no_due_time_while_paused": "no due time while paused; {left} left",
    # The limit
    "limit_hours": "{amount} limit on {calendar}: {due_at}",
    "limit_working_day_hours": "{amount} limit on working days of {calendar}: {due_at}",
    "limit_window_hours": "{amount} limit within the daily window of {calendar}: {due_at}",
    "limit_whole_business_days": "limit at the end of business day {amount} of {calendar}: {due_at}",
    "limit_fixed_hour_after_weekend": "limit, at a fixed hour after a week-end: {due_at}",
    "limit_send_window": "no normal reply is possible after {due_at}, {amount} after the latest message",
    "limit_mean": "the marketplace judges a mean; {amount} to plan by: {due_at}, never a breach",
    "limit_given": "limit on the day the channel named: {due_at}",
    "limit_not_named": "the channel has named no day yet",
    "limit_not_measured": "only the first answer of the ticket is measured: no limit here",
    "limit_assumed": "the limit is assumed, not confirmed: left out of breach figures",
    # Marks
    "marked": 'marked "no response needed" {at}',
    "marked_here_only": (
        'marked "no response needed" {at} here, not at the marketplace:'
        " the target is cancelled, the limit runs on"
    ),
    # Pauses and ends
    "paused_waiting_on_buyer": "paused {at}: waiting on the buyer",
    "paused_waiting_on_marketplace": "paused {at}: waiting on the marketplace",
    "resumed": "went on {at}",
    "solved": "solved {at}",
    "reopened": "reopened {at}; the time solved is left out",
    "answered": "answered {at}",
    "answered_elsewhere": "answered {at} outside the desk",
    "answered_automatically": "answered {at} by an automatic message, which counts on this channel",
    "return_decision_ended": "return decided {at}",
    "case_ended": "case answered {at}",
    "promise_ended": "promise kept {at}",
    "past_target": "past the target of {target_at} by {late}",
    "past_limit": "past the limit of {limit_at} by {late}",
}

MINUTE = timedelta(minutes=1)


def sentences(steps: Iterable[Step], zone: tzinfo = UTC) -> list[str]:
    """Say the steps in English, with times on the wall clock of that zone."""

    def written(value: Value) -> str:
        if isinstance(value, datetime):
            return write_time(value, zone)
        return write_length(value) if isinstance(value, timedelta) else str(value)

    return [filled(TEMPLATES[step.code], step.values, written) for step in steps]


def filled(template: str, values: Mapping[str, Value], written: Callable[[Value], str]) -> str:
    """Put the values into a template, each as `written` writes it."""
    return template.format_map({name: written(value) for name, value in values.items()})


def write_time(moment: datetime, zone: tzinfo) -> str:
    """Write "Fri 2026-02-27 17:40 UTC"."""
    local = moment.astimezone(zone)
    return f"{DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M %Z}"


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def write_length(length: timedelta) -> str:
    """Write "4 h", "1 h 30 min", "45 s"."""
    minutes, rest = divmod(abs(length), MINUTE)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    if not hours and rest:
        parts.append(f"{rest.seconds} s")
    return ("-" if length < timedelta(0) else "") + (" ".join(parts) or "0 min")
