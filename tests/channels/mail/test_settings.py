"""Settings that cannot work are refused when they are made, by name; secrets are never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comptoir.channels.mail.connector import connect
from comptoir.channels.mail.settings import (
    Auth,
    MailSecrets,
    MailSettings,
    OAuthSecrets,
    Security,
    SettingsError,
    is_loopback,
)

GOOD: dict[str, Any] = {"imap_host": "mail.maison-perrin.example", "user": "bonjour"}
OAUTH = {
    "client_id": "comptoir",
    "client_secret": "geheim",
    "refresh_token": "consentement",
    "token_url": "https://login.example/token",
}


def test_settings_survive_json() -> None:
    settings = MailSettings(
        **GOOD,
        folders=("INBOX", "Büro"),
        smtp_host="smtp.maison-perrin.example",
        smtp_port=587,
        smtp_security=Security.STARTTLS,
        smtp_auth=Auth.OAUTH2,
        senders=("bonjour@maison-perrin.example",),
        watch=True,
    )

    stored = json.loads(json.dumps(settings.as_mapping()))

    assert MailSettings.from_mapping(stored) == settings


def test_settings_understand_what_a_form_sends() -> None:
    settings = MailSettings.from_mapping(
        {**GOOD, "imap_port": "143", "imap_security": "starttls", "folders": "INBOX"}
    )

    assert settings == MailSettings(**GOOD, imap_port=143, imap_security=Security.STARTTLS)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"imap_host": ""}, "imap_host"),
        ({"imap_host": "https://mail.example/"}, "imap_host"),
        ({"imap_host": "mail.example\r\nx"}, "imap_host"),
        ({"imap_port": 0}, "imap_port"),
        ({"imap_port": "viele"}, "imap_port"),
        ({"imap_security": "none"}, "imap_security"),
        ({"imap_security": "ssl"}, "imap_security"),
        ({"smtp_host": "smtp.example", "smtp_security": "none"}, "smtp_security"),
        ({"smtp_host": "smtp.example", "smtp_port": 70000}, "smtp_port"),
        ({"auth": "none"}, "auth"),
        ({"user": ""}, "user"),
        ({"user": "a\r\nb"}, "user"),
        ({"folders": []}, "folders"),
        ({"folders": ["INBOX", "a\r\nb"]}, "folders"),
        ({"senders": ["a@b\nc"]}, "senders"),
        ({"desk": "a\nb"}, "desk"),
        ({"idle_seconds": 1800}, "idle_seconds"),
        ({"passwort": "x"}, "passwort"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(SettingsError) as refused:
        MailSettings.from_mapping({**GOOD, **changes})

    assert (refused.value.field, refused.value.code) == (field, "settings_invalid")


@pytest.mark.parametrize("missing", ["imap_host", "user"])
def test_settings_that_are_missing_are_named(missing: str) -> None:
    with pytest.raises(SettingsError) as refused:
        MailSettings.from_mapping({key: value for key, value in GOOD.items() if key != missing})

    assert refused.value.field == missing


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost.evil.example", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
        ("mail.example", False),
    ],
)
def test_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_secrets_are_made_of_one_flat_mapping_and_never_shown() -> None:
    secrets = MailSecrets.from_mapping({"password": "mot", "smtp_password": "wort", **OAUTH})

    assert secrets == MailSecrets("mot", "wort", OAuthSecrets(**OAUTH))
    shown = repr(secrets)
    assert not [word for word in ("mot", "wort", "geheim", "consentement") if f"'{word}'" in shown]


@pytest.mark.parametrize("missing", ["client_id", "refresh_token", "token_url"])
def test_secrets_for_oauth_that_are_missing_are_named(missing: str) -> None:
    given = {key: value for key, value in OAUTH.items() if key != missing}

    with pytest.raises(SettingsError) as refused:
        MailSecrets.from_mapping(given)

    assert refused.value.field == missing


@pytest.mark.parametrize(
    "url", ["http://login.example/token", "ftp://x", "login.example", "https://"]
)
def test_a_token_address_in_the_clear_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        MailSecrets.from_mapping({**OAUTH, "token_url": url})

    assert refused.value.field == "token_url"


def test_connect_makes_a_connector_that_knows_what_it_can() -> None:
    reads = connect(GOOD, {"password": "mot"})
    sends = connect({**GOOD, "smtp_host": "smtp.example"}, {"password": "mot"})
    watches = connect({**GOOD, "smtp_host": "smtp.example", "watch": True}, {"password": "mot"})

    assert [c.capabilities.sends for c in (reads, sends, watches)] == [False, True, False]
    for connector in (reads, sends, watches):
        connector.close()
        connector.close()
