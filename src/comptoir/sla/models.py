"""Policies as stored: which promise holds on which channel, version by version."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from comptoir.merchant.models import Channel, Person


class Policy(models.Model):
    """A named set of promises. The first policy, by position, whose conditions hold applies."""

    name = models.TextField()
    channel = models.ForeignKey(
        Channel, null=True, on_delete=models.CASCADE, related_name="policies"
    )
    position = models.PositiveIntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """What a policy promised from one day on. Never changed: an edit is a new version.

    `spec` is what `comptoir sla evaluate` takes as `policy`; `preset` names the rulebook's entry
    it was made from, `source` and `confidence` say how sure the limit is.
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    spec = models.JSONField()
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
