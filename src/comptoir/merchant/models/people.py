"""The merchant and the people who work for him: roles, teams, invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]


class Merchant(models.Model):
    """The one merchant of this installation."""

    name = models.TextField()
    time_zone = models.CharField(max_length=64, default="Europe/Paris")
    language = models.CharField(max_length=8, choices=LANGUAGES, default="en")
    is_demo = models.BooleanField(default=False)
    only = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["only"], name="one_merchant"),
            models.CheckConstraint(condition=models.Q(only=True), name="merchant_is_the_only"),
        ]


class Role(models.TextChoices):
    """What a person may do. Each role may all that the one before it may."""

    READER = "reader", "Read only"
    AGENT = "agent", "Agent"
    LEADER = "leader", "Team leader"
    ADMIN = "admin", "Administrator"


class People(BaseUserManager["Person"]):
    """Finds and makes people."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find a person by address, whatever its case."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Make a person; without a password nobody can log in as them."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who works here. Deactivated, never deleted: what they wrote stays theirs.

    `display` is how they like their lists and keys; `working_hours` a calendar of their own
    (empty: the team's), `capacity` the open tickets they are given at most (none: no bound).
    """

    email = models.EmailField(unique=True)
    name = models.TextField()
    role = models.CharField(max_length=8, choices=Role, default=Role.AGENT)
    language = models.CharField(max_length=8, choices=LANGUAGES, default="en")
    speaks = models.JSONField(default=list)
    time_zone = models.CharField(max_length=64, default="Europe/Paris")
    theme = models.CharField(max_length=8, default="system")
    display = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    signature = models.TextField(default="", db_default="")
    working_hours = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    capacity = models.PositiveSmallIntegerField(null=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Give two letters for where a name has no room."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))

    def is_at_least(self, role: Role) -> bool:
        """Tell whether this person may what that role may."""
        order = list(Role)
        return order.index(Role(self.role)) >= order.index(role)

    @property
    def may_answer(self) -> bool:
        """Tell whether this person may change tickets at all."""
        return self.is_at_least(Role.AGENT)


class Absence(models.Model):
    """Days on which somebody is away, the last one included, in their own time zone."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    first_on = models.DateField()
    last_on = models.DateField()
    reason = models.CharField(max_length=80, default="")
    stand_in = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="absence_ends_later"
            )
        ]


class Team(models.Model):
    """People who share channels. Who is in no team of a channel does not see its tickets."""

    name = models.TextField(unique=True)
    members = models.ManyToManyField(Person, related_name="teams")
    channels: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "merchant.Channel", related_name="teams"
    )

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """A link that lets one person in once: the first administrator, or somebody invited.

    Only a hash of its token is stored. `email` is empty for the first administrator, who says it.
    """

    token_sha256 = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True, default="")
    role = models.CharField(max_length=8, choices=Role)
    teams = models.ManyToManyField(Team)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True, used_by__isnull=True)
                | models.Q(used_at__isnull=False, used_by__isnull=False),
                name="invitation_used_by_somebody",
            )
        ]

    def is_open(self, now: datetime) -> bool:
        """Tell whether the link still lets somebody in."""
        return self.used_at is None and now < self.expires_at


class PasswordLink(models.Model):
    """A link by which one person chooses a new password, once. Only a hash of its token is stored."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="password_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def is_open(self, now: datetime) -> bool:
        """Tell whether the link still works."""
        return self.used_at is None and now < self.expires_at
