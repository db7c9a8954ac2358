"""From when a ticket was at risk before 0010: an expression that the database worked out."""

from __future__ import annotations

from django.db.models import F, Func
from django.db.models.functions import Coalesce, Least


class Epoch(Func):
    """Seconds since 1970, written so that PostgreSQL knows they never change (`extract` of a moment
    itself counts as depending on the session's zone)."""

    template = (
        "extract(epoch FROM (%(expressions)s - '1970-01-01 00:00:00+00'::timestamptz))::float8"
    )


class Halfway(Func):
    """The moment in the middle between two, given as `Epoch`."""

    template = "to_timestamp((%(expressions)s) / 2)"
    arg_joiner = " + "
    arity = 2


RISK_AT = Least(
    F("target_at"),
    Halfway(Epoch(F("limit_at")), Epoch(Coalesce(F("oldest_unanswered_at"), F("last_message_at")))),
)
"""Half of the time to the limit is gone, or the target has passed, whichever comes first."""
