"""Who gets a new ticket by itself: an ordered list of rules, the first that fits gives it."""

from __future__ import annotations

from django.db import models

from comptoir.merchant.models.people import Person, Team


class AssignmentRule(models.Model):
    """When a ticket comes in and `conditions` hold, whom it goes to.

    `conditions` are those of policies (`core.clocks.choosing`). `how` is to one person, by turns
    among a team, or to whom of it has least; without anybody on duty it stays in the queue.
    """

    class How(models.TextChoices):
        """Ways to choose."""

        PERSON = "person"
        TURNS = "turns"
        LEAST = "least"
        TEAM = "team"

    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    conditions = models.JSONField(default=dict)
    how = models.CharField(max_length=8, choices=How)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    last_person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name
