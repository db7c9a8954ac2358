"""How the composer answers: by the API of the conversation, or with a task for the portal."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec
import pytest

from comptoir.channels.kernel import catalogue
from comptoir.channels.kernel.card import Reply
from comptoir.merchant.models import Channel, Connection, Route
from comptoir.tickets.models import Draft, Fact, Message, Outbox, Ticket
from tests.web.conftest import LogIn
from tests.web.shop import Shop, open_ticket, say

REPLY = Reply(
    text_chars_max=1234, attachments_max=2, attachment_types=("pdf", "png"),
    parties=("buyer", "operator", "both"), begins=True, closes=True,
)  # fmt: skip


@pytest.fixture
def account(shop: Shop, present: datetime, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """An account of the template's that serves Fnac here, which takes no answers by mail."""
    made = msgspec.structs.replace(
        catalogue.cards()["template"], reply=REPLY, portal="https://fnac.example/orders/{order}"
    )
    monkeypatch.setattr(catalogue, "cards", lambda: {"template": made})
    Channel.objects.filter(pk=shop.ebay_fr.pk).update(marketplace="fnac", name="Fnac – Perrin")
    Route.objects.filter(channel=shop.ebay_fr).delete()
    row: Connection = Connection.objects.create(
        kind="template", name="Fnac", created_at=present, settings={"base_url": "https://x.example"}
    )
    Route.objects.create(connection=row, channel=shop.ebay_fr)
    return row


@pytest.fixture
def ticket(shop: Shop, account: Connection, present: datetime) -> Ticket:
    del account
    shop.ebay_fr.refresh_from_db()
    made = open_ticket(shop, shop.ebay_fr, now=present)
    Ticket.objects.filter(pk=made.pk).update(reply_address="", order_number="F-77")
    return made


def told(ticket: Ticket, **links: str) -> None:
    """Have the buyer's message come by the API."""
    Message.objects.filter(ticket=ticket).update(links={"thread": "t1", **links})


def test_conversation_of_an_api_is_answered_there_within_what_its_card_says(
    ticket: Ticket, shop: Shop, log_in: LogIn
) -> None:
    told(ticket)

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}").content.decode()

    assert "Send to buyer via Fnac, then next" in page
    assert 'data-text-max="1234"' in page
    assert 'data-files-max="2"' in page
    assert 'data-endings=".pdf,.png"' in page
    assert re.findall(r'<option value="(buyer|operator|both)"', page) == [
        "buyer", "operator", "both",
    ]  # fmt: skip
    assert "by the marketplace's API" in page or "by the marketplace&#39;s API" in page


def test_reply_by_the_api_goes_to_whom_it_is_meant_for(
    ticket: Ticket, shop: Shop, log_in: LogIn
) -> None:
    told(ticket)

    log_in(shop.camille).post(
        f"/tickets/{ticket.pk}/reply", {"text": "Bonjour", "key": "k" * 32, "to": "operator"}
    )

    outbox = Outbox.objects.get()
    assert outbox.envelope["thread_id"] == "t1"
    assert outbox.message.to_party == "operator"


def test_text_longer_than_the_card_allows_is_refused(
    ticket: Ticket, shop: Shop, log_in: LogIn
) -> None:
    told(ticket)

    log_in(shop.camille).post(
        f"/tickets/{ticket.pk}/reply", {"text": "x" * 1300, "key": "k" * 32, "to": "buyer"}
    )

    assert not Outbox.objects.exists()


def test_conversation_that_takes_no_answer_any_more_says_since_when(
    ticket: Ticket, shop: Shop, present: datetime, log_in: LogIn
) -> None:
    told(ticket, answer_until=(present - timedelta(minutes=1)).isoformat())

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}").content.decode()

    assert "Fnac takes no answer in this conversation any more" in page
    assert 'data-send="reply"' not in page


def test_portal_task_gives_text_to_copy_and_the_page_there_and_stays_open(
    ticket: Ticket, shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = catalogue.cards()["template"]
    ways = msgspec.structs.replace(card.ways, replies_out="portal")
    portal = msgspec.structs.replace(card, ways=ways)
    monkeypatch.setattr(catalogue, "cards", lambda: {"template": portal})
    browser = log_in(shop.camille)
    page = browser.get(f"/tickets/{ticket.pk}").content.decode()
    ticket.refresh_from_db()

    assert "data-copies-answer" in page
    assert 'href="https://fnac.example/orders/F-77"' in page
    assert "I answered at Fnac, then next" in page
    assert ticket.oldest_unanswered_at is not None

    told_so = {"text": "Voilà", "key": "k" * 32, "copied": "1"}
    browser.post(f"/tickets/{ticket.pk}/answered-elsewhere", told_so)
    ticket.refresh_from_db()

    assert ticket.oldest_unanswered_at is None
    assert Message.objects.get(ticket=ticket, author="agent").seen_elsewhere


def test_answer_held_since_it_was_copied_nowhere_is_a_draft_and_recorded_twice_is_one(
    ticket: Ticket, shop: Shop, log_in: LogIn
) -> None:
    browser, address = log_in(shop.camille), f"/tickets/{ticket.pk}/answered-elsewhere"
    form = {"text": "Voilà", "key": "k" * 32}

    browser.post(address, form)
    assert list(Draft.objects.values_list("text", flat=True)) == ["Voilà"]
    for more in ({"anyway": "there"}, {}):
        browser.post(address, {**form, **more})

    assert Message.objects.filter(ticket=ticket, author="agent", state="accepted").count() == 1
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("kind", "data", "reader"),
    [
        ("case_opened", {}, "buyer"),
        ("marketplace_message", {"asks_us": False}, "buyer"),
        ("marketplace_message", {"asks_us": True}, "operator"),
    ],
)
def test_answer_goes_to_whoever_asked_last_and_a_claim_is_no_question(
    ticket: Ticket,
    shop: Shop,
    present: datetime,
    log_in: LogIn,
    kind: str,
    data: dict[str, bool],
    reader: str,
) -> None:
    told(ticket)
    said = say(ticket, "A claim was opened.", at=present, author="marketplace", kind="claim")
    Fact.objects.filter(message=said).update(kind=kind, data={"id": str(said.pk), **data})

    page = log_in(shop.camille).get(f"/tickets/{ticket.pk}").content.decode()

    assert f'<option value="{reader}" selected' in page
