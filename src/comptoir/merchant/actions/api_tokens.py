"""Tokens of the JSON interface: made by an administrator, shown once, revoked for good."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction

from comptoir.merchant import links
from comptoir.merchant.actions import checks
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import ApiToken, Person, Role
from comptoir.merchant.rights import Rights, rights_of
from comptoir.storage import audit

PREFIX = "cpt_"
"""What every token begins with, so that one that leaked is found by those who look for such."""
SHOWN = 10

COUNT_SQL = """
UPDATE merchant_apitoken SET
    last_used_at = %(now)s,
    minute_count = CASE WHEN minute_began_at = date_trunc('minute', %(now)s::timestamptz)
                        THEN minute_count + 1 ELSE 1 END,
    minute_began_at = date_trunc('minute', %(now)s::timestamptz)
WHERE id = %(token)s RETURNING minute_count
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that came in: its token, what it may see, and how often it came this minute."""

    token: ApiToken
    rights: Rights
    minute_count: int


@transaction.atomic
def make(
    *, name: str, is_read_only: bool, role: Role | None, by: Person, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token, and give it with its text, which nobody can read again later.

    `role` None: the rights of who makes it. Refused: `name_missing`.
    """
    checks.administrator(by)
    text = PREFIX + links.fresh().text
    token = ApiToken.objects.create(
        name=checks.filled(name),
        token_sha256=links.hashed(text),
        begins_with=text[:SHOWN],
        is_read_only=is_read_only,
        role=role.value if role else "",
        made_by=by,
        made_at=now,
    )
    audit.record(
        "api_token.make",
        by=by,
        now=now,
        subject=("api_token", token.pk),
        api_token=token.name,
        is_read_only=is_read_only,
    )
    return token, text


@transaction.atomic
def revoke(token_id: int, *, by: Person, now: datetime) -> ApiToken:
    """Shut a token out from now on. Refused: `token_unknown`, `token_revoked`."""
    checks.administrator(by)
    token = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if token is None:
        raise Refused("token_unknown")
    if token.revoked_at is not None:
        raise Refused("token_revoked")
    token.revoked_at, token.revoked_by = now, by
    token.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(
        "api_token.revoke", by=by, now=now, subject=("api_token", token.pk), api_token=token.name
    )
    return token


def come_in(token: ApiToken, *, now: datetime) -> Caller:
    """Count a request with a token that works, and look its rights up.

    The count is one for all processes.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, {"now": now, "token": token.pk})
        row = cursor.fetchone()
    return Caller(token, _rights(token), row[0] if row else 0)


def _rights(token: ApiToken) -> Rights:
    """Give the maker's rights, with less of a role where the token says so."""
    rights = rights_of(token.made_by)
    if not token.role:
        return rights
    order = list(Role)
    return replace(rights, role=min(Role(token.role), rights.role, key=order.index))
