"""How often somebody may write: counted by address and by host, both kept as keyed hashes only.

The key changes each day, so that today's hash says nothing about tomorrow's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.db import connection
from django.utils.crypto import salted_hmac

from comptoir.inbox.models import FormCount

COUNT_SQL = """
INSERT INTO inbox_formcount AS c (key, count, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN c.ends_at <= %(now)s THEN 1 ELSE c.count + 1 END,
    ends_at = CASE WHEN c.ends_at <= %(now)s THEN excluded.ends_at ELSE c.ends_at END
RETURNING count, ends_at
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so long, for each value of what is counted."""

    what: str
    count: int
    lasts: timedelta


BY_HOST = Limit("host", 10, timedelta(minutes=30))
BY_ADDRESS = Limit("address", 6, timedelta(hours=1))
BY_FORM = Limit("form", 600, timedelta(hours=1))
LOOK_UPS_BY_HOST = Limit("look-up by host", 12, timedelta(minutes=30))
LOOK_UPS_BY_ORDER = Limit("look-up by order", 12, timedelta(hours=1))
ANSWERS_BY_PAGE = Limit("answer", 20, timedelta(hours=1))


def wait_for(
    form_id: int, counted: Sequence[tuple[Limit, str]], *, now: datetime
) -> timedelta | None:
    """Count one more of each; give how long to wait when it was one too many, else None."""
    waits = []
    for limit, value in counted:
        key = _hashed(form_id, limit.what, value, now=now)
        with connection.cursor() as cursor:
            cursor.execute(COUNT_SQL, {"key": key, "now": now, "ends_at": now + limit.lasts})
            count, ends_at = cursor.fetchone()
        if count > limit.count:
            waits.append(ends_at - now)
    return max(waits, default=None)


def forget_old(*, now: datetime) -> int:
    """Drop counts whose time is over; tell how many."""
    return FormCount.objects.filter(ends_at__lte=now).delete()[0]


def network(host: str) -> str:
    """Give what is counted for a host: of IPv6 the /64 that one customer has."""
    try:
        found = ip_address(host)
    except ValueError:
        return host
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or found.exploded[:19])
    return str(found)


def _hashed(form_id: int, what: str, value: str, *, now: datetime) -> str:
    told = f"{form_id}\n{what}\n{value.strip().casefold()}"
    salt = f"comptoir.forms.{now:%Y-%m-%d}"
    return salted_hmac(salt, told, algorithm="sha256").hexdigest()
