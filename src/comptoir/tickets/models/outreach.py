"""What is said on an order of our own accord, in a form of the marketplace's: no reply."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from comptoir.merchant.models import Channel, Person
from comptoir.orders.models import Order
from comptoir.storage.models import File
from comptoir.tickets.models.conversation import Ticket


class Outreach(models.Model):
    """A request for a review, or a typed message, on its way or settled.

    `form` is `review` or the name of the form on the connection's card, `more` what the form has
    besides text (dates in ISO). As with a reply, `uncertain` means that the connection was lost
    after the last byte: it is never sent again by itself. A review is asked for once an order.
    """

    class State(models.TextChoices):
        """How far it got."""

        QUEUED = "queued"
        SENDING = "sending"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        UNCERTAIN = "uncertain"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(
        Ticket, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    connection_id = models.BigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    form = models.CharField(max_length=40)
    text = models.TextField(default="")
    more = models.JSONField(default=dict)
    idempotency_key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField()
    not_before_at = models.DateTimeField()
    attempt_count = models.PositiveSmallIntegerField(default=0)
    claimed_until_at = models.DateTimeField(null=True)
    last_code = models.TextField(default="")
    last_reply = models.TextField(default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(form="review") & ~Q(state="refused"),
                name="outreach_review_once",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["not_before_at"],
                name="outreach_under_way",
                condition=Q(state__in=["queued", "sending"]),
            ),
        ]


class OutreachFile(models.Model):
    """A file that goes along."""

    outreach = models.ForeignKey(Outreach, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    content_type = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)
