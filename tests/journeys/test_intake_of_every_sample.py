"""One mailbox, many channels: every invented sample from the server to its ticket, by the table."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from comptoir.storage.models import RawItem
from comptoir.tickets.models import Fact, Message, Outbox, Ticket
from tests.journeys.mail_desk import connect, pull_and_read, wrong_clocks
from tests.mailservers.dovecot import Dovecot

pytestmark = [pytest.mark.mailserver, pytest.mark.django_db(transaction=True)]

SAMPLES = Path(__file__).parents[1] / "channels" / "mail" / "samples"
OWN = "kundenservice@maison-perrin.example"
MONDAY = datetime(2026, 3, 2, 8, 14, tzinfo=UTC)
CATCH_ALL = f"Unassigned · {OWN}"
CHANNELS = [
    *(
        ("amazon", f"Amazon {country}", country)
        for country in ["DE", "FR", "IT", "ES", "GB", "US", "BE", "BR"]
    ),
    ("ebay", "eBay DE", "DE"),
    ("walmart", "Walmart US", "US"),
    ("darty", "Darty FR", "FR"),
    ("cdiscount", "Cdiscount FR", "FR"),
    ("manomano", "ManoMano FR", "FR"),
    ("bol", "bol NL", "NL"),
    ("kaufland", "Kaufland DE", "DE"),
    ("tiktok_shop", "TikTok US", "US"),
    ("prestashop", "maison-perrin.example", "FR"),
]
ONE_CHANNEL = {
    "ebay": "eBay DE", "walmart": "Walmart US", "mirakl": "Darty FR", "cdiscount": "Cdiscount FR",
    "manomano": "ManoMano FR", "bol": "bol NL", "kaufland": "Kaufland DE",
    "tiktok_shop": "TikTok US", "prestashop": "maison-perrin.example",
    "generic_email": "maison-perrin.example",
}  # fmt: skip
COUNTRY_NOT_SOLD_IN = {"ebay_username_alias"}
"""eBay.co.uk, where the shop does not sell: unknown rather than wrong."""
FACT_OF = {
    "buyer_message": "buyer_message", "reply_copy": "agent_reply", "claim": "case_opened",
    "return_request": "return_requested", "cancellation": "buyer_message",
    "auto_reply": "auto_reply", "bounce": "bounce", "marketing": "marketing",
    "notification": "marketplace_message", "unknown": "buyer_message",
}  # fmt: skip


@pytest.fixture
def read_all(dovecot: Dovecot) -> None:
    user = dovecot.add_user(OWN)
    for number, path in enumerate(sorted(SAMPLES.glob("*.eml"))):
        at = MONDAY + timedelta(minutes=1, seconds=number)
        dovecot.deliver(user, path.read_bytes(), received_at=at)
    row = connect(dovecot, user, channels=CHANNELS, starts_at=MONDAY - timedelta(days=7))
    pull_and_read(row)


def table() -> dict[str, tuple[str, str]]:
    """Give channel and kind of each sample as `expected.json` and the channels above want them."""
    wanted = {}
    for name, said in json.loads((SAMPLES / "expected.json").read_text()).items():
        marketplace = said["marketplace"]
        channel = ONE_CHANNEL.get(marketplace, CATCH_ALL)
        if marketplace == "amazon":
            channel = f"Amazon {message_country(name)}"
        if name in COUNTRY_NOT_SOLD_IN:
            channel = CATCH_ALL
        wanted[name] = (channel, said["kind"])
    return wanted


def message_country(name: str) -> str:
    """Give the storefront of an Amazon sample, which its file says by alias, sender or name."""
    told = json.loads((SAMPLES / "expected.json").read_text())[name].get("country")
    return (
        told
        or {
            "amazon_reply_copy": "DE",
            "amazon_reply_copy_no_header": "GB",
            "amazon_claim_header_unlisted_sender": "IT",
        }[name]
    )


@pytest.mark.usefixtures("read_all")
def test_every_sample_lands_on_its_channel_as_what_it_is() -> None:
    rows = Message.objects.values_list("raw_item__content", "ticket__channel__name", "kind")
    names = {path.read_bytes(): path.stem for path in SAMPLES.glob("*.eml")}
    names = {as_served(raw): name for raw, name in names.items()}
    found = {names[as_served(bytes(raw))]: (channel, kind) for raw, channel, kind in rows}

    assert RawItem.objects.exclude(state="done").count() == 0
    assert found == table()


@pytest.mark.usefixtures("read_all")
def test_every_sample_makes_the_fact_of_its_kind_and_the_right_clocks() -> None:
    made = set(Fact.objects.values_list("message__kind", "kind"))
    extra = {
        ("claim", "case_answered"),  # decided by the marketplace
        ("notification", "buyer_message"),  # a notice of a message, which must be answered
        ("reply_copy", "status"),
    }

    assert made - extra == set(FACT_OF.items())
    assert wrong_clocks() == []
    asked = Ticket.objects.get(order_number="405-7654321-1234567")
    assert asked.channel.name == "Amazon FR"
    assert asked.oldest_unanswered_at is None  # our own copy to the relay answered it
    waits = Ticket.objects.get(order_number="171-1112223-3334450")
    assert (waits.channel.name, waits.queue_tier is not None) == ("Amazon ES", True)
    claims = Ticket.objects.filter(messages__kind="claim", messages__tier=0)
    assert set(claims.values_list("queue_tier", flat=True)) == {0}


@pytest.mark.usefixtures("read_all")
def test_nothing_is_answered_by_itself_and_automatic_mail_asks_nothing() -> None:
    assert Outbox.objects.count() == 0
    silent = Ticket.objects.filter(messages__kind__in=["auto_reply", "marketing"])
    alone = silent.exclude(messages__author="buyer")
    assert set(alone.values_list("queue_tier", flat=True)) == {None}
    assert set(
        Message.objects.filter(kind="auto_reply").values_list("author", flat=True)
    ) == {"automation"}  # fmt: skip


def test_mail_from_before_the_start_is_closed_history_and_a_new_letter_opens_it(
    dovecot: Dovecot,
) -> None:
    user = dovecot.add_user()
    raw = (SAMPLES / "amazon_de_order_question.eml").read_bytes()
    dovecot.deliver(user, raw, received_at=MONDAY)
    row = connect(dovecot, user, channels=CHANNELS, starts_at=MONDAY + timedelta(days=1))
    pull_and_read(row)
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.queue_tier, ticket.clocks.count()) == ("closed", None, 0)
    assert set(Fact.objects.values_list("kind", flat=True)) == {"history_buyer_message"}

    again = raw.replace(b"amazon_de_order_question@", b"again@").replace(b"02 Mar", b"04 Mar")
    dovecot.deliver(user, again, received_at=MONDAY + timedelta(days=2))
    pull_and_read(row)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.message_count) == ("open", 2)
    assert ticket.limit_at == MONDAY + timedelta(days=3)
    assert wrong_clocks() == []


def as_served(raw: bytes) -> bytes:
    """Give a mail with the line ends an IMAP server makes."""
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
