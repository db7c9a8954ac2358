"""What surrounds an account on trial: secrets that the vendor replaces meanwhile are not lost.

Vendors give another refresh token for each that is used, and the one before is worth nothing from
then on. So a new secret stays with the trial, and goes to the stored account where that held the
one that was replaced.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.catalogue import module_of
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox.connections import stored_secrets
from comptoir.inbox.surroundings import around as around_of
from comptoir.merchant.models import Connection


class World:
    """The surroundings of one trial. A check of a stored account shares its limits and tokens."""

    def __init__(
        self, account: dict[str, Any], connection_id: int | None, *, is_stored: bool
    ) -> None:
        self.account = account
        self.has_news = False
        self._row = Connection.objects.filter(pk=connection_id or 0).first()
        beneath = around_of(self._row) if self._row is not None and is_stored else Around.alone()
        self.around = replace(beneath, keep_secret=self._keep, note_end=self._note_end)

    def _keep(self, name: str, value: str) -> None:
        before = self.account["secrets"].get(name)
        self.account["secrets"][name] = value
        self.has_news = True
        if self._row is not None and stored_secrets(self._row).get(name) == before:
            around_of(self._row).keep_secret(name, value)

    def _note_end(self, what: str, at: datetime) -> None:
        self.account.setdefault("ends", {})[what] = at.isoformat()
        self.has_news = True


def redeem(world: World) -> None:
    """Turn what came back with a consenting person into secrets. Raises `ChannelError`.

    A person who said no comes back with `access_denied` (RFC 6749, 4.1.2.1).
    """
    consent = world.account.pop("consent", None)
    if not consent:
        return
    world.has_news = True
    if (query := consent["query"]).get("error") == "access_denied":
        words = query.get("error_description") or "access_denied"
        raise ChannelError("consent_refused", words, permanent=True)
    redeemer = getattr(module_of(world.account["kind"]), "redeem", None)
    if redeemer is None:
        raise ChannelError("consent_missing", world.account["kind"], permanent=True)
    world.account["secrets"] |= redeemer(
        world.account["values"],
        world.account["secrets"],
        query=query,
        redirect_url=consent["redirect_url"],
        around=world.around,
    )
