"""Connections: health told, changed after a trial, paused; credentials never shown."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.letters import reading, sending
from tests.mailservers.smtpsink import SmtpSink
from tests.web.settings_pages.conftest import query_count, until_over
from tests.web.shop import Shop

from comptoir.merchant.models import Connection
from comptoir.storage import clock
from comptoir.storage.models import RawItem, Setting
from comptoir.storage.secrets import seal, unseal

ADDRESS = "/settings/connections"


def _sealed(password: str) -> bytes:
    return seal({"password": password}, django_settings.MASTER_KEYS)


@pytest.fixture
def stored(shop: Shop) -> Connection:
    """The shop's mailbox with settings and a password."""
    row = shop.mailbox
    row.settings = {"imap_host": "imap.maisonperrin.example", "user": "desk@maisonperrin.example",
                    "smtp_host": "smtp.maisonperrin.example"}  # fmt: skip
    row.sealed_secrets = _sealed("le-bon-mot-de-passe")
    row.last_pull_at = clock.now() - timedelta(minutes=2)
    row.save()
    return row


def _form(row: Connection, **changes: Any) -> dict[str, Any]:
    plain = {
        "user": row.settings["user"], "auth": "password", "password": "",
        "imap_host": row.settings["imap_host"], "imap_port": "993", "imap_security": "tls",
        "folders": "INBOX", "smtp_host": row.settings.get("smtp_host", ""), "smtp_port": "465",
        "smtp_security": "tls", "senders": "", "smtp_auth": "same",
    }  # fmt: skip
    return plain | changes


def test_connection_tells_when_it_was_read_and_that_it_works(
    stored: Connection, admin: Client
) -> None:
    page = admin.get(f"{ADDRESS}/{stored.pk}").content.decode()

    for text in ("2 min ago", "Works", "stored encrypted, readable", "imap.maisonperrin.example"):
        assert text in page
    assert "le-bon-mot-de-passe" not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"error_code": "certificate_expired"}, "The server&#39;s certificate has expired."),
        ({"error_code": "something_new"}, "The server could not be used (something_new)."),
        ({"error_code": "auth_failed"}, "Type new credentials"),
    ],
)
def test_failing_connection_says_why_and_what_to_do(
    changes: dict[str, str], said: str, stored: Connection, admin: Client
) -> None:
    Connection.objects.filter(pk=stored.pk).update(failing_since=clock.now(), **changes)

    page = admin.get(f"{ADDRESS}/{stored.pk}").content.decode()

    assert "Not working since" in page
    assert said in page


def test_connection_under_another_master_key_says_so(stored: Connection, admin: Client) -> None:
    Connection.objects.filter(pk=stored.pk).update(sealed_secrets=b"sealed under another key")

    page = html.unescape(admin.get(ADDRESS).content.decode())

    assert "unreadable" in page
    assert "The stored credentials do not fit this installation's master key." in page


def test_reading_counts_what_came_and_what_waits(stored: Connection, admin: Client) -> None:
    for number, state in enumerate(("done", "done", "new")):
        RawItem.objects.create(
            connection_id=stored.pk, external_id=str(number), content=b"", state=state,
            stored_at=clock.now(),
        )  # fmt: skip

    page = admin.get(f"{ADDRESS}/{stored.pk}/reading?expected=412").content.decode()

    assert "2 mails read so far" in page
    assert "of about 412" in page
    assert "1 wait to be understood" in page


def test_list_asks_as_often_with_three_connections_as_with_one(
    stored: Connection, admin: Client
) -> None:
    with_one = query_count(admin, ADDRESS)
    for number in range(2):
        Connection.objects.create(kind="mail", name=f"box {number}", created_at=clock.now())

    assert query_count(admin, ADDRESS) == with_one


def test_connection_is_paused_and_read_again(stored: Connection, admin: Client) -> None:
    admin.post(f"{ADDRESS}/{stored.pk}/pause")
    paused = Connection.objects.get(pk=stored.pk).state
    admin.post(f"{ADDRESS}/{stored.pk}/resume")

    assert (paused, Connection.objects.get(pk=stored.pk).state) == ("paused", "active")


