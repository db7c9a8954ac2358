"""Access tokens for mailboxes: fetched with the stored consent, kept until shortly before they end.

`TokenSource` is shared by reading and sending. A provider may hand out a new refresh token with an
access token (Microsoft does); whoever stores secrets is told through `on_new_refresh_token`.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Any

import httpx

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.settings import OAuthSecrets

logger = logging.getLogger(__name__)

_EARLY_SECONDS = 60.0
"""A token that ends while a command is under way is of no use."""
_CONSENT_WORDS = "The mail provider no longer accepts the stored consent ({reason}). Open the settings of this mailbox and connect it again."


class TokenSource:
    """Gives an access token that is valid now. Usable from several threads."""

    def __init__(
        self,
        secrets: OAuthSecrets,
        *,
        timeout_seconds: float = 30.0,
        on_new_refresh_token: Callable[[str], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secrets = secrets
        self._timeout_seconds = timeout_seconds
        self._on_new_refresh_token = on_new_refresh_token
        self._monotonic = monotonic
        self._lock = Lock()
        self._token = ""
        self._ends_at = 0.0

    def access_token(self, *, refused: str = "") -> str:
        """Give a token other than `refused`, asking the provider when the kept one will not do."""
        with self._lock:
            if not self._token or self._token == refused or self._monotonic() >= self._ends_at:
                self._renew()
            return self._token

    def _renew(self) -> None:
        self._token = ""
        answer = self._ask()
        token = answer.get("access_token")
        if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):
            raise ChannelError("token_invalid", "The token address gave no access token.")
        self._token = token
        self._ends_at = self._monotonic() + _lifetime_seconds(answer) - _EARLY_SECONDS
        renewed = answer.get("refresh_token")
        if isinstance(renewed, str) and renewed and renewed != self._secrets.refresh_token:
            self._secrets = replace(self._secrets, refresh_token=renewed)
            if self._on_new_refresh_token is not None:
                self._on_new_refresh_token(renewed)
        logger.info("mail access token renewed at %s", httpx.URL(self._secrets.token_url).host)

    def _ask(self) -> dict[str, Any]:
        form = {
            "grant_type": "refresh_token",
            "client_id": self._secrets.client_id,
            "client_secret": self._secrets.client_secret,
            "refresh_token": self._secrets.refresh_token,
            "scope": self._secrets.scope,
        }
        try:
            answer = httpx.post(
                self._secrets.token_url,
                data={name: value for name, value in form.items() if value},
                timeout=self._timeout_seconds,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            words = f"The provider's token address cannot be reached ({type(error).__name__})."
            raise ChannelError("unreachable", words) from error
        if answer.status_code != httpx.codes.OK:
            raise _token_failure(answer)
        return _json_object(answer)


def xoauth2(user: str, token: str) -> bytes:
    """Write the first answer of XOAUTH2 (Google's and Microsoft's)."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def oauthbearer(user: str, token: str, *, host: str, port: int) -> bytes:
    """Write the first answer of OAUTHBEARER (RFC 7628)."""
    name = user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01".encode()


def _lifetime_seconds(answer: dict[str, Any]) -> float:
    try:
        return max(float(answer.get("expires_in", 3600)), 2 * _EARLY_SECONDS)
    except (TypeError, ValueError):
        return 3600.0


def _token_failure(answer: httpx.Response) -> ChannelError:
    """Tell a consent that ended from a provider that is busy."""
    status = answer.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return ChannelError("throttled", "The provider's token address asks to wait.")
    if status >= 500:
        return ChannelError("unreachable", f"The provider's token address fails ({status}).")
    reason = str(_json_object(answer).get("error", status))[:80]
    return ChannelError("auth_failed", _CONSENT_WORDS.format(reason=reason), permanent=True)


def _json_object(answer: httpx.Response) -> dict[str, Any]:
    try:
        value = answer.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
