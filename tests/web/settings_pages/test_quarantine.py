"""Quarantine: seen, read again, never deleted."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.inbox.letters import direct
from tests.web.settings_pages.conftest import query_count
from tests.web.shop import Shop

from comptoir.inbox.own_mail import forget_addresses
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Channel, Route
from comptoir.storage import clock
from comptoir.storage.models import AuditEntry, RawItem
from comptoir.tickets.models import Message


@pytest.fixture(autouse=True)
def _forgotten_routes() -> None:
    forget_routes()
    forget_addresses()


def _put_aside(shop: Shop, content: bytes, number: int = 1) -> RawItem:
    return RawItem.objects.create(
        connection_id=shop.mailbox.pk, external_id=f"INBOX/1/{number}", content=content,
        stored_at=clock.now(), state=RawItem.State.QUARANTINED, error_code="not_readable",
        error_detail="ValueError: <odd>", attempt_count=1,
    )  # fmt: skip


def test_list_says_when_whence_why_and_how_large(shop: Shop, admin: Client) -> None:
    _put_aside(shop, b"x" * 2000)

    page = admin.get("/settings/quarantine").content.decode()

    for text in ("desk@maisonperrin.example", "The mail could not be understood.", "2 KB"):
        assert text in page


def test_list_asks_as_often_with_three_items_as_with_one(shop: Shop, admin: Client) -> None:
    _put_aside(shop, b"1", 1)
    with_one = query_count(admin, "/settings/quarantine")
    _put_aside(shop, b"2", 2)
    _put_aside(shop, b"3", 3)
    with_three = query_count(admin, "/settings/quarantine")

    assert with_three == with_one


def test_source_is_shown_escaped_and_cut(shop: Shop, admin: Client) -> None:
    item = _put_aside(shop, b"<script>alert(1)</script>\x00" + b"a" * 30_000)

    page = admin.get(f"/settings/quarantine/{item.pk}").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;␀" in page
    assert "The first 20 kB." in page
    assert page.count("a" * 1000) < 21


def test_download_gives_the_bytes_as_they_came(shop: Shop, admin: Client) -> None:
    content = b"Subject: \xff\r\n\r\n<b>"
    item = _put_aside(shop, content)

    response = admin.get(f"/settings/quarantine/{item.pk}/source")

    assert response.content == content
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == f'attachment; filename="mail-{item.pk}.eml"'


def test_retry_reads_what_can_be_read_now(shop: Shop, admin: Client) -> None:
    Route.objects.filter(channel=shop.own_shop).delete()
    catch_all = Channel.objects.create(
        marketplace="generic_email", name="Unassigned", short_name="?",
        brand=shop.own_shop.brand, time_zone="Europe/Paris", starts_at=shop.own_shop.starts_at,
        is_catch_all=True,
    )  # fmt: skip
    Route.objects.create(connection=shop.mailbox, channel=catch_all)
    raw = direct("Bonjour", at=clock.now(), message_id="a@courrier.example")
    one, two = _put_aside(shop, raw, 1), _put_aside(shop, raw.replace(b"<a@", b"<b@"), 2)

    first = admin.post(f"/settings/quarantine/{one.pk}/retry", follow=True).content.decode()
    second = admin.post("/settings/quarantine/retry", follow=True).content.decode()

    assert "It could be read, and is a message now." in first
    assert "1 mail could be read." in second
    states = RawItem.objects.filter(pk__in=[one.pk, two.pk]).values_list("state", flat=True)
    assert set(states) == {"done"}
    assert Message.objects.filter(channel=catch_all).count() == 2


def test_retry_of_what_still_fails_keeps_it(shop: Shop, admin: Client) -> None:
    Route.objects.all().delete()
    raw = direct("Bonjour", at=clock.now(), message_id="a@courrier.example")
    item = _put_aside(shop, raw)

    said = admin.post(f"/settings/quarantine/{item.pk}/retry", follow=True).content.decode()
    item.refresh_from_db()

    assert "It still cannot be read." in said
    assert (item.state, item.attempt_count, bytes(item.content)) == ("quarantined", 2, raw)
    entry = AuditEntry.objects.get(action="quarantine.retry")
    assert (entry.subject_id, entry.person_name) == (item.pk, "Camille Perrin")
