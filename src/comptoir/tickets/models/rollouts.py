"""A change of policies or calendars on its way to the open tickets, with its progress."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from comptoir.merchant.models import Person


class Rollout(models.Model):
    """One change whose open tickets are computed anew from `holds_from` on.

    `reason` is a code (`policy_edited`, `calendar_edited` …), `data` what it speaks of. No
    `channel_ids` means all channels.
    """

    reason = models.CharField(max_length=32)
    data = models.JSONField(default=dict)
    channel_ids = models.JSONField(null=True)
    holds_from = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    ticket_count = models.PositiveIntegerField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["holds_from"], name="rollout_due", condition=Q(finished_at__isnull=True)
            ),
        ]


class RolloutPart(models.Model):
    """A range of tickets, worked through by one process at a time, so that several may share.

    `last_id` is the last ticket that was done; it moves in the transaction that did it.
    """

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="parts")
    last_id = models.BigIntegerField()
    to_id = models.BigIntegerField()
    done_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    is_finished = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], name="rollout_part_open", condition=Q(is_finished=False)),
        ]
