"""Connecting a mailbox: nothing stored before the verdict, no secret in any page or session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.inbox.letters import amazon, direct
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.smtpsink import SmtpSink
from tests.web.settings_pages.conftest import entered, until_over
from tests.web.shop import Shop

from comptoir.inbox import trials
from comptoir.inbox.trials import NoSuchTrial, Purpose
from comptoir.merchant.models import Channel, Connection
from comptoir.storage import clock
from comptoir.storage.models import Setting

CONNECT = "/settings/channels/connect"
VALUES = {"imap_host": "imap.maisonperrin.example", "user": "info@maisonperrin.example"}
SECRETS = {"password": "le-bon-mot-de-passe"}


@pytest.fixture
def account(dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink) -> dict[str, Any]:
    """What is typed for Maison Perrin's mailbox on the test servers."""
    smtp_sink.passwords[perrin.name] = perrin.password
    return {
        "user": perrin.name, "auth": "password", "password": perrin.password,
        "imap_host": dovecot.host, "imap_port": dovecot.port, "imap_security": "none",
        "folders": "INBOX", "smtp_host": smtp_sink.host, "smtp_port": smtp_sink.port,
        "smtp_security": "none", "senders": perrin.name, "smtp_auth": "same",
    }  # fmt: skip


def _trial(shop: Shop, **more: Any) -> str:
    return trials.begin(
        Purpose.CONNECT, "mail", "info", dict(VALUES), dict(SECRETS),
        by=shop.camille, now=clock.now(), **more,
    )  # fmt: skip


def test_address_leads_to_suggested_servers(admin: Client) -> None:
    page = admin.get(CONNECT, {"email": "camille@gmail.com"}).content.decode()
    other = admin.get(CONNECT, {"email": "a@b.example", "provider": "microsoft"}).content.decode()
    wrong = admin.get(CONNECT, {"email": "camille"})

    assert 'value="imap.gmail.com"' in page
    assert "wants an app password" in page
    assert 'value="outlook.office365.com"' in other
    assert '<option value="oauth2" selected>' in other
    assert wrong.status_code == 422


def test_trial_is_sealed_and_belongs_to_who_began_it(shop: Shop, admin: Client) -> None:
    key = _trial(shop)
    shop.jonas.role = "admin"
    shop.jonas.save()

    row = Setting.objects.get(key=f"trial:{key}")
    mine = admin.get(f"/settings/channels/trials/{key}")
    theirs = entered(shop.jonas).get(f"/settings/channels/trials/{key}")

    assert "le-bon-mot-de-passe" not in str(row.value)
    assert "info@maisonperrin.example" not in str(row.value)
    assert mine.status_code == 200
    assert theirs["Location"] == "/settings/channels"


def test_trial_is_over_after_its_hour_and_is_forgotten(shop: Shop) -> None:
    now = clock.now()
    key = _trial(shop)

    with pytest.raises(NoSuchTrial):
        trials.find(key, by=shop.camille, now=now + timedelta(minutes=61))
    assert trials.forget_old(now=now + timedelta(minutes=59)) == 0
    assert trials.forget_old(now=now + timedelta(minutes=61)) == 1


def test_trial_is_taken_once(shop: Shop) -> None:
    key = _trial(shop)

    taken = trials.take(key, by=shop.camille, now=clock.now())

    assert (taken.values, taken.secrets) == (VALUES, SECRETS)
    assert "le-bon-mot-de-passe" not in repr(taken)
    with pytest.raises(NoSuchTrial):
        trials.take(key, by=shop.camille, now=clock.now())


def test_progress_of_a_process_that_died_offers_to_try_again(shop: Shop, admin: Client) -> None:
    key = _trial(shop)
    row = Setting.objects.get(key=f"trial:{key}")
    row.value["progress"]["told_at"] = (clock.now() - timedelta(minutes=2)).isoformat()
    row.save()

    page = admin.get(f"/settings/channels/trials/{key}/progress").content.decode()

    assert "Nothing was heard for a while" in page
    assert "hx-get" not in page


def test_mailbox_that_is_connected_already_is_refused(shop: Shop, admin: Client) -> None:
    shop.mailbox.settings = VALUES | {"folders": ["INBOX"]}
    shop.mailbox.save()
    sent = {"user": VALUES["user"], "auth": "password", "password": "x",
            "imap_host": VALUES["imap_host"], "imap_port": 993, "imap_security": "tls",
            "folders": "INBOX", "smtp_port": 465, "smtp_security": "tls",
            "smtp_auth": "same"}  # fmt: skip

    same = admin.post(CONNECT, sent)

    assert same.status_code == 422
    assert "This mailbox is connected already." in same.content.decode()


