"""Channels, and the policies that hold on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema

from comptoir.api.tickets import FAILURES
from comptoir.api.tokens import caller_of
from comptoir.merchant.models import Channel
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.sla.versions import BESIDE_RULES, CALENDARS, INHERITS
from comptoir.storage import clock

router = Router()


class ChannelOut(Schema):
    """One sales account."""

    id: int
    name: str
    short_name: str
    marketplace: str
    brand: str
    country: str
    time_zone: str
    locale: str
    starts_at: datetime = Field(description="older mail is history without clocks")
    is_watched_only: bool
    is_active: bool

    @staticmethod
    def resolve_brand(channel: Channel) -> str:
        """Name the brand."""
        return channel.brand.name


class VersionOut(Schema):
    """What a policy promises since a day."""

    number: int
    valid_from: datetime
    conditions: dict[str, Any] = Field(description="when it applies; none always hold")
    spec: dict[str, Any] = Field(description="what comptoir sla evaluate takes as policy")
    calendars: dict[str, int] = Field(description="the calendars it names, with their versions")
    inherits_limits: bool = Field(description="true: the limits are those of each channel")
    source: str = Field(description="the citation of the limit")
    confidence: str
    limit_is_confirmed: bool

    @staticmethod
    def resolve_spec(version: PolicyVersion) -> dict[str, Any]:
        """Give the rules alone."""
        return {name: told for name, told in version.spec.items() if name not in BESIDE_RULES}

    @staticmethod
    def resolve_calendars(version: PolicyVersion) -> dict[str, int]:
        """Give the versions by name."""
        return dict(version.spec.get(CALENDARS, {}))

    @staticmethod
    def resolve_inherits_limits(version: PolicyVersion) -> bool:
        """Tell whether it says nothing of limits itself."""
        return bool(version.spec.get(INHERITS))


class PolicyOut(Schema):
    """A named set of promises; the first whose conditions hold applies."""

    id: int
    name: str
    channel: int | None = Field(description="null: not the own policy of one channel")
    position: int
    is_active: bool
    is_default: bool
    version: VersionOut | None = Field(description="the one in force now")

    @staticmethod
    def resolve_channel(policy: Policy) -> int | None:
        """Give the channel's id."""
        return policy.channel_id

    @staticmethod
    def resolve_version(policy: Policy) -> PolicyVersion | None:
        """Give the newest version that is in force."""
        return next(iter(policy.versions.all()), None)


@router.get(
    "/channels", response={200: list[ChannelOut], **FAILURES}, tags=["Channels"],
    summary="List channels",
)  # fmt: skip
def list_channels(request: HttpRequest) -> QuerySet[Channel]:
    """Give the channels that the token may see."""
    ids = caller_of(request).rights.channel_ids
    return Channel.objects.filter(id__in=ids).select_related("brand").order_by("name", "id")


@router.get(
    "/policies", response={200: list[PolicyOut], **FAILURES}, tags=["Policies"],
    summary="List policies in the order in which they are tried",
)  # fmt: skip
def list_policies(request: HttpRequest) -> QuerySet[Policy]:
    """Give the policies of the channels that the token may see, and those of no one channel."""
    ids = caller_of(request).rights.channel_ids
    in_force = PolicyVersion.objects.filter(valid_from__lte=clock.now())
    newest = in_force.order_by("policy_id", "-number").distinct("policy_id")
    return (
        Policy.objects.filter(Q(channel__isnull=True) | Q(channel_id__in=ids))
        .order_by("is_default", F("channel_id").asc(nulls_first=True), "position", "id")
        .prefetch_related(Prefetch("versions", queryset=newest))
    )
