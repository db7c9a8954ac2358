"""What roles, themes and languages are called in the reader's language."""

from __future__ import annotations

from babel import Locale
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from comptoir.merchant.models import Role

SPOKEN = ("cs", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "pl", "pt", "ro", "sv", "tr")
"""Languages buyers write in on the channels we know."""


def role(name: str) -> str:
    """Name a role."""
    return roles()[Role(name)]


def roles() -> dict[Role, str]:
    """Name all roles, from the least to the most."""
    return {
        Role.READER: pgettext("role", "Read only"),
        Role.AGENT: pgettext("role", "Agent"),
        Role.LEADER: pgettext("role", "Team leader"),
        Role.ADMIN: pgettext("role", "Administrator"),
    }


def role_helps() -> dict[Role, str]:
    """Say what each role may do."""
    return {
        Role.READER: _("Sees every channel and all figures, changes nothing."),
        Role.AGENT: _("Answers buyers on the channels of their teams."),
        Role.LEADER: _("Also gives work to others and sees who is in their teams."),
        Role.ADMIN: _("Also sets up channels, people and policies, and sees everything."),
    }


def access_helps() -> dict[str, str]:
    """Say what a token of each kind of access may do."""
    return {
        "read": _("Tickets, deadlines, channels and policies."),
        "write": _("Also writes internal notes, in the name of who makes the token."),
    }


def themes() -> list[tuple[str, str]]:
    """Name the themes."""
    return [
        ("system", pgettext("theme", "As the device")),
        ("light", pgettext("theme", "Light")),
        ("dark", pgettext("theme", "Dark")),
    ]


def spoken() -> list[tuple[str, str]]:
    """Name the languages people may answer in, by name."""
    locale = Locale.parse(get_language() or "en", sep="-")
    named = [(code, str(locale.languages[code])) for code in SPOKEN]
    return sorted(((code, name[:1].upper() + name[1:]) for code, name in named), key=lambda p: p[1])


def factor(kind: str) -> str:
    """Name a second factor."""
    return {
        "totp": _("authenticator app"),
        "webauthn": _("security key"),
        "recovery_codes": _("recovery codes"),
    }.get(kind, kind)
