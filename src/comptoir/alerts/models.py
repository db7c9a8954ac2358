"""Alerts, whom they were sent to, and the ways they go.

An *alert* is that something fell due, recorded exactly once (its `key` is unique). A *delivery* is
one message about one or several alerts to one recipient by one transport; its id stays the same
at each try, so that receivers can tell a repetition.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from comptoir.merchant.models import Channel, Connection, Person
from comptoir.tickets.models import Ticket


class Endpoint(models.Model):
    """A place outside that alerts go to: a webhook, a chat room, a mailbox.

    `url` is an address where the kind is e-mail. `sealed_secret` signs webhooks.
    """

    class Kind(models.TextChoices):
        """What listens there."""

        WEBHOOK = "webhook"
        SLACK = "slack"
        MATTERMOST = "mattermost"
        TEAMS = "teams"
        EMAIL = "email"

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.TextField()
    url = models.TextField()
    sealed_secret = models.BinaryField(default=b"")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Alert(models.Model):
    """Something that people must hear of, once.

    `key` says what it is about, so that no worker records it twice. `threshold` is the key of the
    warning (`limit:75`, `last_shift` …) of a clock. `to` names the recipients asked for
    (`assignee`, `team`, `supervisor`, `admins`, `person:7`, `endpoint:3`, `email:…`). `is_planned` once its
    deliveries are written. `over_at` is when its cause went, or a stronger alert took its place:
    then nothing more is sent. `escalate_at` is the next moment at which somebody else hears of it.
    """

    class Kind(models.TextChoices):
        """What happened."""

        CLOCK = "clock"
        CLAIM = "claim"
        REPLY_REFUSED = "reply_refused"
        REPLY_UNCERTAIN = "reply_uncertain"
        CHANNEL_SILENT = "channel_silent"
        CREDENTIALS_EXPIRING = "credentials_expiring"
        CONNECTION_FAILING = "connection_failing"
        INTAKE_BEHIND = "intake_behind"
        QUARANTINED = "quarantined"
        DEFAULT_POLICY = "default_policy"
        VERIFY_DIFFERS = "verify_differs"
        BREACH_STATE = "breach_state"
        MENTION = "mention"
        FOLLOWED = "followed"
        REPLY_HELD_BACK = "reply_held_back"

    class Level(models.TextChoices):
        """How loud: `push` interrupts, `count` waits in badge and list."""

        PUSH = "push"
        COUNT = "count"

    kind = models.CharField(max_length=24, choices=Kind)
    key = models.TextField(unique=True)
    level = models.CharField(max_length=5, choices=Level)
    ticket = models.ForeignKey(
        Ticket, null=True, on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    channel = models.ForeignKey(
        Channel, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    connection = models.ForeignKey(
        Connection, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    clock_kind = models.CharField(max_length=24, default="")
    clock_number = models.PositiveSmallIntegerField(null=True)
    threshold = models.CharField(max_length=24, default="")
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    to = models.JSONField(default=list)
    is_planned = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    over_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    escalation_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=False) | Q(acknowledged_by__isnull=True),
                name="alert_acknowledged_at_a_time",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], name="alert_to_plan", condition=Q(is_planned=False)),
            models.Index(
                fields=["ticket", "id"],
                name="alert_open_of_ticket",
                condition=Q(over_at__isnull=True, ticket__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="alert_open",
                condition=Q(over_at__isnull=True, acknowledged_at__isnull=True),
            ),
            models.Index(
                fields=["escalate_at"],
                name="alert_escalate",
                condition=Q(escalate_at__isnull=False),
            ),
            models.Index(fields=["recorded_at"], name="alert_recorded"),
            models.Index(
                fields=["ticket"], name="alert_of_ticket", condition=Q(ticket__isnull=False)
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to look at it."""
        return self.over_at is None and self.acknowledged_at is None


class Delivery(models.Model):
    """One message about one or several alerts, to one recipient by one transport.

    The recipient is a person, an endpoint or a bare address. Several alerts make a summary.
    `next_try_at` is set exactly while it waits.
    """

    class Transport(models.TextChoices):
        """How it goes."""

        APP = "app"
        EMAIL = "email"
        WEBHOOK = "webhook"
        CHAT = "chat"

    class State(models.TextChoices):
        """How far it got. `dropped`: not sent; the reason says why."""

        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alerts: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Alert, related_name="deliveries"
    )
    person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    endpoint = models.ForeignKey(
        Endpoint, null=True, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    address = models.TextField(default="")
    transport = models.CharField(max_length=8, choices=Transport)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=32, default="")
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    last_code = models.TextField(default="")
    last_detail = models.TextField(default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False, settled_at__isnull=True)
                | (~Q(state="waiting") & Q(next_try_at__isnull=True, settled_at__isnull=False)),
                name="delivery_waits_or_is_settled",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_try_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(
                fields=["person", "transport", "-created_at"],
                name="delivery_of_person",
                condition=Q(person__isnull=False),
            ),
            models.Index(
                fields=["endpoint", "-created_at"],
                name="delivery_of_endpoint",
                condition=Q(endpoint__isnull=False),
            ),
            models.Index(fields=["created_at"], name="delivery_created"),
        ]


class Preference(models.Model):
    """What one person wants besides the list in the desk. Without a row `default_email` holds."""

    class Email(models.TextChoices):
        """Which alerts come by e-mail, too."""

        OFF = "off"
        PUSH = "push"
        ALL = "all"

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True)
    email = models.CharField(max_length=4, choices=Email, default=Email.OFF)
    browser = models.BooleanField(default=False)
    sound = models.BooleanField(default=False)


class BreachState(models.Model):
    """How close a channel is to trouble with its marketplace (R4), as last computed.

    `state` is one of `comptoir.core.breaches.State`; `data` holds the figures it was judged by.
    """

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, primary_key=True)
    state = models.CharField(max_length=8, default="ok")
    since = models.DateTimeField()
    computed_at = models.DateTimeField()
    change_count = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)
