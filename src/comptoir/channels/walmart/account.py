"""An account at Walmart Marketplace: its keys, the headers of each call, the limits it shows.

A token lives for fifteen minutes and travels in a header of its own; each call carries an id by
which Walmart's support finds it again.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import Http
from comptoir.channels.kernel.limits import Rate
from comptoir.channels.kernel.oauth import TokenAuth, ask_for_token
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.kernel.windows import moment

KIND = "walmart"
BASE_URL = "https://marketplace.walmartapis.com"
TOKEN_LIFE_SECONDS = 900.0
SERVICE = "Walmart Marketplace"
LEFT, REPLENISHED = "x-current-token-count", "x-next-replenishment-time"
PAUSE_SECONDS_MAX = 300.0


class Account:
    """One seller's account, open."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        self.settings = settings
        self.around = around
        pair = _keys(settings, secrets)
        base_url = str(settings.get("base_url") or BASE_URL)
        auth = WalmartAuth(base_url, pair, str(settings.get("channel_type") or ""), around)
        self._rates = card().limits(dict(settings))
        self.http = Http(
            base_url, around, auth=auth, rates=self._rates, learn=self._learn,
            headers={"accept": "application/json"},
        )  # fmt: skip

    def close(self) -> None:
        """Let go of sockets."""
        self.http.close()

    def _learn(self, operation: str, headers: httpx.Headers) -> Rate | None:
        """Rest until Walmart fills the bucket again, where an answer says that it is empty."""
        if headers.get(LEFT, "").strip() != "0":
            return None
        until = moment_of(headers.get(REPLENISHED, ""))
        if until is not None:
            seconds = (until - self.around.now()).total_seconds()
            name = operation if operation in self._rates else "*"
            if 0 < seconds <= PAUSE_SECONDS_MAX:
                self.around.limiter.pause(name, seconds)
        return None


class WalmartAuth:
    """Proves who asks: token, keys, service, and an id that is new for each call."""

    def __init__(
        self, base_url: str, pair: tuple[str, str], channel_type: str, around: Around
    ) -> None:
        self._pair = pair
        self._channel_type = channel_type
        self._token = TokenAuth(
            around,
            lambda: ask_for_token(
                f"{base_url.rstrip('/')}/v3/token", {"grant_type": "client_credentials"}, around,
                basic=pair, headers={"accept": "application/json", **self._named()},
            ),
            header="WM_SEC.ACCESS_TOKEN", prefix="", lifetime_seconds=TOKEN_LIFE_SECONDS,
        )  # fmt: skip

    def apply(self, request: httpx.Request) -> None:
        """Add all of it; the insights want the keys beside the token."""
        self._token.apply(request)
        joined = ":".join(self._pair).encode()
        request.headers["authorization"] = f"Basic {base64.b64encode(joined).decode()}"
        request.headers.update(self._named())

    def renew(self) -> bool:
        """Get a new token in place of one that was refused."""
        return self._token.renew()

    def _named(self) -> dict[str, str]:
        own = {"WM_CONSUMER.CHANNEL.TYPE": self._channel_type} if self._channel_type else {}
        return {"WM_SVC.NAME": SERVICE, "WM_QOS.CORRELATION_ID": str(uuid.uuid4()), **own}


def card() -> Card:
    """Give this channel's card."""
    found = card_of(KIND)
    assert found is not None
    return found


def moment_of(value: object) -> datetime | None:
    """Read a moment: milliseconds since 1970 in orders, ISO 8601 in returns; None for what is none."""
    text = str(value).strip()
    if not text.isdigit():
        return moment(text)
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _keys(settings: Mapping[str, Any], secrets: Mapping[str, str]) -> tuple[str, str]:
    pair = str(settings.get("client_id") or ""), secrets.get("client_secret", "")
    if not all(pair):
        words = "Enter the Client ID and the Client Secret of the API key."
        raise ChannelError("settings_invalid", words, permanent=True)
    return pair
