"""allauth's pages on one's own security that show moments: told in the reader's zone."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.views import ListWebAuthnView
from allauth.usersessions.views import ListUserSessionsView
from django.http import HttpRequest

from comptoir.storage import clock
from comptoir.web.accounts.browsers import describe
from comptoir.web.accounts.guards import person_of
from comptoir.web.present.times import times_for


class _InReadersTime:
    request: HttpRequest

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Add how the reader is told the time, and what browsers are called."""
        context: dict[str, Any] = super().get_context_data(**given)  # type: ignore[misc]
        times = times_for(person_of(self.request).time_zone, clock.now())
        return context | {"times": times, "browser_name": describe}


class Browsers(_InReadersTime, ListUserSessionsView):
    """Where one is logged in."""


class Keys(_InReadersTime, ListWebAuthnView):
    """One's security keys."""
