"""Tickets merged and split: what went from where to where, so that it can be undone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from comptoir.merchant.models import Person
from comptoir.tickets.models.conversation import Ticket


class Joining(models.Model):
    """One merge (`source` went into `target`) or split (`target` came out of `source`).

    `moved` names what changed hands: `messages`, `facts`, `keys` (numbers), `copied` facts, and
    `before`, the columns of both tickets that computing anew does not give back.
    """

    class Kind(models.TextChoices):
        """What was done."""

        MERGE = "merge"
        SPLIT = "split"

    kind = models.CharField(max_length=8, choices=Kind)
    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="went_into")
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="came_from")
    moved = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["target", "undone_at"], name="joining_target"),
        ]
