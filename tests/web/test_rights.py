"""Every address of a ticket, found by walking: nobody gets further than their rights."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from comptoir.storage.files import keep
from comptoir.storage.models import AuditEntry
from comptoir.tickets.models import Joining, Message, MessageFile, Ticket
from comptoir.web.urls import orders, tickets
from tests.web.conftest import LogIn
from tests.web.shop import Shop, open_ticket

PATTERNS = [*tickets.urlpatterns, *orders.urlpatterns]
ADDRESSES = {str(pattern.name): str(pattern.pattern) for pattern in PATTERNS}
NAMES = sorted(ADDRESSES)
SHOWING = frozenset(
    {
        "ticket",
        "original",
        "file",
        "find_orders",
        "mergeable",
        "same_person",
        "outreach",
        "all_files",
        "read_draft",
        "draft_file",
    }
)


@pytest.fixture
def hidden(shop: Shop, present: datetime) -> Ticket:
    """A ticket of a channel that Inès' team does not have."""
    return open_ticket(shop, shop.own_shop, now=present)


def address(name: str, ticket: Ticket) -> str:
    pattern = ADDRESSES[name]
    message = Message.objects.get(ticket=ticket)
    file = MessageFile.objects.create(
        message=message,
        file=keep(b"x", now=message.stored_at),
        name="x.txt",
        content_type="text/plain",
    )
    joining = Joining.objects.create(
        kind="merge", source=ticket, target=ticket, moved={}, made_at=message.stored_at
    )
    for part, number in (
        ("ticket", ticket.pk),
        ("message", message.pk),
        ("file", file.pk),
        ("joining", joining.pk),
        ("outreach", 1),
        ("change", 1),
    ):
        pattern = pattern.replace(f"<int:{part}_id>", str(number))
    return f"/{pattern}"


@pytest.mark.parametrize("name", NAMES)
def test_ticket_of_a_hidden_channel_does_not_exist(
    name: str, hidden: Ticket, shop: Shop, log_in: LogIn
) -> None:
    browser, place = log_in(shop.ines), address(name, hidden)

    form = {"text": "x", "key": "k" * 32, "reason": "x", "tier": "1", "on": "buyer", "tag": "x"}
    answer = browser.get(place) if name in SHOWING else browser.post(place, form)

    assert answer.status_code == 404
    assert not AuditEntry.objects.filter(action__startswith="ticket.").exists()


@pytest.mark.parametrize("name", NAMES)
def test_visitor_is_led_to_the_log_in(name: str, hidden: Ticket) -> None:
    place = address(name, hidden)

    answer = Client().get(place) if name in SHOWING else Client().post(place)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("name", sorted(set(NAMES) - SHOWING))
def test_verb_needs_the_token_of_a_form_of_ours(name: str, hidden: Ticket, shop: Shop) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(shop.camille, "allauth.account.auth_backends.AuthenticationBackend")

    answer = browser.post(address(name, hidden), {"text": "x"})

    assert answer.status_code == 403


@pytest.mark.parametrize("name", sorted(set(NAMES) - SHOWING))
def test_reader_changes_nothing(name: str, hidden: Ticket, shop: Shop, log_in: LogIn) -> None:
    form = {"text": "x", "key": "k" * 32, "reason": "x", "tier": "1", "on": "buyer", "tag": "x"}

    log_in(shop.noah).post(address(name, hidden), form)

    assert not AuditEntry.objects.filter(action__startswith="ticket.").exists()
    assert Message.objects.filter(ticket=hidden).count() == 1
