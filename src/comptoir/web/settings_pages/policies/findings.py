"""What is doubtful about the policies, in words: each finding says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from comptoir.core.coverage import EVENLY
from comptoir.core.linting import TEMPLATES, Finding
from comptoir.merchant.models import Merchant
from comptoir.sla import choosing, linting
from comptoir.tickets import arrivals
from comptoir.web.hours.coverage import ARRIVALS_MIN
from comptoir.web.hours.words import percent
from comptoir.web.present.names import policy_name
from comptoir.web.settings_pages.policies.conditions import either
from comptoir.web.settings_pages.policy_words import time_words

COUNTED_BACK = timedelta(weeks=4)
COUNTS_SQL = """
SELECT v.policy_id, count(*) FROM tickets_ticket t
JOIN sla_policyversion v ON v.id = t.policy_version_id
WHERE t.last_message_at >= %s GROUP BY v.policy_id
"""
HOW_MANY = 8

_kept: dict[tuple[int, str], list[Finding]] = {}


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as a sentence, with the policies it is about: number and name; none for all."""

    policies: tuple[tuple[int, str], ...]
    text: str


def read(names: Mapping[int, str], *, now: datetime) -> list[FindingView]:
    """Give what is doubtful, alike findings in one line; computed once a day and for each change
    of the policies. `names` are those of policies by number, with the channel where it helps."""
    policies: dict[str, list[tuple[int, str]]] = {}
    for finding in _found(now=now):
        if finding.policy and int(finding.policy) not in names:
            continue  # of a channel that is switched off
        about = policies.setdefault(_text(finding, names), [])
        if finding.policy:
            policy_id = int(finding.policy)
            about.append((policy_id, names[policy_id]))
    return [FindingView(tuple(about), text) for text, about in policies.items()]


def forget() -> None:
    """Look anew in this process; tests call it between changes."""
    _kept.clear()


def _found(*, now: datetime) -> list[Finding]:
    key = (choosing.current_revision(), now.date().isoformat())
    if key not in _kept:
        _kept.clear()
        zone = Merchant.objects.values_list("time_zone", flat=True).first() or "Europe/Paris"
        counted = arrivals.by_quarter_of_week(zone, now=now)
        spread = counted if sum(counted) >= ARRIVALS_MIN else EVENLY
        counts = _ticket_counts(now)
        _kept[key] = linting.findings(now=now, arrivals=spread, ticket_counts=counts)
    return _kept[key]


def _ticket_counts(now: datetime) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS_SQL, [now - COUNTED_BACK])
        return dict(cursor.fetchall())


def _text(finding: Finding, names: Mapping[int, str]) -> str:
    values = {name: _written(name, value, names) for name, value in finding.values.items()}
    said = gettext(TEMPLATES[finding.code]).format(**values)
    said = said[:1].upper() + said[1:]
    return said if said.endswith(".") else f"{said}."


def _written(name: str, value: Any, names: Mapping[int, str]) -> str:
    if isinstance(value, timedelta):
        return time_words(value.total_seconds() / 60)
    if isinstance(value, tuple):
        words = [_written(name, one, names) for one in value[:HOW_MANY]]
        return either([*words, "…"] if len(value) > HOW_MANY else words, "standard")
    if isinstance(value, float):
        return percent(value)
    if value is None:
        return _("no limit")
    if name == "earlier":
        return policy_name(names.get(int(value), str(value)))
    return str(value)
