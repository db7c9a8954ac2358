"""What no form of ours sends: a clear answer, and nothing lost."""

from __future__ import annotations

from datetime import datetime

import pytest

from comptoir.tickets.models import Draft, Message
from comptoir.web import health
from tests.web.conftest import LogIn
from tests.web.shop import Shop, open_ticket


@pytest.mark.parametrize("key", ["", "two words", "k\r\nBcc: everybody@example.org"])
def test_replies_without_a_sound_key_are_replies_of_their_own(
    shop: Shop, log_in: LogIn, present: datetime, key: str
) -> None:
    """Under one key the second would be taken for the first, and never leave."""
    browser = log_in(shop.ines)
    for buyer in ("Anna Berg", "Bruno Klein"):
        ticket = open_ticket(shop, shop.amazon_de, buyer=buyer, now=present, total=None)
        browser.post(f"/tickets/{ticket.pk}/reply", {"text": f"Dear {buyer}", "key": key})

    sent = Message.objects.filter(kind="reply").order_by("id")
    assert [message.new_text for message in sent] == ["Dear Anna Berg", "Dear Bruno Klein"]
    assert not [message for message in sent if "\n" in message.external_id]


@pytest.mark.parametrize("verb", ["reply", "note", "answered-elsewhere"])
def test_text_with_a_character_nobody_can_store_is_kept_without_it(
    shop: Shop, log_in: LogIn, present: datetime, verb: str
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    form = {"text": "Dear\0 Anna", "key": "k" * 32, "copied": "1"}
    log_in(shop.ines).post(f"/tickets/{ticket.pk}/{verb}", form)

    assert Message.objects.get(ticket=ticket, author="agent").new_text == "Dear Anna"


def test_draft_with_a_character_nobody_can_store_is_kept_without_it(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    log_in(shop.ines).post(f"/tickets/{ticket.pk}/draft", {"text": "Dear\0 Anna"})

    assert Draft.objects.get(ticket=ticket).text == "Dear Anna"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/?after=99999999999999999999_2026-01-01_1", 200),
        ("/?after=%00", 200),
        ("/changes?after=999999999999999999", 200),
        ("/changes?since=99999999999999999", 200),
        ("/tickets/99999999999999999999999999", 404),
        ("/settings/audit?kind=%00", 200),
        ("/settings/channels/trials/%00", 302),
        ("/settings/channels/connect?trial=%00", 200),
    ],
)
def test_address_nobody_would_type_is_answered_all_the_same(
    shop: Shop, log_in: LogIn, address: str, status: int
) -> None:
    assert log_in(shop.camille).get(address).status_code == status


def test_metrics_with_a_token_of_other_letters_are_refused(
    shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health.os, "environ", {"COMPTOIR_METRICS_TOKEN": "secret"})

    answer = log_in(shop.camille).get("/metrics", HTTP_AUTHORIZATION="Bearer é")

    assert answer.status_code == 403
