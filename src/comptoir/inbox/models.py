"""What people keep about their lists, what a verb changed, and how often a form was used."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from comptoir.inbox.search.models import SearchDocument, SearchWord
from comptoir.merchant.models import Person, Team

__all__ = ["BulkChange", "FormCount", "SavedView", "SearchDocument", "SearchWord"]


class SavedView(models.Model):
    """A list somebody put together. Without an owner everybody (or the team) has it in the rail.

    `filters`, `sort` and `columns` are read by `inbox.filters`; what a later version no longer
    knows is left out with a word, never an error.
    """

    name = models.CharField(max_length=60)
    owner = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    filters = models.JSONField(default=dict)
    sort = models.CharField(max_length=24, default="")
    columns = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class BulkChange(models.Model):
    """One verb done to a ticket, or to many at once. `before` is what undoing it puts back.

    A row is of no use once it is too old to be undone: `inbox.bulk.forget_old` drops it then.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=24)
    made_at = models.DateTimeField()
    before = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person", "-made_at"], name="bulk_change_of_person"),
        ]


class FormCount(models.Model):
    """How often somebody wrote by a contact form of late: a keyed hash says who, never a name.

    `count` is for the time until `ends_at`; after that the row may vanish.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)
