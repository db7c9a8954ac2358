"""Tokens by which other programs use the JSON interface."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from comptoir.merchant.models.people import Person, Role


class ApiToken(models.Model):
    """What lets a program in, with the rights of the person who made it, or less.

    Only a hash of it is stored; `begins_with` is what people recognise it by. `role` is empty for
    the maker's own rights, else those of that role on the channels the maker sees.
    `minute_began_at` and `minute_count` count the requests of the present minute.
    """

    name = models.TextField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    begins_with = models.CharField(max_length=16)
    is_read_only = models.BooleanField(default=True)
    role = models.CharField(max_length=8, choices=Role, blank=True, default="")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True)
    minute_began_at = models.DateTimeField(null=True)
    minute_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_token_revoked_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def works(self) -> bool:
        """Tell whether it still lets a program in."""
        return self.revoked_at is None and self.made_by.is_active
