"""Where messages come from and go to: connections, channels, and the routes between them.

A *connection* is a credential with a cursor and a health (one mailbox, one API account). A
*channel* is one sales account (Amazon.de – Maison Perrin). One mailbox serves many channels, and
one channel may be served by several connections: the routes say which.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models


class Brand(models.Model):
    """A name under which the merchant sells."""

    name = models.TextField(unique=True)
    signature = models.TextField(default="")

    def __str__(self) -> str:
        return self.name


class Connection(models.Model):
    """One account at a mail server or a marketplace's API: credential, cursor and health."""

    class State(models.TextChoices):
        """Whether we fetch from it."""

        ACTIVE = "active"
        PAUSED = "paused"

    kind = models.CharField(max_length=32)
    name = models.TextField()
    settings = models.JSONField(default=dict)
    sealed_secrets = models.BinaryField(default=b"")
    cursor = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField()
    last_pull_at = models.DateTimeField(null=True)
    last_item_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    error_code = models.TextField(default="")
    error_detail = models.TextField(default="")
    credentials_expire_at = models.DateTimeField(null=True)
    """When the first of its credentials ends."""
    credential_ends = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField())
    )
    """When each ends, as far as it is known: a name of a secret, or `noted` by a person, to a moment."""
    push_key = models.CharField(max_length=64, default="", db_default="")
    """The unguessable part of the address at which the vendor may push; empty: it may not."""
    last_push_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["push_key"], condition=~models.Q(push_key=""), name="push_key_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_failing(self) -> bool:
        """Tell whether the last attempt did not work."""
        return self.failing_since is not None


class Channel(models.Model):
    """One sales account: what rights, policies, clocks and figures speak of.

    Mail older than `starts_at` becomes closed history. In watch mode the channel is only read.
    `is_catch_all` marks the place of mail that no other channel of the connection can claim.
    """

    marketplace = models.CharField(max_length=32)
    name = models.TextField()
    short_name = models.CharField(max_length=12)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="channels")
    country = models.CharField(max_length=2, blank=True, default="")
    time_zone = models.CharField(max_length=64)
    locale = models.CharField(max_length=16, default="en")
    starts_at = models.DateTimeField()
    is_watched_only = models.BooleanField(default=False)
    is_catch_all = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    sender_name = models.TextField(default="")
    signature = models.TextField(default="")

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def is_history(self, occurred_at: datetime) -> bool:
        """Tell whether something so old is kept without clocks, alerts and figures."""
        return occurred_at < self.starts_at


class Route(models.Model):
    """That a connection serves a channel.

    `matches` narrows what belongs here where one connection serves several channels of the same
    marketplace: `{"country": "DE"}`, `{"recipient": "amazon+perrin@…"}`, `{"operator": "darty"}`.
    `sender_address` is who writes on this channel: for Amazon an address authorised there.
    """

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="routes")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="routes")
    receives = models.BooleanField(default=True)
    sends = models.BooleanField(default=True)
    matches = models.JSONField(default=dict)
    sender_address = models.TextField(default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["connection", "channel"], name="route_once"),
        ]


class ConnectionToken(models.Model):
    """An access token of a connection, sealed, so that all processes share it until it ends."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=40)
    sealed = models.BinaryField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["connection", "name"], name="connection_token_once"),
        ]


class ChannelFigure(models.Model):
    """A figure by which a marketplace judges the seller, as the marketplace itself counted it.

    The latest of each name and period; `at` is when it was read. `unit` is `share`, `hours`,
    `count` or `level`.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="figures")
    name = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=16, decimal_places=6, null=True)
    unit = models.CharField(max_length=8, default="share")
    word = models.TextField(default="")
    threshold = models.DecimalField(max_digits=16, decimal_places=6, null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["channel", "name", "until"],
                nulls_distinct=False,
                name="channel_figure_once",
            ),
        ]
