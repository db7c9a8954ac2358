"""Servers suggested for an address."""

from __future__ import annotations

import pytest

from comptoir.channels.mail.settings import MailSettings
from comptoir.web.settings_pages import forms, providers


@pytest.mark.parametrize(
    ("email", "chosen", "imap", "smtp"),
    [
        ("camille@gmail.com", "", "imap.gmail.com", "smtp.gmail.com"),
        ("camille@Orange.fr", "", "imap.orange.fr", "smtp.orange.fr"),
        ("jonas@web.de", "", "imap.web.de", "smtp.web.de"),
        ("info@maisonperrin.example", "", "imap.maisonperrin.example", "smtp.maisonperrin.example"),
        ("info@maisonperrin.example", "ovh", "ssl0.ovh.net", "ssl0.ovh.net"),
    ],
)
def test_suggest_follows_choice_then_domain_then_custom(
    email: str, chosen: str, imap: str, smtp: str
) -> None:
    found = providers.suggest(email, chosen)

    assert (found.imap_host, found.smtp_host) == (imap, smtp)


@pytest.mark.parametrize("provider", providers.PROVIDERS, ids=lambda provider: provider.id)
def test_every_provider_makes_settings_the_connector_takes(provider: providers.Provider) -> None:
    given = forms.suggested("info@maisonperrin.example", provider)
    names = ("imap_host", "imap_port", "imap_security", "user", "auth", "smtp_host", "smtp_port",
             "smtp_security")  # fmt: skip

    made = MailSettings.from_mapping({name: given[name] for name in names})

    assert made.imap_host == provider.imap_host
    assert not provider.note or provider.name in providers.note(provider)
