"""`comptoir sla`: what the clocks of a ticket say, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, BinaryIO

import click

from comptoir.cli.json_lines import answer_lines, plain_number
from comptoir.core.calendars import Calendar, calendar_from_spec
from comptoir.core.clocks import Clock, Evaluation, Event, MessageOutcome, Policy, evaluate
from comptoir.core.clocks.event_specs import read_event
from comptoir.core.clocks.explain import sentences
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.core.clocks.references import check_references
from comptoir.core.moments import read_moment, write_moment
from comptoir.core.refusals import Refusal
from comptoir.core.specs import read_list, read_object

FIELDS = ("id", "now", "calendars", "policy", "policies", "events")


@click.group()
def sla() -> None:
    """Deadlines: try a policy on a timeline, and see why each clock stands where it does."""


@sla.command("evaluate")
@click.argument("file", type=click.File("rb"), default="-")
def evaluate_(file: BinaryIO) -> None:
    """Give the clocks of timelines: JSON Lines in (FILE or standard input), out.

    Each line holds "now", "events", a "policy" (or "policies" by name, if the events say which
    applies) and the "calendars" that these name. A line that cannot be answered gives an "error"
    in its place; the exit status is then 1.

    \b
    Example:
      $ comptoir sla evaluate
      {"id": "t1", "now": "2026-03-02T09:00:00Z",
       "policy": {"name": "Amazon Urgent", "first_reply": {"target_minutes": 840, "limit_minutes": 1440}},
       "events": [{"at": "2026-03-01T20:00:00Z", "type": "buyer_message", "id": "m1"}]}
    all on one line, gives
      {"id": "t1", "clocks": [{"kind": "first_reply", "started_at": "2026-03-01T20:00:00Z",
       "target_at": "2026-03-02T10:00:00Z", "limit_at": "2026-03-02T20:00:00Z", …
    """
    answer_lines(file, answer)


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """Evaluate one timeline. Raises `Refusal`."""
    read_object(question, "a timeline", known=FIELDS)
    if question.get("now") is None:
        raise Refusal('the timeline has no "now", the moment at which to look at it')
    now = read_moment(question["now"], field="now")
    events = _events(question.get("events"))
    check_references(events)
    policies = _policies(question)
    calendars = {
        name: _calendar(name, json.dumps(spec))
        for name, spec in _object(question, "calendars").items()
    }
    return _written(evaluate(events, policies, calendars, now))


def _events(specs: object) -> list[Event]:
    if specs is None:
        raise Refusal('the timeline has no "events"; give a list, it may be empty')
    events = []
    for number, spec in enumerate(read_list(specs, "events", lambda value, _: value), 1):
        try:
            events.append(read_event(spec))
        except Refusal as refusal:
            raise Refusal("event {number}: {problem}", number=number, problem=refusal) from None
    return events


def _policies(question: Mapping[str, Any]) -> dict[str, Policy] | Policy:
    single, several = question.get("policy"), question.get("policies")
    if single is not None and several is not None:
        raise Refusal('give either "policy" or "policies", not both')
    if single is not None:
        return _policy("policy", json.dumps(single))
    specs = _object(question, "policies")
    if not specs:
        raise Refusal('the timeline has no "policy"; give one, or "policies" by name')
    return {name: _policy(name, json.dumps(spec)) for name, spec in specs.items()}


def _object(question: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    """Read an object; null counts as left out."""
    value = question.get(field)
    return {} if value is None else read_object(value, f'"{field}"')


@lru_cache(maxsize=256)
def _policy(name: str, spec: str) -> Policy:
    read = json.loads(spec)
    try:
        return read_policy({"name": name, **read} if isinstance(read, dict) else read)
    except Refusal as refusal:
        raise Refusal('policy "{name}": {problem}', name=name, problem=refusal) from None


@lru_cache(maxsize=256)
def _calendar(name: str, spec: str) -> Calendar:
    try:
        return calendar_from_spec(json.loads(spec))
    except Refusal as refusal:
        raise Refusal('calendar "{name}": {problem}', name=name, problem=refusal) from None


def _written(result: Evaluation) -> dict[str, Any]:
    return {
        "clocks": [_written_clock(clock) for clock in result.clocks],
        "messages": [_written_message(message) for message in result.messages],
        "oldest_unanswered_at": _moment(result.oldest_unanswered_at),
        "next_deadline_at": _moment(result.next_deadline_at),
    }


def _written_clock(clock: Clock) -> dict[str, Any]:
    return {
        "kind": clock.kind.value,
        "started_at": _moment(clock.started_at),
        "target_at": _moment(clock.target_at),
        "limit_at": _moment(clock.limit_at),
        "ended_at": _moment(clock.ended_at),
        "state": clock.state.value,
        "target_missed": clock.target_missed,
        "elapsed_seconds": plain_number(clock.elapsed_seconds),
        "business_seconds": plain_number(clock.business_seconds),
        "explanation": sentences(clock.explanation),
    }


def _written_message(message: MessageOutcome) -> dict[str, Any]:
    seconds = message.response_seconds
    return {
        "id": message.id,
        "at": _moment(message.at),
        "answered_at": _moment(message.answered_at),
        "response_seconds": None if seconds is None else plain_number(seconds),
        "within_limit": message.within_limit,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else write_moment(moment)


@sla.command("verify")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of sentences.")
def verify(as_json: bool) -> None:
    """Compute every stored deadline anew and compare; a difference is a bug.

    Clocks, what became of each message, and the deadlines of each ticket. Exit status 1 when one was found. Example: comptoir sla verify --json
    """
    from comptoir.cli.environment import with_desk

    with_desk(_verify)(as_json)


def _verify(as_json: bool) -> None:
    from dataclasses import asdict

    from comptoir.storage.clock import now
    from comptoir.tickets.verifying import differences

    count = 0
    for difference in differences(now=now(), progress=_told()):
        count += 1
        if as_json:
            click.echo(json.dumps(asdict(difference)))
        else:
            click.echo(
                f"ticket {difference.ticket_id}, {difference.kind} {difference.number}: "
                f"{difference.field} is {difference.stored}, should be {difference.computed}"
            )
    if count:
        raise click.exceptions.Exit(1)
    if not as_json:
        click.echo("Every stored clock equals the function.")


def _told() -> Callable[[int, int], None]:
    """Give what shows how far the work is: a line on a terminal, nothing where nobody looks."""

    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{done:,} of {total:,} tickets", err=True, nl=done >= total)

    return tell
