"""The door: whose token a request brings, and how often it may come."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from comptoir.api.errors import Declined
from comptoir.merchant.actions.api_tokens import Caller, come_in
from comptoir.merchant.queries.api_tokens import api_token
from comptoir.storage import clock

REQUESTS_A_MINUTE = 300
READING = ("GET", "HEAD", "OPTIONS")


class Token(HttpBearer):
    """Lets programs in by `Authorization: Bearer …`."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Give who comes. Declines with 401, 403 or 429."""
        found = api_token(token.strip())
        if found is None:
            raise _unknown("This token is not known here; check that it was copied whole.")
        if found.revoked_at is not None:
            raise _unknown(f'The token "{found.name}" was revoked; make a new one.')
        if not found.works():
            raise _unknown(
                f'Who made the token "{found.name}" is deactivated; let somebody else make a new one.'
            )
        now = clock.now()
        caller = come_in(found, now=now)
        if caller.minute_count > REQUESTS_A_MINUTE:
            raise Declined(
                429,
                "too_many_requests",
                f"At most {REQUESTS_A_MINUTE} requests a minute with one token;"
                " wait until the minute is over.",
                {"Retry-After": str(60 - now.second)},
            )
        if found.is_read_only and request.method not in READING:
            raise Declined(
                403,
                "read_only",
                f'The token "{found.name}" may only read; make one that may write.',
            )
        return caller


def caller_of(request: HttpRequest) -> Caller:
    """Give who came; only behind the door."""
    return cast(Caller, request.auth)  # type: ignore[attr-defined]  # set by ninja


def _unknown(message: str) -> Declined:
    return Declined(401, "token_unknown", message, {"WWW-Authenticate": "Bearer"})
