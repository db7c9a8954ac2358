"""What a stored connection's connector may use: limits, tokens and secrets in the database."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from comptoir.channels.kernel.around import Around, Token
from comptoir.inbox import endings
from comptoir.inbox.limits import SharedLimiter
from comptoir.merchant.models import Connection, ConnectionToken
from comptoir.storage import clock
from comptoir.storage.secrets import SecretsUnreadable, seal, unseal


class SharedTokens:
    """Access tokens of one connection, sealed in the database."""

    def __init__(self, connection_id: int) -> None:
        self._connection_id = connection_id

    def get(self, name: str) -> Token | None:
        """Give the kept token, also one that ended; None for one that cannot be read any more."""
        row = ConnectionToken.objects.filter(connection_id=self._connection_id, name=name).first()
        if row is None:
            return None
        try:
            value = unseal(bytes(row.sealed), settings.MASTER_KEYS)["value"]
        except (SecretsUnreadable, KeyError):
            return None
        return Token(str(value), row.ends_at)

    def put(self, name: str, token: Token) -> None:
        """Keep a token in place of the one before."""
        ConnectionToken.objects.update_or_create(
            connection_id=self._connection_id,
            name=name,
            defaults={
                "sealed": seal({"value": token.value}, settings.MASTER_KEYS),
                "ends_at": token.ends_at,
            },
        )


def around(row: Connection) -> Around:
    """Surround a stored connection."""

    def keep_secret(name: str, value: str) -> None:
        secrets = unseal(_sealed(row), settings.MASTER_KEYS)
        if secrets.get(name) != value:
            sealed = seal({**secrets, name: value}, settings.MASTER_KEYS)
            Connection.objects.filter(pk=row.pk).update(sealed_secrets=sealed)

    def note_end(what: str, at: datetime) -> None:
        endings.note(row.pk, what, at)

    return Around(
        limiter=SharedLimiter(row.pk),
        tokens=SharedTokens(row.pk),
        now=clock.now,
        keep_secret=keep_secret,
        note_end=note_end,
    )


def _sealed(row: Connection) -> bytes:
    """Give the secrets as they are now: another process may have stored a newer one."""
    return bytes(Connection.objects.values_list("sealed_secrets", flat=True).get(pk=row.pk))
