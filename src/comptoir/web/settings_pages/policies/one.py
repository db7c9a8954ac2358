"""One policy: what it promises now, what is planned, its versions, and where it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from comptoir.merchant.models import Channel
from comptoir.merchant.rights import Rights
from comptoir.sla import choosing
from comptoir.sla.checking import covered
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.sla.versions import INHERITS
from comptoir.web.present.names import channel_name, policy_name
from comptoir.web.settings_pages import policy_words
from comptoir.web.settings_pages.policies import conditions, describing, warnings
from comptoir.web.settings_pages.policies.describing import Change, Words
from comptoir.web.settings_pages.policies.listing import version_at
from comptoir.web.settings_pages.policy_words import Promise, Source

HELD_SQL = """
SELECT t.channel_id, count(*) FROM tickets_ticket t
JOIN sla_policyversion v ON v.id = t.policy_version_id
WHERE t.status NOT IN ('solved', 'closed') AND v.policy_id = %s GROUP BY t.channel_id
"""


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version; `changes` against the one made before it, None for the first."""

    version: PolicyVersion
    promise: Promise
    said: tuple[str, ...]
    changes: tuple[Change, ...] | None
    state: str
    """now | planned | past"""
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy's page. `places` are channels with the number of open tickets it holds on."""

    policy: Policy
    name: str
    is_own: bool
    sentence: str
    current: VersionView | None
    warnings: tuple[str, ...]
    versions: tuple[VersionView, ...]
    places: tuple[tuple[int, str, int], ...]
    open_count: int
    sources: tuple[Source, ...]
    confidence: str
    has_limits: bool


def read_policy(policy: Policy, words: Words, rights: Rights, *, now: datetime) -> PolicyView:
    """Read everything its page shows; of channels and tickets what the person may see."""
    versions = list(policy.versions.select_related("made_by").order_by("valid_from", "number"))
    for version in versions:
        version.policy = policy
    held = version_at(versions, now)
    views = _views(versions, held, words, now=now)
    current = next((view for view in views if view.state == "now"), None)
    shown = held or (versions[0] if versions else None)
    is_own = policy.channel_id is None and not policy.is_default
    asked = shown.conditions if shown else {}
    places = _places(policy, asked, rights, now=now)
    return PolicyView(
        policy=policy,
        name=policy_name(policy.name),
        is_own=is_own,
        sentence=conditions.sentence(asked, words.known) if is_own else "",
        current=current,
        warnings=tuple(warnings.sentences(shown.spec, words.endpoints)) if shown else (),
        versions=tuple(reversed(views)),
        places=places,
        open_count=sum(count for *_, count in places),
        sources=current.promise.sources if current else (),
        confidence=shown.confidence if shown else "",
        has_limits=shown is not None and not shown.spec.get(INHERITS),
    )


def _views(
    versions: list[PolicyVersion], held: PolicyVersion | None, words: Words, *, now: datetime
) -> list[VersionView]:
    """Give the versions in the order in which they begin, each beside the one made before."""
    by_number = {version.number: version for version in versions}
    views = []
    for version in versions:
        before = by_number.get(version.number - 1)
        changes = tuple(describing.changes(before, version, words)) if before else None
        state = "past"
        if version == held:
            state = "now"
        elif version.valid_from > now:
            state = "planned"
        said = tuple(policy_words.sentences(version.spec, words.hours))
        promise = policy_words.of_version(version)
        views.append(
            VersionView(version, promise, said, changes, state, describing.reason(version, words))
        )
    return views


def _places(
    policy: Policy, asked: dict[str, object], rights: Rights, *, now: datetime
) -> tuple[tuple[int, str, int], ...]:
    with connection.cursor() as cursor:
        cursor.execute(HELD_SQL, [policy.pk])
        counts = dict(cursor.fetchall())
    if policy.channel_id is not None:
        ids = [policy.channel_id]
    elif policy.is_default:
        ids = sorted(counts)
    else:
        ids = list(covered(asked, choosing.policy_list(now=now).channels))
    rows = Channel.objects.filter(pk__in=set(ids) & set(rights.channel_ids))
    names = dict(rows.values_list("pk", "name"))
    found = [(pk, channel_name(name), counts.get(pk, 0)) for pk, name in names.items()]
    return tuple(sorted(found, key=lambda place: (-place[2], place[1])))
