"""Log-ins and second factors in the audit trail: allauth's signals, turned into lines.

Lines hold the address a request came from, never a password, and no e-mail address that nobody
here has: people type passwords into that field, too.
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.contrib.auth import signals as auth
from django.http import HttpRequest

from comptoir.merchant.models import Person
from comptoir.storage import audit, clock


class Sessions(DefaultUserSessionsAdapter):
    """Ends log-ins, and says so."""

    def end_sessions(self, sessions: Any) -> None:
        """End other browsers' log-ins."""
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            _record("session.end_others", ended[0].user, count=len(ended))


def listen() -> None:
    """Follow the signals; called once, when Django starts."""
    auth.user_logged_in.connect(_logged_in, dispatch_uid="trail")
    auth.user_logged_out.connect(_logged_out, dispatch_uid="trail")
    account.password_changed.connect(_password_changed, dispatch_uid="trail")
    mfa.authentication_failed.connect(_factor_failed, dispatch_uid="trail")
    mfa.authenticator_added.connect(_factor_added, dispatch_uid="trail")
    mfa.authenticator_removed.connect(_factor_removed, dispatch_uid="trail")
    mfa.authenticator_reset.connect(_factor_reset, dispatch_uid="trail")


def log_in_failed(email: str, *, address: str) -> None:
    """Write that somebody failed to log in, by name if the address is a colleague's."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    audit.record(
        "session.log_in_failed",
        by=None,
        now=clock.now(),
        subject=("person", person.pk if person else None),
        person=person.name if person else "",
        address=address,
    )


def _logged_in(request: HttpRequest | None, user: Person, **_: Any) -> None:
    _record("session.log_in", user, address=_address(request))


def _logged_out(request: HttpRequest | None, user: Person | None, **_: Any) -> None:
    if user is not None:
        _record("session.log_out", user)


def _password_changed(user: Person, **_: Any) -> None:
    _record("person.change_password", user)


def _factor_failed(request: HttpRequest, user: Person, **_: Any) -> None:
    _record("session.second_factor_failed", user, address=_address(request))


def _factor_added(user: Person, authenticator: Any, **_: Any) -> None:
    _record("person.add_factor", user, factor=authenticator.type)


def _factor_removed(user: Person, authenticator: Any, **_: Any) -> None:
    _record("person.remove_factor", user, factor=authenticator.type)


def _factor_reset(user: Person, authenticator: Any, **_: Any) -> None:
    _record("person.reset_factor", user, factor=authenticator.type)


def _record(action: str, person: Person, **data: Any) -> None:
    subject = ("person", person.pk)
    audit.record(action, by=person, now=clock.now(), subject=subject, person=person.name, **data)


def _address(request: HttpRequest | None) -> str:
    return str(get_adapter().get_client_ip(request)) if request else ""
