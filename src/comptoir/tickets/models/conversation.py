"""Tickets, their messages, the facts they are made of, and the keys that find them.

Facts are the ticket's timeline and the only input of its clocks. What a ticket's own columns hold
(deadlines, gist, place in the queue) is a projection of them, for lists that must be fast.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value

from comptoir.merchant.models import Channel, Person, Team
from comptoir.merchant.rights import Rights
from comptoir.orders.models import Customer, Order
from comptoir.sla.models import PolicyVersion
from comptoir.sla.versions import Held
from comptoir.storage.models import File, RawItem


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Tickets somebody asks for."""

    def visible_to(self, rights: Rights) -> TicketQuerySet:
        """Keep what that person may see."""
        return self.filter(Q(channel_id__in=rights.channel_ids) | Q(assignee_id=rights.person_id))


class Ticket(models.Model):
    """One conversation on one channel.

    `queue_tier` is 0 for a claim on which it is our move, 1 for what can still be answered in
    time, 2 for what is past its limit; `queue_at` orders inside it. Both are set exactly while
    the ticket needs an answer of ours. `base_version` is the channel's own promise, where the
    policy that applies takes its limits from there. A ticket that was merged is closed and empty;
    `merged_into` says where its messages are. While `snoozed_until_at` is set it stands in no queue;
    its clocks run on. From `risk_at` on it is at risk: the first warning that its policy
    names of an open clock, counted as that clock counts (half of its time, where nobody chose).
    """

    class Status(models.TextChoices):
        """Whose move it is. `closed` is history from before the channel's start."""

        OPEN = "open"
        WAITING_ON_BUYER = "waiting_on_buyer"
        WAITING_ON_MARKETPLACE = "waiting_on_marketplace"
        WAITING_INTERNALLY = "waiting_internally"
        SOLVED = "solved"
        CLOSED = "closed"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    order = models.ForeignKey(
        Order, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    order_number = models.TextField(default="")
    buyer_name = models.TextField(default="")
    reply_address = models.TextField(default="")
    reply_connection_id = models.BigIntegerField(null=True)
    subject = models.TextField(default="")
    language = models.CharField(max_length=8, default="")

    status = models.CharField(max_length=24, choices=Status, default=Status.OPEN)
    solved_at = models.DateTimeField(null=True)
    solved_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey(
        Team, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    tier = models.PositiveSmallIntegerField(default=2)
    tier_reasons = models.JSONField(default=list)
    tier_set_by_person = models.BooleanField(default=False)
    intents = models.JSONField(default=list)
    tags = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    policy_version = models.ForeignKey(
        PolicyVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,  # guarded where versions are deleted: tickets/migrations/0012
    )
    base_version = models.ForeignKey(
        PolicyVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,  # guarded where versions are deleted: tickets/migrations/0012
    )

    snoozed_until_at = models.DateTimeField(null=True)
    snoozed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    snooze_reason = models.TextField(default="", db_default="")
    merged_into = models.ForeignKey(
        "tickets.Ticket", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    gist = models.TextField(default="")
    message_count = models.PositiveIntegerField(default=0)
    automatic_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    oldest_unanswered_at = models.DateTimeField(null=True)
    next_kind = models.CharField(max_length=24, default="")
    target_at = models.DateTimeField(null=True)
    limit_at = models.DateTimeField(null=True)
    next_deadline_at = models.DateTimeField(null=True)
    queue_tier = models.PositiveSmallIntegerField(null=True)
    queue_at = models.DateTimeField(null=True)
    risk_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(status="solved", solved_at__isnull=False)
                | (~Q(status="solved") & Q(solved_at__isnull=True, solved_by__isnull=True)),
                name="ticket_solved_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(queue_tier__isnull=True, queue_at__isnull=True)
                | Q(queue_tier__isnull=False, queue_at__isnull=False),
                name="ticket_queued_at_a_place",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["queue_tier", "queue_at", "id"],
                name="ticket_queue",
                condition=Q(queue_tier__isnull=False),
            ),
            models.Index(
                fields=["channel", "queue_tier", "queue_at", "id"],
                name="ticket_queue_channel",
                condition=Q(queue_tier__isnull=False),
            ),
            models.Index(
                fields=["queue_tier", "queue_at", "id"],
                name="ticket_queue_risks",
                condition=Q(queue_tier__isnull=False, tier__lte=1),
            ),
            models.Index(fields=["risk_at"], name="ticket_at_risk", condition=Q(queue_tier__lte=1)),
            models.Index(
                fields=["oldest_unanswered_at", "id"],
                name="ticket_queue_by_age",
                condition=Q(queue_tier__isnull=False),
            ),
            models.Index(fields=["-last_message_at", "-id"], name="ticket_latest"),
            GinIndex(
                fields=["tags"],
                name="ticket_tags",
                opclasses=["jsonb_path_ops"],
                condition=~Q(tags=[]),
            ),
            models.Index(
                fields=["assignee", "queue_at", "id"],
                name="ticket_assignee",
                condition=Q(assignee__isnull=False) & ~Q(status__in=["solved", "closed"]),
            ),
            models.Index(
                fields=["assignee", "queue_tier", "queue_at", "id"],
                name="ticket_queue_assignee",
                condition=Q(assignee__isnull=False) & Q(queue_tier__isnull=False),
            ),
            models.Index(fields=["status", "-last_message_at"], name="ticket_status"),
            models.Index(
                fields=["snoozed_until_at"],
                name="ticket_snoozed",
                condition=Q(snoozed_until_at__isnull=False),
            ),
            models.Index(
                fields=["customer", "-last_message_at"],
                name="ticket_customer",
                condition=Q(customer__isnull=False),
            ),
            models.Index(
                fields=["order_number"], name="ticket_order", condition=~Q(order_number="")
            ),
        ]

    @property
    def held(self) -> Held | None:
        """Give the promise it has; None where there is no policy."""
        if self.policy_version_id is None:
            return None
        return Held(self.policy_version_id, self.base_version_id)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more is expected here."""
        return self.status in (self.Status.SOLVED, self.Status.CLOSED)


class Message(models.Model):
    """One thing said on a ticket, or a note beside it.

    `text` is all of it, `new_text` what is left without quotation and signature. `external_id` is
    the Message-ID or the channel's own number: unique by channel, so that the same mail in two
    folders or by two ways is one message. `to_party` says who reads a reply of ours where the channel
    tells them apart: `buyer`, `operator` or `both`.
    """

    class Author(models.TextChoices):
        """Who speaks."""

        BUYER = "buyer"
        AGENT = "agent"
        AUTOMATION = "automation"
        MARKETPLACE = "marketplace"

    class State(models.TextChoices):
        """How far a message of ours got; what came in is `received`."""

        RECEIVED = "received"
        NOTE = "note"
        QUEUED = "queued"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        UNCERTAIN = "uncertain"
        CANCELLED = "cancelled"

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    raw_item = models.ForeignKey(
        RawItem, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    external_id = models.TextField()
    author = models.CharField(max_length=12, choices=Author)
    kind = models.CharField(max_length=24)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    from_name = models.TextField(default="")
    from_address = models.TextField(default="")
    subject = models.TextField(default="")
    text = models.TextField(default="")
    new_text = models.TextField(default="")
    has_html = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="")
    tier = models.PositiveSmallIntegerField(default=2)
    tier_reasons = models.JSONField(default=list)
    intents = models.JSONField(default=list)
    needs_reply = models.BooleanField(default=True)
    evidence = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    links = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    seen_elsewhere = models.BooleanField(default=False)
    is_holding = models.BooleanField(default=False)
    to_party = models.CharField(max_length=12, default="", db_default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="message_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ticket", "occurred_at", "id"], name="message_of_ticket"),
            models.Index(
                fields=["ticket", "id"],
                name="message_undelivered",
                condition=Q(state__in=["refused", "uncertain"]),
            ),
        ]


class MessageFile(models.Model):
    """A file of a message, under the name it came with."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    content_type = models.TextField()
    content_id = models.TextField(default="")
    is_inline = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)


class Fact(models.Model):
    """Something that happened on a ticket: the timeline, and what the clocks are computed from.

    `kind` is an event type of `comptoir sla evaluate` where the clocks know it (`buyer_message`,
    `agent_reply`, `status` …); other kinds (`assigned`, `reply_queued` …) are for people.
    `happened_at` is the channel's time, `stored_at` ours.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="facts", db_index=False
    )
    kind = models.CharField(max_length=32)
    happened_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    message = models.ForeignKey(
        Message, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ticket", "happened_at", "id"], name="fact_of_ticket"),
            models.Index(
                fields=["stored_at"],
                name="fact_by_person",
                condition=Q(kind__in=["no_response_needed", "agent_reply"], person__isnull=False),
            ),
            models.Index(
                fields=["person", "happened_at"], name="fact_skipped", condition=Q(kind="skipped")
            ),
        ]


class ThreadKey(models.Model):
    """A key under which later mail finds this ticket: a Message-ID, an alias, an order number.

    An alias may lead to several tickets: Amazon lends a buyer one for life.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.TextField()
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="thread_keys")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "key", "ticket"], name="thread_key_once"),
        ]
