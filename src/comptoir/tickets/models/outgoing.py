"""What is on its way out: drafts while somebody writes, and the outbox once they sent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from comptoir.merchant.models import Channel, Person
from comptoir.tickets.models.conversation import Message, Ticket


class Draft(models.Model):
    """A text not sent yet: one of each person on each ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    is_note = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "person"], name="draft_once"),
        ]


class Outbox(models.Model):
    """One reply on its way. Its key and Message-ID stay the same at each try.

    `uncertain` means that the connection was lost after the last byte: it is shown and looked for
    in the channel, and never sent again by itself.
    """

    class State(models.TextChoices):
        """How far it got."""

        QUEUED = "queued"
        SENDING = "sending"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        UNCERTAIN = "uncertain"
        CANCELLED = "cancelled"

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="outbox")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    connection_id = models.BigIntegerField(null=True)
    idempotency_key = models.CharField(max_length=64, unique=True)
    envelope = models.JSONField()
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField()
    not_before_at = models.DateTimeField()
    attempt_count = models.PositiveSmallIntegerField(default=0)
    claimed_until_at = models.DateTimeField(null=True)
    last_code = models.TextField(default="")
    last_reply = models.TextField(default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["not_before_at"], name="outbox_due", condition=Q(state="queued")),
            models.Index(
                fields=["claimed_until_at"], name="outbox_sending", condition=Q(state="sending")
            ),
        ]
