"""Access tokens by OAuth 2: fetched when needed, shared by all processes, renewed before they end."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx

from comptoir.channels.kernel.around import Around, Token
from comptoir.channels.kernel.http import ApiError, Http, meaning
from comptoir.channels.kernel.protocol import ChannelError

EARLY = timedelta(seconds=60)
"""A token that ends while a call is under way is of no use."""
REVOKED = {"invalid_grant", "access_denied", "unauthorized_client", "consent_required"}

Fetch = Callable[[], Mapping[str, Any]]
"""Asks the vendor for a token; gives its answer: `access_token`, `expires_in`, perhaps
`refresh_token` and `refresh_token_expires_in` (seconds)."""


class TokenAuth:
    """Proves who asks by an access token in a header.

    A new refresh token that comes along is stored under `refresh_token`.
    """

    def __init__(
        self,
        around: Around,
        fetch: Fetch,
        *,
        name: str = "access",
        header: str = "authorization",
        prefix: str = "Bearer ",
        lifetime_seconds: float = 3600.0,
    ) -> None:
        self._around = around
        self._fetch = fetch
        self._name = name
        self._header = header
        self._prefix = prefix
        self._lifetime_seconds = lifetime_seconds

    def apply(self, request: httpx.Request) -> None:
        """Add the token, fetching one when the kept one ends."""
        request.headers[self._header] = self._prefix + self.token()

    def renew(self) -> bool:
        """Get a new token in place of one that was refused."""
        self._renewed()
        return True

    def token(self) -> str:
        """Give a token that is valid now."""
        kept = self._around.tokens.get(self._name)
        if kept is not None and kept.ends_at - EARLY > self._around.now():
            return kept.value
        return self._renewed()

    def _fetched(self) -> Mapping[str, Any]:
        """Ask for a token. Trouble in getting one is none of the request that is in want of it."""
        try:
            return self._fetch()
        except ApiError as error:
            error.may_have_arrived = False
            raise

    def _renewed(self) -> str:
        answer = self._fetched()
        value = answer.get("access_token")
        if not isinstance(value, str) or not value:
            raise ChannelError("token_invalid", "The token address gave no access token.")
        now = self._around.now()
        seconds = _seconds(answer.get("expires_in"), self._lifetime_seconds)
        self._around.tokens.put(self._name, Token(value, now + timedelta(seconds=seconds)))
        renewed = answer.get("refresh_token")
        if isinstance(renewed, str) and renewed:
            self._around.keep_secret("refresh_token", renewed)
        if ends_in := _seconds(answer.get("refresh_token_expires_in"), 0.0):
            self._around.note_end("refresh_token", now + timedelta(seconds=ends_in))
        return value


def ask_for_token(
    url: str,
    form: Mapping[str, str],
    around: Around,
    *,
    basic: tuple[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
) -> Mapping[str, Any]:
    """Ask a token address, by form (or by query with GET). Raises `ChannelError`.

    Codes: `consent_revoked` and `auth_failed` (both for good), `throttled`, `unreachable`. Keys that
    ask for themselves (`client_credentials`) have no consent that could end.
    """
    parts = httpx.URL(url)
    http = Http(str(parts.copy_with(raw_path=b"/")), around, headers=headers)
    told = {"data": dict(form)} if method == "POST" else {"params": dict(form)}
    auth = {"headers": {"authorization": _basic(*basic)}} if basic else {}
    try:
        answer = http.read("token", parts.path or "/", method=method, **told, **auth)
        value = answer.json()
    except ApiError as error:
        has_consent = form.get("grant_type") != "client_credentials"
        raise token_failure(error, has_consent=has_consent) from error
    finally:
        http.close()
    return value if isinstance(value, dict) else {}


def token_failure(error: ApiError, *, has_consent: bool = True) -> ChannelError:
    """Tell a consent that ended and keys that are wrong from a vendor that is busy."""
    if not error.status or error.code == "bad_answer":
        return error
    code, _ = meaning(error.status)
    if code in ("throttled", "server_error"):
        return error
    said = error.answer.decode("utf-8", "replace").lower()
    if has_consent and any(word in said for word in REVOKED):
        words = "The vendor no longer accepts the stored consent. Connect this account again."
        return ChannelError("consent_revoked", words, permanent=True)
    words = f"The vendor does not accept these keys ({error.status}). Check them, or make new ones."
    return ChannelError("auth_failed", words, permanent=True)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _seconds(value: Any, otherwise: float) -> float:
    try:
        return max(float(value), 0.0) or otherwise
    except (TypeError, ValueError):
        return otherwise
