"""What people do around a ticket beside answering it: follow, mention, look at it, skip it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from comptoir.merchant.models import Person
from comptoir.replies.models import Template
from comptoir.tickets.models.conversation import Message, Ticket


class Follow(models.Model):
    """That a person wants to hear of what happens on a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "person"], name="follow_once"),
        ]


class Mention(models.Model):
    """That a note names a colleague, who is told and may have seen it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["message", "person"], name="mention_once"),
        ]


class Presence(models.Model):
    """That a person has a ticket open now; old after `seen_at` plus half a minute.

    `dealt_until_at` is the lease of a ticket that *Next* dealt: until then it is dealt to nobody
    else.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    is_writing = models.BooleanField(default=False)
    dealt_until_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "person"], name="presence_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["seen_at"], name="presence_seen"),
            models.Index(fields=["person", "seen_at"], name="presence_of_person"),
        ]


class TemplateUse(models.Model):
    """That a reply was written with a template, in one language."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="template_uses")
    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="uses")
    language = models.CharField(max_length=8, default="")
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["message", "template"], name="template_use_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["template", "-used_at"], name="template_use_by_time"),
        ]