def test_change_page_holds_no_secret(stored: Connection, admin: Client) -> None:
    page = admin.get(f"{ADDRESS}/{stored.pk}/change").content.decode()

    assert "imap.maisonperrin.example" in page
    assert "le-bon-mot-de-passe" not in page
    assert "Leave it empty to keep the one that is there." in page


def test_stored_password_goes_to_no_other_server(stored: Connection, admin: Client) -> None:
    sent = _form(stored, imap_host="imap.somebody-else.example")
    response = admin.post(f"{ADDRESS}/{stored.pk}/change", sent)

    assert response.status_code == 422
    assert "The server is another one: type it again." in response.content.decode()
    assert not Setting.objects.filter(key__startswith="trial:").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"imap_host": "imap host", "password": "x"}, "Enter the server&#39;s name alone"),
        ({"imap_security": "none", "password": "x"}, "Unencrypted connections are for this"),
        ({"imap_port": "70000"}, "less than or equal to 65535"),
        ({"folders": " \n "}, "required"),
        ({"auth": "oauth2"}, "OAuth 2 is chosen"),
        ({"auth": "oauth2", "client_id": "a", "refresh_token": "b", "token_url": "http://x.example"},
         "must begin with https"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_at_their_field(
    changes: dict[str, str], said: str, stored: Connection, admin: Client
) -> None:
    response = admin.post(f"{ADDRESS}/{stored.pk}/change", _form(stored, **changes))

    assert response.status_code == 422
    assert said in response.content.decode()


@pytest.mark.mailserver
@pytest.mark.django_db(transaction=True)
def test_change_is_tried_then_stored_with_the_password_that_was_there(
    shop: Shop, admin: Client, dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink
) -> None:
    smtp_sink.passwords[perrin.name] = perrin.password
    before = reading(dovecot, perrin, **sending(smtp_sink)).as_mapping()
    row = Connection.objects.create(
        kind="mail", name="a", created_at=clock.now(), settings=before,
        sealed_secrets=_sealed(perrin.password), failing_since=clock.now(),
    )  # fmt: skip
    sent = _form(
        row, imap_port=dovecot.port, imap_security="none", smtp_port=smtp_sink.port,
        smtp_security="none", senders=perrin.name,
        ca_certificates=dovecot.certificates.signer,
    )  # fmt: skip

    begun = admin.post(f"{ADDRESS}/{row.pk}/change", sent)
    told = until_over(begun["Location"].rpartition("/")[2])
    page = admin.get(begun["Location"]).content.decode()
    admin.post(f"{begun['Location']}/store")
    row.refresh_from_db()

    assert (told["reading"], told["sending"]) == (
        {"code": "", "detail": "", "field": ""},
        {"code": "", "detail": "", "field": ""},
    )
    assert perrin.password not in page
    assert row.settings["senders"] == [perrin.name]
    assert row.settings["timeout_seconds"] == 10.0
    assert unseal(bytes(row.sealed_secrets), django_settings.MASTER_KEYS) == {
        "password": perrin.password
    }
    assert row.failing_since is None


@pytest.mark.mailserver
@pytest.mark.django_db(transaction=True)
def test_check_now_tells_reading_and_sending_apart(
    shop: Shop, admin: Client, dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink
) -> None:
    row = Connection.objects.create(
        kind="mail", name="a", created_at=clock.now(),
        settings=reading(dovecot, perrin, **sending(smtp_sink)).as_mapping(),
        sealed_secrets=_sealed(perrin.password),
    )  # fmt: skip

    begun = admin.post(f"{ADDRESS}/{row.pk}/check")
    until_over(begun["Location"].rpartition("/")[2])
    page = admin.get(begun["Location"]).content.decode()

    assert page.count("part--good") == 1
    assert page.count("part--bad") == 1
    assert "The server does not accept user name and password." in page
    assert 'value="store"' not in page
