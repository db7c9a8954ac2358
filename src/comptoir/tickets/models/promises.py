"""Stored clocks, and what became of each message: projections of the ticket's facts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, Value

from comptoir.merchant.models import Channel
from comptoir.sla.models import PolicyVersion
from comptoir.tickets.models.conversation import Message, Ticket


class Clock(models.Model):
    """One promise on one ticket, as `comptoir.core.clocks.evaluate` last saw it.

    `number` tells clocks of one kind apart, in order of start. `next_at` is the moment at which
    its state changes by itself; the deadline loop claims what is due by it. `warnings` are the
    moments at which somebody is to be warned while it runs, `[[key, moment], …]`; `warned` names
    those that were recorded, `warn_at` is the earliest that was not.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="clocks", db_index=False
    )
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    policy_version = models.ForeignKey(
        PolicyVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,  # guarded where versions are deleted: tickets/migrations/0012
    )
    kind = models.CharField(max_length=24)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    target_at = models.DateTimeField(null=True)
    limit_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    target_missed = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True)
    warnings = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    warned = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    warn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "kind", "number"], name="clock_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_at"], name="clock_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["warn_at"], name="clock_warn", condition=Q(warn_at__isnull=False)),
        ]


class Outcome(models.Model):
    """What became of one buyer message: the narrow row all figures are made of."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="outcomes", db_index=False
    )
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    response_seconds = models.BigIntegerField(null=True)
    within_limit = models.BooleanField(null=True)
    is_taken_out = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["channel", "asked_at"], name="outcome_channel"),
            models.Index(fields=["ticket"], name="outcome_ticket"),
        ]
