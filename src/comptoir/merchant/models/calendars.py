"""Working hours as stored; `comptoir.core.calendars` says what they mean."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from comptoir.merchant.models.people import Person


class Calendar(models.Model):
    """One version of a named calendar. Versions are added, never changed, so the past stays.

    `name` is what policies call it by; `title` and `about` are for people, alike on all versions
    (the calendars that come with the product have no title: pages name them). `sources` says where
    the dates of `spec` come from (`merchant.hours`).
    """

    name = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=80, default="")
    about = models.TextField(default="")
    spec = models.JSONField()
    sources = models.JSONField(default=dict)
    valid_from = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["name", "version"], name="calendar_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"
