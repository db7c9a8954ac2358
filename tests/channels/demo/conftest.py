"""A mailbox of the demo in a folder of its own, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from comptoir.channels.demo.connector import DemoConnector
from comptoir.channels.demo.orders import Buyer, KnownOrder, write_orders
from comptoir.channels.demo.settings import DemoSettings
from comptoir.channels.kernel.protocol import Outgoing, RawItem

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
DESK = "service@maison-perrin.example"


def order_of(marketplace: str, **changes: object) -> KnownOrder:
    """Give one order on a marketplace, in the shapes of that marketplace."""
    country, language, address, number = SHAPES[marketplace]
    user = "lichtfee_82" if marketplace == "ebay" else ""
    values: dict[str, object] = {
        "number": number,
        "marketplace": marketplace,
        "country": country,
        "recipient": DESK,
        "buyer": Buyer("Claire", "Dubois", "f", language, country, address, user),
        "sku": "MP-COC-24",
        "quantity": 1,
        "title": "Cocotte ronde en fonte émaillée 24 cm",
        "total": Decimal("149.00"),
        "currency": "EUR",
        "state": "late",
        "placed_at": NOON - timedelta(days=9),
        "promised_on": date(2026, 3, 1),
        "carrier": "Colissimo",
        "tracking": "6A12345678901",
    }
    return KnownOrder(**{**values, **changes})  # type: ignore[arg-type]


SHAPES = {
    "amazon": ("FR", "fr", "k3j2h4abc9de@marketplace.amazon.fr", "402-1234567-7654321"),
    "ebay": ("DE", "de", "0123456789abcdef01@members.ebay.de", "12-34567-89012"),
    "darty": ("FR", "fr", "ab12cd34ef.tok9aa@notification.mirakl.net", "DTY8F3K2XQ-A"),
    "leroy_merlin": ("FR", "fr", "ab12cd34eg.tok9aa@notification.mirakl.net", "LM8F3K2XQA-A"),
    "conforama": ("FR", "fr", "ab12cd34eh.tok9aa@notification.mirakl.net", "CFR8F3K2XQ-A"),
    "cdiscount": ("FR", "fr", "msg-a7b8c9d2e3f44@clemarche.com", "2603011259ABC1D"),
    "fnac": ("FR", "fr", "claire.dubois@courriel.example", "57ABCDEF01234"),
    "rakuten_fr": ("FR", "fr", "claire.dubois@courriel.example", "948571029"),
    "kaufland": ("DE", "de", "ticket-12345678901@kaufland-online.de", "M7K4T2Q9XAB"),
    "walmart": (
        "US",
        "en",
        "0123456789abcdef0123456789abcdef@relay.walmart.com",
        "108912345678901",
    ),
    "shopify": ("FR", "fr", "claire.dubois@courriel.example", "83231"),
}


@dataclass
class Mailbox:
    """A connector and the time it lives in."""

    settings: DemoSettings
    now: datetime = NOON
    is_busy: bool = True

    def open(self) -> DemoConnector:
        """Open it as one more process would."""
        return DemoConnector(self.settings, is_busy=self.is_busy, clock=lambda: self.now)

    def pull(self, cursor: dict[str, object] | None = None) -> list[RawItem]:
        """Give all that came since a cursor."""
        return [item for page in self.open().pull(cursor or {}) for item in page.items]

    def since(self, moment: datetime) -> dict[str, object]:
        """Give the cursor of somebody who has read through a moment."""
        return {"through": moment.isoformat(), "began": moment.isoformat()}


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    """A busy mailbox, with orders of every marketplace."""
    write_orders(tmp_path, [order_of(marketplace) for marketplace in SHAPES])
    return Mailbox(
        DemoSettings.from_mapping(
            {"spool": str(tmp_path), "user": DESK, "seed": 7, "rate_per_hour": 120}
        )
    )


@pytest.fixture
def outgoing() -> Callable[..., Outgoing]:
    """Make a reply to Claire on Amazon."""

    def make(key: str, **changes: object) -> Outgoing:
        values: dict[str, object] = {
            "idempotency_key": key,
            "message_id": f"{key}@maison-perrin.example",
            "recipient": "k3j2h4abc9de+case7@marketplace.amazon.fr",
            "recipient_name": "Claire Dubois",
            "sender": DESK,
            "sender_name": "Maison Perrin",
            "subject": "Re: Commande",
            "text": "Bonjour Claire, votre colis arrive demain.",
        }
        return Outgoing(**{**values, **changes})  # type: ignore[arg-type]

    return make
