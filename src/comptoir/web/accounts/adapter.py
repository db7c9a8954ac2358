"""What allauth asks us: nobody signs up, how things are worded, where requests come from."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comptoir.web.accounts import trail

SAID = {
    "account/messages/password_changed.txt": _(
        "Password changed. Your other browsers have to log in again."
    ),
    "account/messages/logged_out.txt": _("You are logged out."),
    "mfa/messages/totp_activated.txt": _("Logging in now takes a code from your app."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is no longer asked for."),
    "mfa/messages/webauthn_added.txt": _("Security key added."),
    "mfa/messages/webauthn_removed.txt": _("Security key removed."),
    "usersessions/messages/sessions_logged_out.txt": _("Your other browsers are logged out."),
}
"""What is said after an event; allauth's other events are plain to see and need no word."""

NOWHERE = "127.0.0.1"
"""The address of requests that come through a local socket, and therefore have none."""


class Accounts(DefaultAccountAdapter):
    """Our answers to allauth."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("An administrator deactivated this account."),
        "email_password_mismatch": _("No such e-mail address and password."),
        "enter_current_password": _("That is not your current password."),
        "incorrect_password": _("That is not your password."),
        "incorrect_code": _("That code is not right, or it was used already. Try the next one."),
        "too_many_login_attempts": _("Too many failed attempts. Try again in five minutes."),
        "rate_limited": _("Too many attempts. Try again in a minute."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: people come by invitation."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to one's own page."""
        return reverse("profile")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the address that attempts are counted by."""
        return get_client_ip(request) or NOWHERE

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write failed log-ins into the trail."""
        trail.log_in_failed(credentials.get("email", ""), address=self.get_client_ip(request))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our words, or not at all."""
        text = message or SAID.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)
