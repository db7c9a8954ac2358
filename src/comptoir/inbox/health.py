"""How the desk is doing, in numbers and findings: for `comptoir check`, health and metrics pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from comptoir.channels.kernel.catalogue import card_of
from comptoir.inbox import arrivals
from comptoir.merchant.models import Channel, Connection, Merchant, Person, Role
from comptoir.sla.models import Policy
from comptoir.storage.migrating import pending
from comptoir.storage.models import RawItem
from comptoir.storage.secrets import SecretsUnreadable, unseal
from comptoir.storage.sorting import in_order
from comptoir.tickets.models import Clock, Outbox, Outreach, Ticket

POSTGRES_MINIMUM = 150_000
LAG_SECONDS_MAX = 120.0
STALE_PULL_SECONDS = 900.0


def stale_seconds(kind: str) -> float:
    """Tell after how long without a pull a connection counts as silent: some are polled rarely."""
    card = card_of(kind)
    return max(STALE_PULL_SECONDS, 3 * card.poll_seconds) if card else STALE_PULL_SECONDS


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` says what to do when it is not well."""

    name: str
    is_well: bool
    detail: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that keeps buyers' mail from being seen, and since when."""

    code: str
    name: str
    since: datetime
    detail: str = ""


def figures(*, now: datetime) -> dict[str, float]:
    """Count what a monitoring system wants to know; no buyer's data."""
    overdue = Clock.objects.filter(next_at__lt=now).order_by("next_at").first()
    unwarned = Clock.objects.filter(warn_at__lt=now, ended_at=None).order_by("warn_at").first()
    return {
        "comptoir_queue_tickets": Ticket.objects.filter(queue_tier__isnull=False).count(),
        "comptoir_queue_claims": Ticket.objects.filter(queue_tier=0).count(),
        "comptoir_queue_limit_missed": Ticket.objects.filter(queue_tier=2).count(),
        "comptoir_intake_waiting": RawItem.objects.filter(state=RawItem.State.NEW).count(),
        "comptoir_intake_lag_seconds": arrivals.age_of_oldest_seconds(now=now),
        "comptoir_quarantine_items": RawItem.objects.filter(
            state=RawItem.State.QUARANTINED
        ).count(),
        "comptoir_outbox_queued": Outbox.objects.filter(state=Outbox.State.QUEUED).count(),
        "comptoir_outbox_refused": Outbox.objects.filter(state=Outbox.State.REFUSED).count(),
        "comptoir_outbox_uncertain": Outbox.objects.filter(state=Outbox.State.UNCERTAIN).count(),
        "comptoir_outreach_queued": Outreach.objects.filter(state=Outreach.State.QUEUED).count(),
        "comptoir_outreach_refused": Outreach.objects.filter(state=Outreach.State.REFUSED).count(),
        "comptoir_outreach_uncertain": Outreach.objects.filter(
            state=Outreach.State.UNCERTAIN
        ).count(),
        "comptoir_deadline_lag_seconds": (now - overdue.next_at).total_seconds()
        if overdue and overdue.next_at
        else 0.0,
        "comptoir_alert_lag_seconds": (now - unwarned.warn_at).total_seconds()
        if unwarned and unwarned.warn_at
        else 0.0,
        "comptoir_connections": Connection.objects.count(),
        "comptoir_connections_failing": Connection.objects.filter(
            failing_since__isnull=False
        ).count(),
    }


def troubles(*, now: datetime) -> list[Trouble]:
    """Say what everybody on the desk should know: mail that is not fetched, or not read.

    Only reads, so that it works when the database cannot be written to (a full disk).
    """
    found = []
    for row in in_order(Connection.objects.filter(state=Connection.State.ACTIVE)):
        since = row.failing_since or (row.last_pull_at or row.created_at)
        if row.is_failing:
            found.append(Trouble("connection_failing", row.name, since, row.error_code))
        elif since < now - timedelta(seconds=stale_seconds(row.kind)):
            found.append(Trouble("connection_silent", row.name, since))
    if arrivals.age_of_oldest_seconds(now=now) > LAG_SECONDS_MAX:
        oldest = RawItem.objects.filter(state=RawItem.State.NEW).order_by("id").first()
        if oldest:
            found.append(Trouble("intake_behind", "", oldest.stored_at))
    return found


def findings(*, now: datetime) -> list[Finding]:
    """Look at everything an administrator would look at."""
    found = [_database(), _migrations()]
    if not all(finding.is_well for finding in found):
        return found
    return [*found, *_people(), *_channels(), *_connections(now), *_lags(now)]


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, version()")
        number, text = cursor.fetchone()
    return Finding(
        "database",
        number >= POSTGRES_MINIMUM,
        str(text).split(" on ")[0],
        "Comptoir needs PostgreSQL 15 or later.",
    )


def _migrations() -> Finding:
    missing = pending()
    detail = f"{len(missing)} missing: {', '.join(missing[:5])}" if missing else "up to date"
    return Finding("migrations", not missing, detail, "Run: comptoir migrate")


def _people() -> list[Finding]:
    admins = Person.objects.filter(role=Role.ADMIN, is_active=True).count()
    ready = admins > 0 and Merchant.objects.exists()
    return [
        Finding(
            "people", ready, f"{admins} administrators", "Open the link of: comptoir first-link"
        )
    ]


def _channels() -> list[Finding]:
    channels = Channel.objects.filter(is_active=True)
    general = Policy.objects.filter(channel__isnull=True, is_active=True).exists()
    bare = [] if general else list(channels.filter(policies__isnull=True)[:5])
    names = ", ".join(channel.name for channel in bare)
    detail = f"without a policy: {names}" if bare else f"{channels.count()} with policies"
    return [Finding("channels", not bare, detail, "Give each channel a policy in the settings.")]


def _connections(now: datetime) -> list[Finding]:
    found = []
    for row in in_order(Connection.objects.filter(state=Connection.State.ACTIVE)):
        name = f"connection {row.name}"
        try:
            unseal(bytes(row.sealed_secrets), settings.MASTER_KEYS)
        except SecretsUnreadable as error:
            found.append(Finding(name, False, "credentials cannot be read", str(error)))
            continue
        pulled = row.last_pull_at
        stale = pulled is None or (now - pulled).total_seconds() > stale_seconds(row.kind)
        if row.is_failing:
            advice = row.error_detail or "Check it in the settings."
            found.append(
                Finding(name, False, f"{row.error_code} since {row.failing_since}", advice)
            )
        else:
            detail = f"last read {pulled:%Y-%m-%d %H:%M}" if pulled else "never read"
            found.append(Finding(name, not stale, detail, "Is a worker running? comptoir worker"))
    return found


def _lags(now: datetime) -> list[Finding]:
    numbers = figures(now=now)
    found = []
    for name, key in (
        ("intake", "comptoir_intake_lag_seconds"),
        ("deadlines", "comptoir_deadline_lag_seconds"),
        ("alerts", "comptoir_alert_lag_seconds"),
    ):
        lag = numbers[key]
        found.append(
            Finding(name, lag < LAG_SECONDS_MAX, f"{lag:.0f} s behind", "Is a worker running?")
        )
    quarantined = int(numbers["comptoir_quarantine_items"])
    found.append(
        Finding("quarantine", quarantined == 0, f"{quarantined} items", "See Settings, Quarantine.")
    )
    return found
