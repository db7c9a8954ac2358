"""The warnings of a policy as they are written down; `warning.py` says when they come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from comptoir.core.refusals import Refusal
from comptoir.core.specs import read_choice, read_list, read_minutes, read_object, read_text

FIELDS = ("of", "share", "before_minutes", "to")
BEFORE_MAX = timedelta(days=366)

ASSIGNEE, TEAM, SUPERVISOR = "assignee", "team", "supervisor"
ENDPOINT, EMAIL = "endpoint:", "email:"
OUTSIDE = re.compile(r"endpoint:[1-9][0-9]{0,17}|email:[^@\s,;:<>]+@[^@\s,;:<>]+")

LAST_SHIFT, NO_SHIFT = "last_shift", "no_shift"
TARGET_MISSED, LIMIT_MISSED = "target_missed", "limit_missed"


class Of(StrEnum):
    """What a warning looks at. `deadline` is the limit, or the target where there is no limit."""

    LIMIT = "limit"
    TARGET = "target"
    DEADLINE = "deadline"
    LAST_SHIFT = "last_shift"
    TARGET_MISSED = "target_missed"
    LIMIT_MISSED = "limit_missed"


ALWAYS_THERE = frozenset({Of.LAST_SHIFT, Of.TARGET_MISSED, Of.LIMIT_MISSED})
"""These come whatever the policy says; it may say who hears of them."""


@dataclass(frozen=True, slots=True)
class WarningRule:
    """One threshold and who hears of it.

    `share` is in percent; `before` is plain time before the deadline and goes before the share.
    """

    of: Of
    to: tuple[str, ...]
    share: float = 0
    before: timedelta | None = None

    def key_of(self, side: Of) -> str:
        """Give the key of the threshold on that side: `limit:75`, `target-30`."""
        if self.before is not None:
            return f"{side.value}-{self.before / timedelta(minutes=1):g}"
        return f"{side.value}:{self.share:g}"

    def says(self, key: str) -> bool:
        """Tell whether this rule is about the threshold of that key."""
        if self.of in ALWAYS_THERE:
            return key == self.of.value
        sides = (Of.LIMIT, Of.TARGET) if self.of is Of.DEADLINE else (self.of,)
        return key in [self.key_of(side) for side in sides]


DEFAULTS = (
    WarningRule(Of.DEADLINE, (ASSIGNEE,), share=50),
    WarningRule(Of.DEADLINE, (ASSIGNEE, TEAM), share=75),
    WarningRule(Of.DEADLINE, (ASSIGNEE, TEAM, SUPERVISOR), share=90),
    WarningRule(Of.LIMIT, (ASSIGNEE, TEAM, SUPERVISOR), before=timedelta(minutes=120)),
)
"""What holds where a policy names no warnings."""

DEFAULT_TO: Mapping[str, tuple[str, ...]] = {
    LAST_SHIFT: (ASSIGNEE, TEAM, SUPERVISOR),
    TARGET_MISSED: (ASSIGNEE, TEAM),
    LIMIT_MISSED: (ASSIGNEE, TEAM, SUPERVISOR),
}
"""Who hears of what is always there, where the policy does not say."""


def read_warnings(given: object) -> tuple[WarningRule, ...]:
    """Read what a stored policy holds as `warnings`; `DEFAULTS` for None. Raises `Refusal`."""
    if given is None:
        return DEFAULTS
    return tuple(read_list(given, "warnings", _rule))


def _rule(value: object, field: str) -> WarningRule:
    given = read_object(value, f'"{field}"', known=FIELDS)
    of = read_choice(given.get("of", Of.LIMIT), "of", Of)
    to = tuple(dict.fromkeys(read_list(given.get("to", []), "to", _recipient)))
    if not to:
        raise Refusal('"to" must name somebody, such as {known}', known="assignee, team")
    share, before = given.get("share"), given.get("before_minutes")
    if of in ALWAYS_THERE:
        if share is not None or before is not None:
            raise Refusal('"{of}" comes at its own moment; leave share and minutes out', of=of)
        return WarningRule(of, to)
    if (share is None) == (before is None):
        raise Refusal('a warning has either "share" or "before_minutes"')
    if before is not None:
        return WarningRule(of, to, before=_before(before))
    return WarningRule(of, to, share=_share(share))


def _recipient(value: object, field: str) -> str:
    name = read_text(value, field)
    if name in (ASSIGNEE, TEAM, SUPERVISOR) or OUTSIDE.fullmatch(name):
        return name
    raise Refusal(
        '"to" takes assignee, team, supervisor, endpoint:NUMBER or email:ADDRESS, not {value}',
        value=name,
    )


def _share(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 1 <= value <= 100:  # type: ignore[operator]  # a number by then
        raise Refusal('"share" must be a number of percent, 1 to 100')
    return float(value)  # type: ignore[arg-type]


def _before(value: object) -> timedelta:
    before = read_minutes(value, "before_minutes")
    if not timedelta(0) < before <= BEFORE_MAX:
        raise Refusal('"before_minutes" must be more than 0 and at most a year')
    return before