@pytest.mark.mailserver
@pytest.mark.django_db(transaction=True)
def test_verdict_comes_before_anything_is_stored_then_channels_are_confirmed(
    shop: Shop, admin: Client, account: dict[str, Any], dovecot: Dovecot, perrin: MailUser
) -> None:
    at = clock.now() - timedelta(hours=1)
    for number in range(3):
        dovecot.deliver(perrin, amazon(at=at, message_id=f"{number}@x.example"))
    dovecot.deliver(perrin, direct("Bonjour", at=at, message_id="d@x.example"))
    dovecot.deliver(perrin, b"\x00\x01\x02")

    begun = admin.post(CONNECT, account)
    until_over(begun["Location"].rpartition("/")[2])
    page = admin.get(begun["Location"]).content.decode()
    stored_before = Connection.objects.count(), Channel.objects.count()
    more = admin.post(f"{begun['Location']}/confirm", _confirmed(add="1")).content.decode()
    done = admin.post(f"{begun['Location']}/confirm", _confirmed())
    again = admin.post(f"{begun['Location']}/confirm", _confirmed())

    assert "5 mails: Amazon.de 3, E-mail 1, unknown 1" in " ".join(page.split())
    assert stored_before == (1, 3)
    assert 'name="c2-marketplace"' in more
    row = Connection.objects.get(name=perrin.name)
    assert done["Location"] == f"/settings/connections/{row.pk}?expected=5"
    assert again["Location"] == "/settings/channels"
    assert Connection.objects.count() == 2
    channels = Channel.objects.filter(routes__connection=row).order_by("id")
    assert [(c.name, c.country, c.locale, c.is_watched_only, c.is_catch_all) for c in channels] == [
        ("Amazon.de – Fjordlys", "DE", "de", True, False),
        (f"Unassigned · {perrin.name}", "", "en", True, True),
    ]
    said = [session.get_decoded() for session in Session.objects.all()]
    assert perrin.password not in page + more + str(said)
    assert not Setting.objects.filter(key__startswith="trial:").exists()


def _confirmed(**more: str) -> dict[str, str]:
    """Confirm Amazon.de under another name, to be watched, and leave the direct mail out."""
    return {
        "count": "2", "starts_on": "2026-11-20", "watch": "1",
        "c0-is_wanted": "on", "c0-marketplace": "amazon", "c0-country": "DE",
        "c0-name": "Amazon.de – Fjordlys", "c0-brand": "Fjordlys",
        "c1-marketplace": "generic_email", "c1-name": "", "c1-brand": "",
        **more,
    }  # fmt: skip


@pytest.mark.mailserver
@pytest.mark.django_db(transaction=True)
def test_wrong_password_is_told_and_corrected_without_typing_all_again(
    shop: Shop, admin: Client, account: dict[str, Any], perrin: MailUser
) -> None:
    begun = admin.post(CONNECT, account | {"password": "le-faux"})
    key = begun["Location"].rpartition("/")[2]
    until_over(key)
    refused = admin.get(begun["Location"]).content.decode()
    form = admin.get(f"{CONNECT}?trial={key}").content.decode()
    second = admin.post(CONNECT, account | {"trial": key})
    until_over(second["Location"].rpartition("/")[2])
    page = admin.get(second["Location"]).content.decode()

    assert refused.count("The server does not accept user name and password.") == 2
    assert "Change what I typed" in refused
    assert "le-faux" not in form
    assert f'value="{perrin.name}"' in form
    assert page.count("part--good") == 2


@pytest.mark.mailserver
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"folders": "INBOX\nArchiv"}, "There is no such folder in the mailbox."),
        ({"imap_port": 1}, "The server refuses connections on this port."),
        ({"imap_host": "localhost", "imap_security": "tls"}, "The server does not speak TLS"),
    ],
)
def test_each_failure_of_reading_says_what_to_do(
    changes: dict[str, Any], said: str, shop: Shop, admin: Client, account: dict[str, Any]
) -> None:
    begun = admin.post(CONNECT, account | changes)
    until_over(begun["Location"].rpartition("/")[2])

    assert said in admin.get(begun["Location"]).content.decode()


@pytest.mark.mailserver
@pytest.mark.django_db(transaction=True)
def test_sender_that_is_not_ours_is_told_and_reading_goes_on(
    shop: Shop, admin: Client, account: dict[str, Any], smtp_sink: SmtpSink
) -> None:
    smtp_sink.script.sender = "553 5.7.1 not owned by user"

    begun = admin.post(CONNECT, account)
    until_over(begun["Location"].rpartition("/")[2])
    page = admin.get(begun["Location"]).content.decode()

    assert "This account may not write from the sender address." in page
    assert "Answers cannot be sent yet." in page
    assert "Connect and begin reading" in page
