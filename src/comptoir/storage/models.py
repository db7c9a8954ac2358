"""The rows nothing else can do without: raw items, files, changes, the audit trail, settings.

These tables know no ticket and no channel: rooms above are referred to by number only, because
foreign keys point downwards.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RawItem(models.Model):
    """One thing as a channel handed it over, kept before anybody tried to understand it.

    Unique by (connection, external id), so that taking the same page twice stores it once.
    """

    class State(models.TextChoices):
        """How far the item got."""

        NEW = "new"
        DONE = "done"
        QUARANTINED = "quarantined"

    connection_id = models.BigIntegerField()
    external_id = models.TextField()
    content = models.BinaryField()
    content_type = models.TextField(default="message/rfc822")
    meta = models.JSONField(default=dict)
    received_at = models.DateTimeField(null=True)
    stored_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.NEW)
    error_code = models.TextField(default="")
    error_detail = models.TextField(default="")
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection_id", "external_id"], name="raw_item_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="raw_item_waiting", condition=models.Q(state="new")),
            models.Index(
                fields=["id"], name="raw_item_quarantine", condition=models.Q(state="quarantined")
            ),
        ]


class File(models.Model):
    """The bytes of an attachment, stored once whatever number of messages carry it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()
    size_bytes = models.BigIntegerField()
    stored_at = models.DateTimeField()


class Change(models.Model):
    """One step of the change feed that browsers follow; `id` is the sequence they resume from."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=32)
    channel_id = models.BigIntegerField(null=True)
    ticket_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="change_at")]


class AuditEntry(models.Model):
    """Who changed what, and when. Never changed and never deleted by the product.

    `person_id` is empty for the product itself; `person_name` is kept beside it, so that the
    trail stays readable after a person was removed.
    """

    at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)
    person_name = models.TextField(default="")
    action = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "at"], name="audit_subject"),
            models.Index(fields=["-at"], name="audit_latest"),
        ]


class Setting(models.Model):
    """A named value of the installation, such as how far the demo's clock was moved."""

    key = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()


class RateBucket(models.Model):
    """How much of a vendor's rate is left to one connection, for all processes together.

    `tokens` as of `filled_at`; until `paused_until_at` nobody asks, because the vendor said so.
    """

    connection_id = models.BigIntegerField()
    name = models.TextField()
    tokens = models.FloatField()
    burst = models.FloatField()
    filled_at = models.DateTimeField()
    paused_until_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection_id", "name"], name="rate_bucket_once"),
        ]


class CacheEntry(models.Model):
    """What Django's cache keeps: attempts to log in, counted for all processes together.

    The columns are those Django expects; rows may vanish at any time.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "storage_cache"
