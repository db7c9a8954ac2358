"""Mailboxes that do not work: said where people look, with what to do, and over by themselves."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.conf import settings

from comptoir.merchant.models import Connection
from comptoir.storage.models import Change
from comptoir.storage.secrets import seal
from comptoir.tickets.models import Message
from tests.journeys.hard_mail import mail
from tests.journeys.mail_desk import command, connect, until, worker
from tests.mailservers.certificates import EXPIRED
from tests.mailservers.dovecot import Dovecot, MailUser, running_dovecot

pytestmark = [pytest.mark.mailserver, pytest.mark.django_db(transaction=True)]


def codes() -> dict[str, str]:
    rows = Connection.objects.filter(failing_since__isnull=False)
    return dict(rows.values_list("name", "error_code"))


def named(row: Connection, name: str) -> Connection:
    row.name = name
    row.save()
    return row


def test_each_trouble_is_told_with_its_code_and_ends_when_it_is_mended(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    users = [dovecot.add_user() for _ in range(3)]
    shop = {"channels": [("shopify", "maison-perrin.example", "FR")]}
    with running_dovecot() as elsewhere:
        moved = elsewhere.add_user()
        password = named(connect(dovecot, users[0], **shop), "password")
        password.sealed_secrets = seal({"password": "forgotten"}, settings.MASTER_KEYS)
        password.save()
        certificate = connect(
            dovecot, users[1], imap_host=EXPIRED, imap_port=dovecot.tls_port, imap_security="tls",
            **shop,
        )  # fmt: skip
        named(certificate, "certificate")
        dovecot.deliver(users[2], mail(b"Message-ID: <inbox@x.example>\r\n"))
        named(connect(dovecot, users[2], folders=["INBOX", "Amazon"], **shop), "folder")
        named(connect(elsewhere, moved, **shop), "server")
        elsewhere.stop()

        with worker(tmp_path / "desk"):
            until(lambda: len(codes()) == 4, 30)
            assert codes() == {
                "password": "auth_failed",
                "certificate": "certificate_expired",
                "folder": "folder_missing",
                "server": "unreachable",
            }
            assert "" not in set(Connection.objects.values_list("error_detail", flat=True))
            until(lambda: Message.objects.count() == 1, 20)  # the other folder is read all the same
            changes = Change.objects.filter(kind="connection").values_list("data__state", flat=True)
            assert set(changes) == set(codes().values())

            status, said = command(tmp_path / "desk", "check")
            assert status == 1
            lines = [line for line in said.splitlines() if line.startswith("FAIL connection")]
            assert len(lines) == 4
            status, said = command(tmp_path / "desk", "channel", "check", str(password.pk))
            assert (status, said.count("auth_failed")) == (1, 1)

            elsewhere.start()
            dovecot.deliver(users[2], mail(b"Message-ID: <amazon@x.example>\r\n"), "Amazon")
            password.sealed_secrets = seal({"password": users[0].password}, settings.MASTER_KEYS)
            password.save(update_fields=["sealed_secrets"])
            values = {"imap_host": dovecot.host, "imap_port": dovecot.port, "imap_security": "none"}
            certificate.settings |= values
            certificate.save(update_fields=["settings"])
            until(lambda: codes() == {}, 45)
        assert Message.objects.count() == 2
        status, said = command(tmp_path / "desk", "channel", "check")
        assert (status, said.count("ok ")) == (0, 4)


def test_a_wrong_password_is_not_tried_again_each_minute(
    dovecot: Dovecot, perrin: MailUser, tmp_path: Path
) -> None:
    """Providers lock accounts for less."""
    row = connect(dovecot, perrin)
    row.sealed_secrets = seal({"password": "forgotten"}, settings.MASTER_KEYS)
    row.save()
    log = dovecot.folder / "dovecot.log"
    with worker(tmp_path / "desk"):
        until(lambda: codes() != {}, 30)
        before = log.read_text().count(f"user=<{perrin.name}>")
        time.sleep(5)

    assert log.read_text().count(f"user=<{perrin.name}>") == before
