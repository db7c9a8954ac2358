"""Working hours as stored; `comptoir.core.calendars` says what they mean."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Calendar(models.Model):
    """One version of a named calendar. Versions are added, never changed, so the past stays."""

    name = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    spec = models.JSONField()
    valid_from = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["name", "version"], name="calendar_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"
