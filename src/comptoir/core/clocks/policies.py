"""What is promised: for each kind of clock a target of the desk's own and a limit from outside.

A `Deadline` says how one due moment is counted (its model), a `Rule` holds target and limit of
one kind of clock, a `Policy` is a named set of rules. Nothing here knows a date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from comptoir.core.calendars import Shift
from comptoir.core.clocks.events import Status
from comptoir.core.refusals import Refusal


class Kind(StrEnum):
    """What a clock is about."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"
    RETURN_DECISION = "return_decision"
    CASE = "case"
    PROMISE = "promise"


class Model(StrEnum):
    """How a deadline is counted."""

    HOURS = "hours"
    WORKING_DAY_HOURS = "working_day_hours"
    WINDOW_HOURS = "window_hours"
    WHOLE_BUSINESS_DAYS = "whole_business_days"
    FIXED_HOUR_AFTER_WEEKEND = "fixed_hour_after_weekend"
    SEND_WINDOW = "send_window"
    MEAN = "mean"
    GIVEN = "given"


class Measured(StrEnum):
    """Which messages the marketplace measures."""

    EVERY_MESSAGE = "every_message"
    FIRST_MESSAGE = "first_message"
    FIRST_ANSWER = "first_answer"


RUNNING_MODELS = frozenset({Model.HOURS, Model.WORKING_DAY_HOURS, Model.WINDOW_HOURS})
"""Models that count minutes off a calendar, and can therefore stop and go on."""

PAUSES = frozenset({Status.WAITING_ON_BUYER, Status.WAITING_ON_MARKETPLACE})
"""The ticket waits on the buyer or on the mediator; waiting for ourselves is no excuse."""

ALWAYS_NAME = "always"


@dataclass(frozen=True, slots=True)
class Deadline:
    """How one due moment is counted.

    `length` is open time; `days` counts business days; `window` and `window_days` are the daily
    hours of `window_hours`; `hour` is the time of day, in minutes after midnight, of
    `fixed_hour_after_weekend`. `from_policy` counts from the moment the policy was applied
    (a target of minutes for a risk counts from when the risk was seen), not from the clock's start.
    """

    model: Model = Model.HOURS
    length: timedelta | None = None
    days: int | None = None
    calendar: str = ALWAYS_NAME
    window: Shift | None = None
    window_days: tuple[int, ...] | None = None
    hour: int = 720
    from_policy: bool = False

    def __post_init__(self) -> None:
        if self.model is Model.WHOLE_BUSINESS_DAYS:
            if self.days is None or self.days < 1:
                raise Refusal("whole_business_days needs a number of days, 1 or more")
        elif self.length is None and self.model not in (
            Model.GIVEN,
            Model.FIXED_HOUR_AFTER_WEEKEND,
        ):
            raise Refusal("{model} needs a number of minutes", model=self.model.value)
        if self.length is not None and self.length < timedelta(0):
            raise Refusal("minutes must not be negative")

    def is_later_than(self, other: Deadline) -> bool:
        """Tell whether this is always later than the other: same way of counting, but more."""
        if (self.model, self.calendar, self.window) != (other.model, other.calendar, other.window):
            return False
        if self.days is not None and other.days is not None:
            return self.days > other.days
        return self.length is not None and other.length is not None and self.length > other.length


@dataclass(frozen=True, slots=True)
class Rule:
    """Target and limit of one kind of clock; each may be missing.

    `calendar` is the target's, also where there is no target: business time is counted on it.
    A limit that is not confirmed is assumed: planned by, and left out of breach figures.
    """

    target: Deadline | None = None
    limit: Deadline | None = None
    calendar: str = ALWAYS_NAME
    limit_confirmed: bool = True
    pauses: frozenset[Status] = frozenset()

    def __post_init__(self) -> None:
        if self.target and self.limit and self.target.is_later_than(self.limit):
            raise Refusal(
                "the target is later than the limit; make the target {limit} or less",
                limit=_amount(self.limit),
            )
        if not self.pauses <= PAUSES:
            raise Refusal(
                "only {known} can pause a clock, not {pauses}",
                known=" and ".join(sorted(PAUSES)),
                pauses=", ".join(sorted(self.pauses - PAUSES)),
            )
        if self.pauses and self.target and self.target.model not in RUNNING_MODELS:
            raise Refusal(
                "a target counted as {model} cannot pause; leave the pauses out",
                model=self.target.model.value,
            )


EMPTY_RULE = Rule()


@dataclass(frozen=True, slots=True)
class Policy:
    """A named set of promises.

    `auto_reply_counts` for the two marketplaces that count an automation's message.
    `mark_needs_confirmation` where "no response needed" must also be set at the marketplace and
    software cannot do it: an unconfirmed mark then leaves the limit running.
    """

    name: str
    rules: Mapping[Kind, Rule] = field(default_factory=dict)
    auto_reply_counts: bool = False
    measured: Measured = Measured.EVERY_MESSAGE
    mark_needs_confirmation: bool = True

    def __post_init__(self) -> None:
        for kind, rule in self.rules.items():
            if rule.pauses and kind is not Kind.RESOLUTION:
                raise Refusal(
                    "only resolution can pause; leave the pauses out of {kind}", kind=kind.value
                )

    def rule(self, kind: Kind) -> Rule:
        """Give the rule of that kind, an empty one if the policy promises nothing."""
        return self.rules.get(kind, EMPTY_RULE)


def _amount(deadline: Deadline) -> str:
    if deadline.days is not None:
        return f"{deadline.days} days"
    return f"{(deadline.length or timedelta(0)) / timedelta(minutes=1):g} minutes"
