"""A code from an app lets in once.

allauth remembers a used code for the thirty seconds it is shown, but with a tolerance of one step
a code holds for ninety; so we remember it longer.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.cache import cache

REMEMBERED_SECONDS = 120


class _Once:
    user: Any

    def clean_code(self) -> str:
        """Refuse a code that was just used, then check it as allauth does."""
        typed = "".join(self.cleaned_data["code"].split())  # type: ignore[attr-defined]
        key = f"comptoir.code.{self.user.pk}.{typed}"
        if cache.get(key):
            self.cleaned_data["code"] = ""  # type: ignore[attr-defined]
        code: str = super().clean_code()  # type: ignore[misc]
        cache.set(key, True, REMEMBERED_SECONDS)
        return code


class Authenticate(_Once, AuthenticateForm):
    """The code asked for at log-in."""


class Reauthenticate(_Once, ReauthenticateForm):
    """The code asked for before a change of one's own security."""
