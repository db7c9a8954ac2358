"""Policies as stored: which promise holds on which channel, version by version."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from comptoir.merchant.models import Channel, Person


class Policy(models.Model):
    """A named set of promises. The first policy, by position, whose conditions hold applies.

    A policy of a `channel` is that channel's own promise, made from the rulebook; the others are
    the merchant's and stand before it. The default one, of which there is at most one, holds
    where nothing else does.
    """

    name = models.TextField()
    is_default = models.BooleanField(default=False)
    channel = models.ForeignKey(
        Channel, null=True, on_delete=models.CASCADE, related_name="policies"
    )
    position = models.PositiveIntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="policy_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """What a policy promised from one day on. Never changed: an edit is a new version.

    `spec` is what `comptoir sla evaluate` takes as `policy`, and beside it `calendars` (their
    versions by name), `staffed` (the calendar of the hours somebody is on duty), `warnings`, and
    `inherits` where the limits are the channel's own. `preset` names the rulebook's entry it was
    made from, `source` and `confidence` say how sure the limit is. `conditions` are those of
    `core.clocks.choosing` (`{"risk_tier": [0, 1], "order_value_at_least": 200}`); none always hold.
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    spec = models.JSONField()
    conditions = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    preset = models.CharField(max_length=32, default="")
    limit_is_confirmed = models.BooleanField(default=False)
    source = models.TextField(default="")
    confidence = models.CharField(max_length=8, default="")
    valid_from = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once"),
        ]
