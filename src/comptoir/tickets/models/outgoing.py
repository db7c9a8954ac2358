"""What is on its way out: drafts while somebody writes, and the outbox once they sent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from comptoir.merchant.models import Channel, Person
from comptoir.orders.models import Order
from comptoir.storage.models import File
from comptoir.tickets.models.conversation import Message, Ticket


class Draft(models.Model):
    """A text not sent yet: a reply and a note of each person on each ticket, or a first message on
    an order that has no ticket yet.

    `choices` is what else stands in the composer: `to_party`, `then`, `holding`, `send_at`, the
    templates used.
    """

    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="drafts")
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    choices = models.JSONField(default=dict)
    text = models.TextField()
    is_note = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "person", "is_note"], name="draft_once"),
            models.UniqueConstraint(
                fields=["order", "person"],
                condition=Q(ticket__isnull=True),
                name="draft_of_order_once",
            ),
            models.CheckConstraint(
                condition=Q(ticket__isnull=False) | Q(order__isnull=False),
                name="draft_of_something",
            ),
        ]


class DraftFile(models.Model):
    """A file that a draft will take along."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    content_type = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)


class Outbox(models.Model):
    """One reply on its way. Its key and Message-ID stay the same at each try.

    `uncertain` means that the connection was lost after the last byte: it is shown and looked for
    in the channel, and never sent again by itself. `is_scheduled` means that a person chose
    `not_before_at`; it can be taken back until then.
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
    is_scheduled = models.BooleanField(default=False, db_default=False)
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
