"""What is doubtful about the policies of this desk: gathers what `core.linting` looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from comptoir.core.coverage import EVENLY
from comptoir.core.linting import Channel, Finding, Listed, lint
from comptoir.merchant import models as merchant
from comptoir.rulebook.catalogue import UnknownMarketplaceError, marketplace
from comptoir.sla import choosing
from comptoir.sla.models import PolicyVersion
from comptoir.sla.versions import Promises, promises


def findings(
    *,
    now: datetime,
    arrivals: Sequence[int] = EVENLY,
    ticket_counts: Mapping[int, int] | None = None,
) -> list[Finding]:
    """Find what is doubtful about the policies as they hold now.

    `arrivals` are messages by quarter of the week, `ticket_counts` those of the last weeks by
    policy. A finding's `policy` is the number of the policy, as text; empty for all of them.
    """
    listed = choosing.policy_list(now=now)
    channels = _channels(listed)
    versions = _versions(listed)
    made = [
        _listed(one, versions[one.version_id], listed, channels, ticket_counts or {})
        for one in listed.listed
    ]
    return lint(made, channels, near=now, arrivals=arrivals)


def _channels(listed: choosing.PolicyList) -> list[Channel]:
    """Give the channels that receive mail; the places of unclaimed mail are nobody's promise."""
    rows = merchant.Channel.objects.filter(is_active=True, is_catch_all=False).order_by("name")
    return [
        Channel(
            id=row.pk,
            name=row.name,
            marketplace=row.marketplace,
            kind=_kind(row.marketplace),
            country=row.country,
            brand=row.brand_id,
            base=promises(base.version_id).policy if (base := listed.base(row.pk)) else None,
        )
        for row in rows
    ]


def _kind(marketplace_id: str) -> str:
    try:
        return marketplace(marketplace_id).kind
    except UnknownMarketplaceError:
        return "marketplace"


def _versions(listed: choosing.PolicyList) -> dict[int, PolicyVersion]:
    ids = [one.version_id for one in listed.listed]
    return PolicyVersion.objects.in_bulk(ids)


def _listed(
    one: choosing.Listed,
    version: PolicyVersion,
    listed: choosing.PolicyList,
    channels: Sequence[Channel],
    ticket_counts: Mapping[int, int],
) -> Listed:
    promised = promises(one.version_id)
    on = _on(one, listed, channels) if one.inherits else {}
    calendars = [promised.calendars, *(made.calendars for made in on.values())]
    return Listed(
        name=str(one.policy_id),
        policy=promised.policy,
        conditions=one.conditions,
        channel=one.channel_id,
        is_default=one.is_default,
        inherits=one.inherits,
        has_source=_has_source(one, version, channels),
        calendars={name: hours for known in calendars for name, hours in known.items()},
        staffed=promised.staffed,
        on={channel_id: made.policy for channel_id, made in on.items()},
        ticket_count=ticket_counts.get(one.policy_id, 0),
    )


def _has_source(one: choosing.Listed, version: PolicyVersion, channels: Sequence[Channel]) -> bool:
    """Tell whether something says where the limit comes from; a merchant's reason does.

    What holds for unclaimed mail is only there to plan by.
    """
    is_for_unclaimed = one.channel_id is not None and one.channel_id not in {c.id for c in channels}
    is_explained = version.made_by_id is not None and bool(version.reason)
    return bool(version.source) or is_explained or one.is_default or is_for_unclaimed


def _on(
    one: choosing.Listed, listed: choosing.PolicyList, channels: Sequence[Channel]
) -> dict[int, Promises]:
    """Give what a policy promises on each channel whose limits it takes."""
    found = {}
    for channel in channels:
        base = listed.base(channel.id)
        if base is not None:
            found[channel.id] = promises(one.version_id, base.version_id)
    return found
