"""The list of policies in the order in which they are asked, and what is on its way to tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.numbers import format_decimal
from django.db import connection
from django.db.models import Prefetch, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.merchant.rights import Rights
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.storage.models import Setting
from comptoir.tickets import rollouts
from comptoir.tickets.models import Rollout
from comptoir.tickets.verifying import RESULT_KEY
from comptoir.web.present.names import channel_name, policy_name
from comptoir.web.settings_pages import policy_words
from comptoir.web.settings_pages.policies import conditions
from comptoir.web.settings_pages.policies.describing import Words
from comptoir.web.settings_pages.policy_words import Promise

FINISHED_SHOWN = timedelta(minutes=1)
"""For so long the end of a change is news; then it stands in the trail alone."""
HELD_SQL = """
SELECT v.policy_id, count(*) FROM tickets_ticket t
JOIN sla_policyversion v ON v.id = t.policy_version_id
WHERE t.status NOT IN ('solved', 'closed') AND t.channel_id = ANY(%s) GROUP BY v.policy_id
"""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy in the list, as it holds now; `promise` is None while its first version waits."""

    policy: Policy
    name: str
    sentence: str
    said: tuple[str, ...]
    promise: Promise | None
    number: int
    confidence: str
    since: datetime | None
    planned_from: datetime | None
    open_count: int
    channel: str

    @property
    def full_name(self) -> str:
        """Give a name that tells policies of the same name apart."""
        return f"{self.name} ({self.channel})" if self.channel else self.name


@dataclass(frozen=True, slots=True)
class RolloutView:
    """A change on its way to the open tickets. `percent` is None while it waits for its time."""

    id: int
    text: str
    percent: int | None
    is_finished: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """How comparing the stored deadlines went the last time."""

    at: datetime
    checked: int
    differences: int


def read_rows(words: Words, rights: Rights, *, now: datetime) -> list[PolicyRow]:
    """Give the policies in their order, those that are switched off at the end of their kind.

    Of the channels' own, those of channels that the person sees; only their tickets are counted.
    """
    versions = PolicyVersion.objects.order_by("valid_from", "number")
    found = Policy.objects.select_related("channel").prefetch_related(
        Prefetch("versions", versions, to_attr="in_order")
    )
    held = _held(rights)
    found = found.filter(Q(channel__isnull=True) | Q(channel_id__in=rights.channel_ids))
    rows = [_row(policy, words, held.get(policy.pk, 0), now=now) for policy in found]
    return sorted(rows, key=_place)


def version_at(versions: Sequence[PolicyVersion], now: datetime) -> PolicyVersion | None:
    """Give the version that holds at that moment, of versions in the order of their beginning."""
    return next((version for version in reversed(versions) if version.valid_from <= now), None)


def read_rollouts(*, now: datetime) -> list[RolloutView]:
    """Give the changes under way; where there are none, what has just ended."""
    begun = Rollout.objects.filter(holds_from__lte=now).prefetch_related("parts")
    running = begun.filter(finished_at__isnull=True).order_by("holds_from", "id")
    over = begun.filter(finished_at__gte=now - FINISHED_SHOWN).order_by("-finished_at")
    return [_rollout(rollout) for rollout in list(running) or over[:1]]


def read_verified() -> Verified | None:
    """Read how the last comparison of stored deadlines went."""
    kept = Setting.objects.filter(key=RESULT_KEY).values_list("value", flat=True).first()
    if not kept:
        return None
    return Verified(datetime.fromisoformat(kept["at"]), kept["checked"], kept["differences"])


def _held(rights: Rights) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(HELD_SQL, [sorted(rights.channel_ids)])
        return dict(cursor.fetchall())


def _row(policy: Policy, words: Words, open_count: int, *, now: datetime) -> PolicyRow:
    versions: list[PolicyVersion] = policy.in_order  # type: ignore[attr-defined]  # prefetched
    version = version_at(versions, now)
    planned = next((v for v in versions if v.valid_from > now), None)
    shown = version or planned
    if shown is None:
        raise LookupError(f"policy {policy.pk} has no version")
    shown.policy = policy
    is_own = policy.channel_id is None and not policy.is_default
    said = policy_words.described(shown.spec, words.hours)
    kinds = ("first_reply", "next_reply", "resolution", "return_decision", "case")
    return PolicyRow(
        policy=policy,
        name=policy_name(policy.name),
        sentence=conditions.sentence(shown.conditions, words.known) if is_own else "",
        said=tuple(said[kind] for kind in kinds if kind in said) if is_own else (),
        promise=policy_words.of_version(shown),
        number=shown.number,
        confidence=shown.confidence,
        since=version.valid_from if version else None,
        planned_from=planned.valid_from if planned else None,
        open_count=open_count,
        channel=channel_name(policy.channel.name) if policy.channel else "",
    )


def _place(row: PolicyRow) -> tuple[object, ...]:
    policy = row.policy
    by_channel = (row.channel.lower() if row.channel else "",)
    return (
        policy.is_default,
        policy.channel_id is not None,
        not policy.is_active,
        *(by_channel if policy.channel_id else (policy.position,)),
        policy.pk,
    )


def _rollout(rollout: Rollout) -> RolloutView:
    done, changed, total = rollouts.progress(rollout)
    count = format_decimal(total, locale=get_language() or "en")
    values = {"count": count, "changed": changed}
    percent = round(100 * done / total) if total else 0
    if rollout.finished_at is not None:
        text = _("Applied to %(count)s open tickets; none got another policy or version.") % values
        if changed:
            text = (
                _("Applied to %(count)s open tickets: %(changed)s got another policy or version.")
                % values
            )
        return RolloutView(rollout.pk, text, 100, is_finished=True)
    if rollout.started_at is None:
        return RolloutView(rollout.pk, _("About to be applied to the open tickets."), 0, False)
    text = _("Applying to %(count)s open tickets: %(percent)d %%") % {**values, "percent": percent}
    return RolloutView(rollout.pk, text, percent, is_finished=False)
