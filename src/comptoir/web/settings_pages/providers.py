"""Where the mail of well-known providers lives: a table to check by eye.

Only a suggestion: every value can be changed. Custom domains at a provider cannot be told by the
address; the provider is then chosen from the list.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Provider:
    """Servers of a provider. `note` is a code of `note()`; empty hosts are made of the domain."""

    id: str
    name: str
    imap_host: str
    smtp_host: str
    domains: tuple[str, ...]
    smtp_port: int = 465
    smtp_security: str = "tls"
    auth: str = "password"
    token_url: str = ""
    scope: str = ""
    note: str = ""


MICROSOFT_TOKEN_URL = "https://login.microsoftonline.com/common/oauth2/v2.0/token"  # noqa: S105
MICROSOFT_SCOPE = (
    "https://outlook.office.com/IMAP.AccessAsUser.All "
    "https://outlook.office.com/SMTP.Send offline_access"
)
GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105

PROVIDERS = (
    Provider("gmail", "Gmail, Google Workspace", "imap.gmail.com", "smtp.gmail.com",
             ("gmail.com", "googlemail.com"), token_url=GOOGLE_TOKEN_URL,
             scope="https://mail.google.com/", note="app_password"),
    Provider("microsoft", "Outlook, Microsoft 365", "outlook.office365.com", "smtp.office365.com",
             ("outlook.com", "outlook.fr", "outlook.de", "hotmail.com", "hotmail.fr", "live.com",
              "live.fr", "msn.com"),
             smtp_port=587, smtp_security="starttls", auth="oauth2",
             token_url=MICROSOFT_TOKEN_URL, scope=MICROSOFT_SCOPE, note="oauth_only"),
    Provider("ovh", "OVHcloud", "ssl0.ovh.net", "ssl0.ovh.net", ()),
    Provider("ionos_de", "IONOS (Deutschland)", "imap.ionos.de", "smtp.ionos.de",
             ("online.de", "onlinehome.de")),
    Provider("ionos_fr", "IONOS (France)", "imap.ionos.fr", "smtp.ionos.fr", ()),
    Provider("gandi", "Gandi", "mail.gandi.net", "mail.gandi.net", ("gandi.net",)),
    Provider("orange", "Orange", "imap.orange.fr", "smtp.orange.fr",
             ("orange.fr", "wanadoo.fr"), note="allow_programs"),
    Provider("free", "Free", "imap.free.fr", "smtp.free.fr", ("free.fr",),
             note="allow_programs"),
    Provider("strato", "STRATO", "imap.strato.de", "smtp.strato.de", ("strato.de",)),
    Provider("gmx", "GMX", "imap.gmx.net", "mail.gmx.net",
             ("gmx.de", "gmx.net", "gmx.at", "gmx.ch"), note="allow_programs"),
    Provider("web_de", "WEB.DE", "imap.web.de", "smtp.web.de", ("web.de",),
             smtp_port=587, smtp_security="starttls", note="allow_programs"),
    Provider("zoho", "Zoho Mail", "imap.zoho.eu", "smtp.zoho.eu", ("zoho.eu", "zoho.com"),
             note="app_password"),
    Provider("fastmail", "Fastmail", "imap.fastmail.com", "smtp.fastmail.com",
             ("fastmail.com", "fastmail.fm"), note="app_password"),
)  # fmt: skip

BY_ID = {provider.id: provider for provider in PROVIDERS}
BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains}


def suggest(email: str, provider_id: str = "") -> Provider:
    """Suggest servers for an address: of the chosen provider, the domain's, else by custom."""
    domain = email.rpartition("@")[2].strip().lower()
    found = BY_ID.get(provider_id) or BY_DOMAIN.get(domain)
    return found or Provider("", domain, f"imap.{domain}", f"smtp.{domain}", (domain,))


def note(provider: Provider) -> str:
    """Say what must be known about a provider before one logs in there."""
    return {
        "app_password": _(
            "%(provider)s wants an app password: make one in your account there, for this desk "
            "only, and type it here instead of your own password."
        ),
        "oauth_only": _(
            "%(provider)s no longer accepts passwords from mail programs. Register an application "
            "there, let it use the mailbox, and type its OAuth 2 values under Advanced."
        ),
        "allow_programs": _(
            "%(provider)s lets mail programs in only after you have allowed it in the settings of "
            "your mailbox there."
        ),
    }.get(provider.note, "") % {"provider": provider.name}
